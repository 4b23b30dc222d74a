"""How often may be asked: guesses cost, right answers do not, and all processes count together."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.domain.report_check import OF_CODES, OF_FILES
from tests.door import Door
from tests.engine.house import House
from tests.web.public.test_check_by_code import WRONG_CODE
from tests.web.public.visitor import FOUND, NUMBER, Visitor, a_visitor, code_of, file_of, issue
from web.app import create_app
from web.hall import EXTENSION
from web.settings import read_settings

FOREIGN = b"%PDF-1.7 of somebody else"


def guess(visitor: Visitor, times: int) -> list[int]:
    return [visitor.ask(NUMBER, WRONG_CODE).status_code for _ in range(times)]


def second_server(house: House, tmp_path: Path) -> Visitor:
    """Another process as far as the database can tell: an application and connections of its own."""
    settings = {
        "HEDUI_DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
        "HEDUI_DATA_DIR": str(tmp_path / "data"),
    }
    return Visitor(create_app(read_settings(settings), lambda _: house.platform).test_client())


@pytest.mark.clause("M 5.2 d")
def test_after_so_many_guesses_an_address_waits_longer_and_longer(door: Door) -> None:
    visitor = a_visitor(door)

    statuses = guess(visitor, OF_CODES.free + 1)
    refused = visitor.ask(NUMBER, WRONG_CODE)

    assert statuses == [404] * OF_CODES.free + [429]
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert "查验次数过多，请稍后再试（2 秒后）" in refused.text


def test_the_longest_wait_is_minutes_not_for_ever(door: Door) -> None:
    visitor = a_visitor(door)
    for _ in range(OF_CODES.free + 40):
        visitor.ask(NUMBER, WRONG_CODE)
        door.house.clock.pass_time(minutes=5)
    visitor.ask(NUMBER, WRONG_CODE)

    waits = int(visitor.ask(NUMBER, WRONG_CODE).headers["Retry-After"])

    assert 300 <= waits <= 301


def test_while_an_address_waits_a_right_code_is_not_looked_at_either(door: Door) -> None:
    issue(door.house)
    visitor = a_visitor(door)
    guess(visitor, OF_CODES.free)

    early = visitor.ask(NUMBER, code_of(door.house))
    door.house.clock.pass_time(seconds=2)
    late = visitor.ask(NUMBER, code_of(door.house))

    assert (early.status_code, late.status_code) == (429, 200)


def test_right_codes_and_issued_files_are_free(door: Door) -> None:
    issue(door.house)
    visitor, code, file = a_visitor(door), code_of(door.house), file_of(door.house)

    by_code = {visitor.scan(NUMBER, code).status_code for _ in range(OF_CODES.free + 5)}
    by_file = {visitor.hand_in(file).status_code for _ in range(OF_FILES.free + 5)}

    assert by_code == by_file == {200}


def test_a_right_code_between_them_does_not_make_guesses_free(door: Door) -> None:
    issue(door.house)
    visitor, code = a_visitor(door), code_of(door.house)
    statuses = []

    for _ in range(OF_CODES.free + 1):
        statuses += guess(visitor, 1)
        visitor.ask(NUMBER, code)

    assert statuses[-1] == 429


def test_two_servers_count_together(door: Door, tmp_path: Path) -> None:
    first, second = a_visitor(door), second_server(door.house, tmp_path)

    statuses = []
    for _ in range(OF_CODES.free // 2):
        statuses += guess(first, 1) + guess(second, 1)

    assert set(statuses) == {404}
    assert guess(first, 1) == guess(second, 1) == [429]


def test_another_address_is_not_kept_waiting(door: Door) -> None:
    guess(a_visitor(door), OF_CODES.free + 1)

    assert guess(a_visitor(door, "192.0.2.11"), 1) == [404]


@pytest.mark.parametrize(
    ("other", "status"),
    [("2001:db8:1:2:ffff::9", 429), ("2001:db8:1:3::1", 404)],
    ids=["same network", "next network"],
)
def test_an_ipv6_network_of_64_bits_is_one_address(door: Door, other: str, status: int) -> None:
    for number in range(OF_CODES.free):
        guess(a_visitor(door, f"2001:db8:1:2::{number + 1:x}"), 1)

    assert guess(a_visitor(door, other), 1) == [status]


def test_an_ipv4_address_is_the_same_one_in_the_clothes_of_ipv6(door: Door) -> None:
    guess(a_visitor(door, "192.0.2.10"), OF_CODES.free)

    assert guess(a_visitor(door, "::ffff:192.0.2.10"), 1) == [429]


def test_behind_a_proxy_on_this_machine_the_address_is_the_one_it_wrote_down(door: Door) -> None:
    for number in range(OF_CODES.free):
        forwarded = f"198.51.100.{number}, 192.0.2.50"
        guess(a_visitor(door, "127.0.0.1", **{"X-Forwarded-For": forwarded}), 1)

    same = a_visitor(door, "127.0.0.1", **{"X-Forwarded-For": "192.0.2.50"})
    other = a_visitor(door, "127.0.0.1", **{"X-Forwarded-For": "192.0.2.51"})
    assert (guess(same, 1), guess(other, 1)) == ([429], [404])


def test_a_proxy_on_another_machine_is_believed_when_it_is_named(door: Door) -> None:
    hall = door.app.extensions[EXTENSION]
    named = replace(hall, settings=replace(hall.settings, proxies=frozenset(("10.0.0.11",))))
    door.app.extensions[EXTENSION] = named

    for proxy in ("10.0.0.11", "::ffff:10.0.0.11"):
        guess(a_visitor(door, proxy, **{"X-Forwarded-For": "192.0.2.50"}), OF_CODES.free)

    by_the_same, by_another = (
        a_visitor(door, "10.0.0.11", **{"X-Forwarded-For": address})
        for address in ("192.0.2.50", "192.0.2.51")
    )
    unnamed = a_visitor(door, "10.0.0.12", **{"X-Forwarded-For": "192.0.2.50"})
    assert [guess(one, 1) for one in (by_the_same, by_another, unnamed)] == [[429], [404], [404]]


def test_files_are_counted_apart_from_codes_and_before_they_are_read(door: Door) -> None:
    issue(door.house)
    visitor = a_visitor(door)
    statuses = [visitor.hand_in(FOREIGN).status_code for _ in range(OF_FILES.free)]

    refused = visitor.hand_in(file_of(door.house))

    assert set(statuses) == {200}
    assert refused.status_code == 429
    assert "上传文件次数过多，请稍后再试（2 秒后）" in refused.text
    assert FOUND in visitor.ask(NUMBER, code_of(door.house)).text


def test_guessing_with_a_file_enclosed_is_guessing(door: Door) -> None:
    visitor = a_visitor(door)
    guess(visitor, OF_CODES.free)

    answer = visitor.hand_in(FOREIGN, number=NUMBER, code=WRONG_CODE)

    assert answer.status_code == 429


def test_looking_at_the_page_and_empty_fields_cost_nothing(door: Door) -> None:
    visitor = a_visitor(door)

    statuses = {visitor.open("/public/report").status_code for _ in range(OF_CODES.free + 5)}
    statuses |= {visitor.ask("", "").status_code for _ in range(OF_CODES.free + 5)}

    assert statuses == {200, 400}
    assert guess(visitor, 1) == [404]
