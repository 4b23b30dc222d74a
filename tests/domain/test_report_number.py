"""The number of a report: MZ/T 072-2016 附录B."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import SerialExhausted
from engine.domain.report_number import (
    LAST_SERIAL,
    SHANGHAI,
    MalformedReportNumber,
    ReportNumber,
    compose_number,
    parse_number,
    serial_month,
)

EXAMPLES = (
    ("320102", datetime(2024, 11, 21, 10, tzinfo=SHANGHAI), 42, "aa", "f", 1, "第32010220241100042aaf1号"),
    ("320100", datetime(2024, 11, 30, 16, 0, 5, tzinfo=UTC), 1, "ah", "s", 1, "第32010020241200001ahs1号"),
    (
        "110101",
        datetime(2025, 1, 31, 23, 59, 59, tzinfo=SHANGHAI),
        99_999,
        "ad",
        "t",
        2,
        "第11010120250199999adt2号",
    ),
)


@pytest.mark.clause(
    "M B.1 a", "M B.1 b", "M B.1 c", "M B.1 d", "M B.1 e", "M B.1 f", "M B.1 g", "M B.1 h", "M B.1 Fig B.1"
)
@pytest.mark.parametrize(("region", "issued_at", "serial", "service", "nature", "copy", "text"), EXAMPLES)
def test_the_eight_layers_stand_in_their_order(
    region: str, issued_at: datetime, serial: int, service: str, nature: str, copy: int, text: str
) -> None:
    number = compose_number(region, issued_at, serial, service, nature, copy)

    assert str(number) == text
    assert parse_number(text) == number


@pytest.mark.clause("M B.1 d")
def test_the_month_begins_at_midnight_in_beijing() -> None:
    midnight = datetime(2026, 12, 1, tzinfo=SHANGHAI)

    assert serial_month(midnight) == "202612"
    assert serial_month(midnight - timedelta(microseconds=1)) == "202611"


@pytest.mark.clause("M B.1 d")
def test_there_is_no_sixth_digit() -> None:
    with pytest.raises(SerialExhausted):
        compose_number("320400", datetime(2026, 11, 1, tzinfo=UTC), LAST_SERIAL + 1, "aa", "f", 1)


@pytest.mark.clause("M B.1 f")
@pytest.mark.parametrize(
    "text",
    [
        "第32040020261300001aaf1号",  # month 13
        "第32040020261100000aaf1号",  # serial 0
        "第32040020261100001aar1号",  # no fourth nature
        "第32040020261100001aaf0号",
        "第02040020261100001aaf1号",
        "32040020261100001aaf1",
        "第32040020261100001AAf1号",
        "第32040020261100001aaf1号\n",
        "第３2040020261100001aaf1号",
    ],
)
def test_what_breaks_a_rule_of_numbering_is_refused(text: str) -> None:
    with pytest.raises(MalformedReportNumber):
        parse_number(text)


@given(
    st.builds(
        ReportNumber,
        region=st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
        year=st.integers(2000, 9999),
        month=st.integers(1, 12),
        serial=st.integers(1, LAST_SERIAL),
        service=st.from_regex(r"[a-z]{2}", fullmatch=True),
        nature=st.sampled_from("fst"),
        copy=st.integers(1, 999),
    )
)
def test_every_number_can_be_read_back(number: ReportNumber) -> None:
    assert parse_number(str(number)) == number
