"""HttpSource against the simulated departments over loopback: what it hands on, how failures differ."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime

import pytest

from adapters.sources.catalogue import load_catalogue
from adapters.sources.http import HttpSource
from engine.domain.answers import LARGEST_BODY, read_answer
from engine.domain.catalogue import Catalogue
from engine.domain.findings import MatchStatus
from engine.ports import PermanentFailure, SourceRequest, SourceRow, TemporaryFailure
from web.sandbox.app import create_sandbox
from web.sandbox.behaviour import Behaviour, Conduct, Mode
from web.sandbox.server import serving
from web.sandbox.world import World

TOKEN = "t-sandbox"
DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PATIENT, IMPATIENT = 10, 0.3  # seconds


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=1)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def address(world: World, catalogue: Catalogue, behaviour: Behaviour) -> Iterator[str]:
    with serving(create_sandbox(catalogue, world, behaviour, token=TOKEN)) as url:
        yield url


def a_source(
    address: str, department: str = "GA", timeout: float = PATIENT, token: str = TOKEN
) -> HttpSource:
    return HttpSource(f"{address}/{department}", token, timeout, now=lambda: NOW)


def a_request(
    world: World, department: str = "GA", items: str = "GA01 GA02", batch: str = "B1"
) -> SourceRequest:
    household = world.household(0)
    rows = tuple(
        SourceRow(number, person.ref, person.name, "111", person.id_no, item, "SQ-1")
        for number, (person, item) in enumerate(
            ((person, item) for person in household.declared for item in items.split()), start=1
        )
    )
    return SourceRequest(batch, "C1", department, date(2025, 11, 1), date(2026, 10, 31), DAY, rows)


@pytest.mark.clause("M 6.2 a", "M 6.2 b")
def test_an_answer_is_handed_on_as_it_came(address: str, world: World, catalogue: Catalogue) -> None:
    request = a_request(world)

    reply = a_source(address).ask(request, "key-1")

    assert reply.content_type == "application/json"
    assert reply.received_at == NOW
    assert json.loads(reply.body)["batch_no"] == "B1"
    found = read_answer(catalogue, request, reply.body, reply.received_at)
    assert found.problems == ()
    assert {a.status for a in found.answers if a.item == "GA01"} == {MatchStatus.FOUND}


def test_refs_of_persons_stay_in_the_house(world: World) -> None:
    refusing = answering(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")

    with listening(refusing) as (address, heard), pytest.raises(PermanentFailure):
        a_source(address).ask(a_request(world), "key-1")

    head, body = heard[0].split(b"\r\n\r\n", 1)
    assert b"Idempotency-Key: key-1" in head
    assert b"Authorization: Bearer t-sandbox" in head
    assert head.startswith(b"POST /GA/query HTTP/1.1")
    assert json.loads(body)["rows"][0].keys() == {
        *("row_no", "name", "id_type", "id_no", "item_code", "authorisation_no")
    }
    assert json.loads(body).keys() == {"batch_no", "case_no", "period_start", "period_end", "as_of", "rows"}


@pytest.mark.parametrize(
    ("conduct", "failure", "code"),
    [
        (Conduct(mode=Mode.DROP), TemporaryFailure, "connection_lost"),
        (Conduct(latency_seconds=2), TemporaryFailure, "timeout"),
        (Conduct(mode=Mode.DRIP), TemporaryFailure, "timeout"),
        (Conduct(fail_first=1), TemporaryFailure, "http_503"),
        (Conduct(mode=Mode.HUGE), PermanentFailure, "answer_too_large"),
        (Conduct(mode=Mode.REDIRECT), PermanentFailure, "redirect_refused"),
        (Conduct(mode=Mode.REFUSE), PermanentFailure, "http_403"),
    ],
)
def test_misconduct_of_a_department_is_one_of_two_failures(
    address: str,
    world: World,
    behaviour: Behaviour,
    conduct: Conduct,
    failure: type[TemporaryFailure | PermanentFailure],
    code: str,
) -> None:
    behaviour.set("GA", conduct)

    with pytest.raises(failure) as caught:
        a_source(address, timeout=IMPATIENT).ask(a_request(world), "key-1")

    assert caught.value.code == code


def test_a_department_that_fails_twice_answers_the_third_call(
    address: str, world: World, catalogue: Catalogue, behaviour: Behaviour
) -> None:
    behaviour.set("GA", Conduct(fail_first=2, batch_prefix="B1"))
    source, request = a_source(address), a_request(world)

    for _ in range(2):
        with pytest.raises(TemporaryFailure, match="http_503"):
            source.ask(request, "key-1")
    reply = source.ask(request, "key-1")
    other = source.ask(a_request(world, batch="B2"), "key-2")

    assert read_answer(catalogue, request, reply.body, NOW).problems == ()
    assert json.loads(other.body)["batch_no"] == "B2"


def test_garbage_is_handed_on_for_the_reader_to_judge(
    address: str, world: World, catalogue: Catalogue, behaviour: Behaviour
) -> None:
    behaviour.set("GA", Conduct(mode=Mode.GARBAGE))
    request = a_request(world)

    reply = a_source(address).ask(request, "key-1")

    found = read_answer(catalogue, request, reply.body, NOW)
    assert {answer.status for answer in found.answers} == {MatchStatus.ERROR}


@pytest.mark.clause("M 6.2 c")
@pytest.mark.parametrize(
    ("conduct", "statuses"),
    [
        (Conduct(wrong_person=True), {MatchStatus.IDENTITY_MISMATCH}),
        (Conduct(wrong_values=True), {MatchStatus.ERROR}),
        (Conduct(missing_rows=1), {MatchStatus.FOUND, MatchStatus.ERROR}),
        (Conduct(missing_rows=99), {MatchStatus.ERROR}),
    ],
)
def test_a_wrong_or_short_answer_is_never_complete(
    address: str,
    world: World,
    catalogue: Catalogue,
    behaviour: Behaviour,
    conduct: Conduct,
    statuses: set[MatchStatus],
) -> None:
    behaviour.set("GA", conduct)
    request = a_request(world, items="GA01")

    reply = a_source(address).ask(request, "key-1")

    assert {a.status for a in read_answer(catalogue, request, reply.body, NOW).answers} == statuses


def test_a_wrong_token_is_refused_for_good(address: str, world: World) -> None:
    with pytest.raises(PermanentFailure, match="http_401"):
        a_source(address, token="t-other").ask(a_request(world), "key-1")


def test_an_unknown_service_is_refused_for_good(address: str, world: World) -> None:
    with pytest.raises(PermanentFailure, match="http_404"):
        a_source(address, "XX").ask(a_request(world), "key-1")


def test_nobody_listening_may_change(world: World) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]

    with pytest.raises(TemporaryFailure, match="connect_failed"):
        a_source(f"http://127.0.0.1:{port}").ask(a_request(world), "key-1")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "http://[::1", "127.0.0.1"])
def test_a_wrong_address_does_not_get_better(world: World, address: str) -> None:
    with pytest.raises(PermanentFailure, match="address_invalid"):
        a_source(address).ask(a_request(world), "key-1")


@pytest.mark.parametrize(
    ("raw", "failure", "code"),
    [
        (b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", TemporaryFailure, "http_429"),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", TemporaryFailure, "http_500"),
        (b"HTTP/1.1 204 Empty\r\n\r\n", PermanentFailure, "http_204"),
        (
            b"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
            PermanentFailure,
            "redirect_refused",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
            PermanentFailure,
            "encoding_refused",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", TemporaryFailure, "connection_lost"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", TemporaryFailure, "connection_lost"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1) + b" " * (LARGEST_BODY + 1),
            PermanentFailure,
            "answer_too_large",
        ),
    ],
)
def test_what_other_servers_do_is_told_apart(
    world: World, raw: bytes, failure: type[TemporaryFailure | PermanentFailure], code: str
) -> None:
    with listening(answering(raw)) as (address, _), pytest.raises(failure) as caught:
        a_source(address).ask(a_request(world), "key-1")

    assert caught.value.code == code


def test_a_server_that_resets_the_connection_may_do_better_next_time(world: World) -> None:
    with listening(resetting) as (address, _), pytest.raises(TemporaryFailure, match="connection_lost"):
        a_source(address).ask(a_request(world), "key-1")


def test_a_head_that_never_ends_holds_nobody_longer_than_the_time_limit(world: World) -> None:
    with listening(dripping_head) as (address, _), pytest.raises(TemporaryFailure, match="timeout"):
        a_source(address, timeout=IMPATIENT).ask(a_request(world), "key-1")


def test_no_failure_says_whom_it_was_about(address: str, world: World, behaviour: Behaviour) -> None:
    behaviour.set("GA", Conduct(fail_first=1))
    person = world.household(0).head

    with pytest.raises(TemporaryFailure) as caught:
        a_source(address).ask(a_request(world), "key-1")

    assert person.id_no not in repr(caught.value)
    assert person.name not in repr(caught.value)


Handler = Callable[[socket.socket], None]


@contextmanager
def listening(handle: Handler) -> Iterator[tuple[str, list[bytes]]]:
    """A server of one connection that does what no proper server does; yields what it heard."""
    heard: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with closing(connection):
                heard.append(_whole_request(connection))
                handle(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        thread.join()


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data or not data.rstrip().endswith(b"]}"):
        data += connection.recv(65_536)
    return data


def answering(raw: bytes) -> Handler:
    def handle(connection: socket.socket) -> None:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)
        except OSError:
            return  # the client has seen enough

    return handle


def resetting(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def dripping_head(connection: socket.socket) -> None:
    """One byte of a header line after another until the client goes away."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    connection.settimeout(0.02)
    for _ in range(1_000):
        try:
            connection.sendall(b"x")
            if not connection.recv(1):
                return
        except TimeoutError:
            continue
        except OSError:
            return
