"""A source's answer read against what was asked: complete and right, or incomplete with a reason."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.answer_problems import REMARKS, ProblemCode
from engine.domain.answers import LARGEST_BODY, MOST_RECORDS, AnswerRead, read_answer
from engine.domain.catalogue import Catalogue, Department, Field, Item
from engine.domain.findings import ItemAnswer, MatchStatus
from tests.builders import an_id_no

NAME, ID_NO, OTHER_ID = "赵甲", an_id_no(1), an_id_no(3)
RECEIVED_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ANSWERED_AT = "2026-11-21T10:32:00+08:00"


def an_item(code: str, **types: str) -> Item:
    fields = tuple(
        Field(name, name, kind, None, "colour" if kind == "code" else None, in_annex_d=True)
        for name, kind in types.items()
    )
    return Item(code, "GA", code, "basic", (), "as_of", {}, fields, in_annex_a=True)


ITEMS = {
    "GA02": an_item("GA02", plate="string", value="decimal"),
    "GA01": an_item("GA01", name="string", id_no="id_no"),
    "MZ02": an_item("MZ02", husband_id_no="id_no", wife_id_no="id_no"),
    "MZ03": an_item("MZ03", id_no="id_no"),
}
CATALOGUE = Catalogue(
    {"GA": Department("GA", "公安部门", True)}, ITEMS, {}, (), MappingProxyType({"colour": {"1": "红"}}), ""
)
CAR = {"plate": "苏D00001", "value": "30000.00"}


@dataclass(frozen=True)
class Row:
    row_no: int = 1
    person: str = "p1"
    name: str = NAME
    id_no: str = ID_NO
    item: str = "GA02"


@dataclass(frozen=True)
class Request:
    rows: tuple[Row, ...] = (Row(),)
    batch_no: str = "B1"
    department: str = "GA"


def a_row(*records: object, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "row_no": 1,
        "match_status": "found" if records else "not_found",
        "data_as_of": "2026-11-20T00:00:00+08:00",
        "remark": "",
        "name": NAME,
        "id_no": ID_NO,
        "records": list(records),
    }
    return row | changes


def an_envelope(*rows: object, **changes: object) -> dict[str, object]:
    envelope = {"batch_no": "B1", "source": "GA", "answered_at": ANSWERED_AT, "rows": list(rows)}
    return envelope | changes


def read(envelope: object, request: Request | None = None, catalogue: Catalogue = CATALOGUE) -> AnswerRead:
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    return read_answer(catalogue, request or Request(), body, RECEIVED_AT)


def the_answer(found: AnswerRead) -> ItemAnswer:
    (answer,) = found.answers
    return answer


@pytest.mark.clause("M 6.2 b")
def test_a_right_answer_is_typed_by_the_catalogue() -> None:
    found = read(an_envelope(a_row(CAR, {"plate": "苏D00002", "value": None})))

    answer = the_answer(found)
    assert found.problems == ()
    assert (answer.person, answer.item, answer.source, answer.status) == (
        "p1",
        "GA02",
        "GA",
        MatchStatus.FOUND,
    )
    assert [dict(record.values) for record in answer.records] == [
        {"plate": "苏D00001", "value": Decimal("30000.00")},
        {"plate": "苏D00002", "value": None},
    ]
    assert answer.answered_at == datetime.fromisoformat(ANSWERED_AT)
    assert answer.data_as_of == datetime.fromisoformat("2026-11-20T00:00:00+08:00")


def test_nothing_found_is_an_answer() -> None:
    answer = the_answer(read(an_envelope(a_row())))

    assert answer.status is MatchStatus.NOT_FOUND
    assert answer.status.is_complete
    assert answer.records == ()


@pytest.mark.parametrize("status", ["multiple", "error", "refused", "timeout", "identity_mismatch"])
def test_what_a_source_itself_calls_incomplete_stays_so_without_records(status: str) -> None:
    answer = the_answer(read(an_envelope(a_row(CAR, match_status=status, name=None, id_no=None))))

    assert answer.status == status
    assert answer.records == ()


def test_a_partial_answer_keeps_what_came() -> None:
    answer = the_answer(read(an_envelope(a_row(CAR, match_status="partial"))))

    assert answer.status is MatchStatus.PARTIAL
    assert len(answer.records) == 1


MISMATCH, ERROR, PARTIAL = MatchStatus.IDENTITY_MISMATCH, MatchStatus.ERROR, MatchStatus.PARTIAL


@pytest.mark.clause("M 6.2 c")
@pytest.mark.parametrize(
    ("envelope", "status", "code"),
    [
        (an_envelope(), ERROR, ProblemCode.ROW_MISSING),
        (an_envelope(a_row(), a_row()), ERROR, ProblemCode.ROW_REPEATED),
        (an_envelope(a_row(CAR), batch_no="B2"), MISMATCH, ProblemCode.BATCH_DIFFERS),
        (an_envelope(a_row(CAR), source="MZ"), MISMATCH, ProblemCode.SOURCE_DIFFERS),
        (an_envelope(a_row(CAR), answered_at="2026-11-21T10:32:00"), ERROR, ProblemCode.TIME_MALFORMED),
        (an_envelope(a_row(CAR), answered_at="2026-13-21T10:32:00Z"), ERROR, ProblemCode.TIME_MALFORMED),
        (an_envelope(a_row(CAR, name="钱乙")), MISMATCH, ProblemCode.IDENTITY_DIFFERS),
        (an_envelope(a_row(CAR, id_no=OTHER_ID)), MISMATCH, ProblemCode.IDENTITY_DIFFERS),
        (an_envelope(a_row(name="钱乙")), MISMATCH, ProblemCode.IDENTITY_DIFFERS),
        (an_envelope(a_row(CAR, name=None)), ERROR, ProblemCode.IDENTITY_NOT_ECHOED),
        (an_envelope(a_row(match_status="found")), ERROR, ProblemCode.RECORDS_MISSING),
        (an_envelope(a_row(CAR, match_status="not_found")), ERROR, ProblemCode.RECORDS_UNEXPECTED),
        (an_envelope(a_row(*[CAR] * (MOST_RECORDS + 1))), ERROR, ProblemCode.RECORDS_TOO_MANY),
        (an_envelope(a_row(CAR, match_status="ok")), ERROR, ProblemCode.STATUS_UNKNOWN),
        (an_envelope(a_row(CAR, match_status=1)), ERROR, ProblemCode.STATUS_UNKNOWN),
        (an_envelope(a_row(CAR, data_as_of="yesterday")), ERROR, ProblemCode.VALUE_MALFORMED),
        (an_envelope(a_row(CAR, records={"plate": "x"})), ERROR, ProblemCode.ROW_MALFORMED),
        (an_envelope(a_row("苏D00001")), ERROR, ProblemCode.ROW_MALFORMED),
        (an_envelope(a_row({"plate": "苏D00001", "value": "many"})), ERROR, ProblemCode.VALUE_MALFORMED),
        (an_envelope(a_row({"plate": "苏D00001"})), PARTIAL, ProblemCode.FIELD_LEFT_OUT),
        (an_envelope(a_row({})), PARTIAL, ProblemCode.FIELD_LEFT_OUT),
        (an_envelope(rows={}), ERROR, ProblemCode.BODY_MALFORMED),
        ([], ERROR, ProblemCode.BODY_MALFORMED),
        (b"", ERROR, ProblemCode.BODY_MALFORMED),
        (b"\x00\xff{{", ERROR, ProblemCode.BODY_MALFORMED),
        (b"[" * 200_000, ERROR, ProblemCode.BODY_MALFORMED),
        (b'{"batch_no":' + b"9" * 5_000 + b"}", ERROR, ProblemCode.BODY_MALFORMED),
        (b'{"batch_no":1e99999999999999999999}', ERROR, ProblemCode.BODY_MALFORMED),
        (b'{"batch_no":NaN}', ERROR, ProblemCode.BODY_MALFORMED),
        (b'{"batch_no":"B2","batch_no":"B1"}', ERROR, ProblemCode.BODY_MALFORMED),
        (b" " * (LARGEST_BODY + 1), ERROR, ProblemCode.BODY_TOO_LARGE),
    ],
)
def test_a_wrong_answer_is_incomplete_and_says_why(
    envelope: object, status: MatchStatus, code: ProblemCode
) -> None:
    found = read(envelope)

    answer = the_answer(found)
    assert (answer.status, answer.status.is_complete) == (status, False)
    assert answer.remark == REMARKS[code]
    assert [(problem.code, problem.remark) for problem in found.problems] == [(code, REMARKS[code])]


@pytest.mark.clause("M 6.2 c")
def test_one_wrong_row_leaves_the_others_right() -> None:
    request = Request((Row(1), Row(2, "p2", "钱乙", OTHER_ID), Row(3, "p3", "孙丙", an_id_no(5))))
    rows = [a_row(CAR), a_row(CAR, row_no=3, name="孙丙", id_no=an_id_no(5), match_status="?")]

    found = read(an_envelope(*rows), request)

    assert [answer.status for answer in found.answers] == [MatchStatus.FOUND, ERROR, ERROR]
    assert [answer.person for answer in found.answers] == ["p1", "p2", "p3"]
    assert [(p.code, p.row_no) for p in found.problems] == [
        (ProblemCode.ROW_MISSING, 2),
        (ProblemCode.STATUS_UNKNOWN, 3),
    ]


@pytest.mark.parametrize("row", [a_row(row_no=7), a_row(row_no="1"), a_row(row_no=True), "row", None])
def test_a_row_nobody_asked_for_is_a_problem_of_its_own(row: object) -> None:
    found = read(an_envelope(a_row(CAR), row))

    assert the_answer(found).status is MatchStatus.FOUND
    assert [problem.code for problem in found.problems] == [ProblemCode.ROW_UNKNOWN]


def test_a_field_the_catalogue_does_not_know_is_reported_and_not_taken_over() -> None:
    found = read(an_envelope(a_row(CAR | {"colour": "红"})))

    assert the_answer(found).status is MatchStatus.FOUND
    assert the_answer(found).records[0].values.keys() == CAR.keys()
    assert [problem.code for problem in found.problems] == [ProblemCode.FIELD_UNKNOWN]


@pytest.mark.parametrize(
    ("asked", "echoed"),
    [
        ("赵甲", " 赵甲 "),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("Émile", "E\u0301mile"),
    ],
)
def test_the_same_name_in_other_characters_is_the_same_name(asked: str, echoed: str) -> None:
    request = Request((Row(name=asked),))

    found = read(an_envelope(a_row(CAR, name=echoed)), request)

    assert the_answer(found).status is MatchStatus.FOUND


def test_a_number_of_before_2000_and_a_small_x_are_the_same_number() -> None:
    request = Request((Row(id_no="11010519491231002X"),))

    found = [the_answer(read(an_envelope(a_row(CAR, id_no=n)), request)).status for n in (
        "110105491231002",
        "11010519491231002x",
    )]  # fmt: skip

    assert found == [MatchStatus.FOUND, MatchStatus.FOUND]


@pytest.mark.parametrize(
    ("item", "record", "status"),
    [
        ("MZ03", {"id_no": ID_NO}, MatchStatus.FOUND),
        ("MZ03", {"id_no": OTHER_ID}, MISMATCH),
        ("MZ03", {"id_no": None}, MatchStatus.FOUND),
        ("MZ02", {"husband_id_no": OTHER_ID, "wife_id_no": ID_NO}, MatchStatus.FOUND),
        ("MZ02", {"husband_id_no": OTHER_ID, "wife_id_no": None}, MISMATCH),
        ("GA01", {"name": NAME, "id_no": OTHER_ID}, MISMATCH),
        ("GA01", {"name": NAME, "id_no": None}, MISMATCH),
    ],
)
def test_a_record_that_names_somebody_else_is_no_record_of_the_person(
    item: str, record: dict[str, object], status: MatchStatus
) -> None:
    found = read(an_envelope(a_row(record)), Request((Row(item=item),)))

    assert the_answer(found).status is status


def test_a_household_register_may_name_others_beside_the_person() -> None:
    rows = [{"name": NAME, "id_no": ID_NO}, {"name": "钱乙", "id_no": OTHER_ID}]

    found = read(an_envelope(a_row(*rows)), Request((Row(item="GA01"),)))

    assert the_answer(found).status is MatchStatus.FOUND


def test_a_source_whose_clock_is_ahead_answered_when_we_received() -> None:
    found = read(an_envelope(a_row(CAR), answered_at="2026-11-22T10:32:00+08:00"))

    assert the_answer(found).answered_at == RECEIVED_AT


@pytest.mark.parametrize("item", ["XX01", "GA02"])
def test_an_item_of_another_department_has_no_answer_here(item: str) -> None:
    request = Request((Row(item=item),), department="MZ")

    found = read(an_envelope(a_row(CAR), source="MZ"), request)

    assert the_answer(found).status is ERROR


def test_a_byte_order_mark_is_no_fault() -> None:
    body = b"\xef\xbb\xbf" + json.dumps(an_envelope(a_row(CAR))).encode()

    assert the_answer(read(body)).status is MatchStatus.FOUND


SECRETS = ("4111111111111111", "张秘密")


@pytest.mark.parametrize(
    "envelope",
    [
        an_envelope(a_row({"plate": SECRETS, "value": SECRETS[0]}, remark=SECRETS[1])),
        an_envelope(a_row(name=SECRETS[1], id_no=SECRETS[0])),
        an_envelope(a_row(CAR | {SECRETS[0]: SECRETS[1]})),
        an_envelope(a_row(match_status=SECRETS[1])),
        an_envelope(batch_no=SECRETS[0]),
        an_envelope(a_row(row_no=SECRETS[0])),
    ],
)
def test_nothing_of_the_answer_gets_into_remarks_and_problems(envelope: object) -> None:
    found = read(envelope)

    said = repr(found.problems) + repr([answer.remark for answer in found.answers])
    assert found.problems
    assert not any(secret in said for secret in SECRETS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
DAMAGES: tuple[Callable[[dict[str, Any], object], object], ...] = (
    lambda envelope, junk: envelope | {"rows": junk},
    lambda envelope, junk: envelope | {"answered_at": junk},
    lambda envelope, junk: envelope | {"rows": [*envelope["rows"], junk]},
    lambda envelope, junk: envelope | {"rows": [envelope["rows"][0] | {"records": junk}]},
    lambda envelope, junk: envelope | {"rows": [envelope["rows"][0] | {"records": [junk]}]},
    lambda envelope, junk: envelope | {"rows": [envelope["rows"][0] | {"records": [CAR | {"value": junk}]}]},
    lambda envelope, junk: envelope | {"rows": [envelope["rows"][0] | {"match_status": junk}]},
    lambda envelope, junk: envelope | {"rows": [envelope["rows"][0] | {"id_no": junk, "name": junk}]},
    lambda envelope, junk: junk,
)


@settings(max_examples=200)
@given(body=st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error_and_never_as_complete(body: bytes) -> None:
    answer = the_answer(read(body))

    assert not answer.status.is_complete


@settings(max_examples=300)
@given(damage=st.sampled_from(DAMAGES), junk=JSON)
def test_a_damaged_answer_is_read_without_an_error_and_counts_only_when_it_is_right(
    damage: Callable[[dict[str, Any], object], object], junk: object
) -> None:
    found = read(damage(an_envelope(a_row(CAR)), junk))

    answer = the_answer(found)
    assert (answer.person, answer.item) == ("p1", "GA02")
    assert answer.answered_at <= RECEIVED_AT + timedelta(0)
    for record in answer.records:
        assert isinstance(record.values.get("value"), Decimal | None)
    assert answer.status.is_complete or found.problems or answer.status is PARTIAL


def test_the_day_of_the_test_is_no_part_of_the_reading() -> None:
    body = json.dumps(an_envelope(a_row(CAR))).encode()
    later = datetime.combine(date(2036, 1, 1), RECEIVED_AT.timetz())

    assert read_answer(CATALOGUE, Request(), body, later) == read(body)
