"""Logs: one line per event, and nothing in it that could be a person."""

import io
import logging
from collections.abc import Iterator

import pytest

from web.logs import REMOVED, EventFormatter, redacted, start_logging

ID_NUMBER = "320402198506150010"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the entry points write; the loggers are put back as they were."""
    root, web = logging.getLogger(), logging.getLogger("web")
    before, level, level_of_web = list(root.handlers), root.level, web.level
    stream = io.StringIO()
    start_logging(stream=stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers[:] = before
    root.setLevel(level)
    web.setLevel(level_of_web)


def test_an_event_is_one_line_of_keys_and_values(lines: io.StringIO) -> None:
    log = logging.getLogger("web.worker")

    log.info("work_done case=%s operation=%s attempt=%s seconds=%.3f", 12, "query_source", 1, 0.0341)

    (line,) = lines.getvalue().splitlines()
    values = dict(pair.split("=", 1) for pair in line.split())
    assert values["time"].endswith("+00:00")
    assert (values["level"], values["logger"], values["event"]) == ("info", "web.worker", "work_done")
    assert (values["case"], values["operation"], values["attempt"]) == ("12", "query_source", "1")
    assert values["seconds"] == "0.034"


def test_an_exception_is_told_by_class_and_place_never_by_its_text(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"赵甲 {ID_NUMBER}")
    except ValueError:
        logging.getLogger("somebody.else").exception("failed")

    (line,) = lines.getvalue().splitlines()
    assert "error=ValueError" in line
    assert "place=" in line
    assert "test_logs.py" in line
    assert "赵甲" not in line
    assert ID_NUMBER not in line


def test_what_others_log_below_a_warning_is_left_out(lines: io.StringIO) -> None:
    logging.getLogger("somebody.else").info("chatter")

    assert lines.getvalue() == ""


@pytest.mark.parametrize(
    "personal",
    [
        ID_NUMBER,
        "32040219850615001X",
        "320402 19850615 0010",
        "320402850615001",
        "6222021001116245703",
        "6222 0210 0111 6245 703",
        "13912345678",
        "赵甲",
        "买买提·依明",
        "江苏省常州市某路1号",
        "㐂",
        "𠮷",
    ],
)
def test_whatever_looks_like_a_person_is_removed(personal: str) -> None:
    line = redacted(f"failed about={personal} case=12")

    assert REMOVED in line
    assert personal not in line
    assert line.endswith("case=12")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Zhao"),
        ("id_no", "P123"),
        ("account", "AB-1"),
        ("phone", "88001"),
        ("token", "eyJhbGciOi"),
        ("password", "secret"),
    ],
)
@pytest.mark.parametrize("form", ["{0}={1}", "{0}='{1} B'", '"{0}": "{1}"', "'{0}': '{1}'"])
def test_a_field_of_a_person_or_a_secret_is_removed_whatever_it_holds(
    field: str, value: str, form: str
) -> None:
    line = redacted("failed " + form.format(field, value) + " case=12")

    assert value not in line
    assert "case=12" in line


@pytest.mark.parametrize(
    "secret", ["Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
)
def test_tokens_and_secrets_are_removed(secret: str) -> None:
    assert secret.split()[-1] not in redacted(f"sent with {secret}")


@pytest.mark.parametrize(
    "harmless",
    [
        "case=320400202611200000001",  # a case number has 21 digits
        "incident kind=work id=4711 attempts=30",
        "at=2026-11-20T09:30:00+00:00",
        "owner=machine-1:4711:a1b2c3d4",
        "seconds=0.034 operation=query_source code=http_500",
    ],
)
def test_ids_codes_and_times_stay(harmless: str) -> None:
    assert redacted(harmless) == harmless


def test_a_message_over_several_lines_stays_one_event() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "one\ntwo level=info", None, None)

    assert len(EventFormatter().format(record).splitlines()) == 1
