"""Number and code: what may be shown of a report, in each of its states, and nothing to whoever guesses."""

import re

import pytest
from sqlalchemy import select, update

from engine.domain.report_check import LENGTH, number_core
from engine.ports import TemporaryFailure
from engine.store.audit import AuditEvent
from engine.store.reports import Report, ReportState
from tests.builders import UNIT, VERIFICATION_UNIT, a_commission
from tests.door import Door
from tests.engine.handling.test_rechecking import closed, recheck
from tests.engine.house import House
from tests.privacy.marks import kinds_shown
from tests.web.public.visitor import (
    FOUND,
    NOT_FOUND,
    NUMBER,
    a_visitor,
    code_of,
    issue,
    printed_address,
    void,
)

WRONG_CODE = "2" * LENGTH
TYPED_NUMBER = re.compile(r'(id="number" name="number"[^>]*) value="[^"]*"')


def all_cells(text: str) -> list[str]:
    """What stands in the table of the eight layers."""
    return [re.sub(r"\s+", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL)]


def checks_on_record(house: House) -> list[dict[str, object]]:
    with house.database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.action == "report_checked")
        return [{"actor": event.actor, **event.facts} for event in session.scalars(wanted)]


@pytest.mark.clause("M 5.2 d", "M E.2")
def test_what_the_qr_code_says_is_answered_at_once(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).open(printed_address(door.house))

    assert answer.status_code == 200
    for shown in (
        FOUND,
        NUMBER,
        "2026-11-20",
        VERIFICATION_UNIT,
        UNIT,
        "最低生活保障",
        "第一次出具",
        "共 7 页",
    ):
        assert shown in answer.text


@pytest.mark.clause("M B.1 Fig B.1")
def test_the_number_is_shown_with_its_eight_layers(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).ask(NUMBER, code_of(door.house))

    cells = all_cells(answer.text)
    assert cells[::2] == ["第", "320400", "2026", "1100001", "aa", "f", "1", "号"]
    assert "".join(cells[::2]) == NUMBER
    assert cells[1::2] == [
        "固定用字",
        "核对机构所在地的行政区划代码",
        "出具年度",
        "流水号：11 月第 1 份",
        "核对项目：最低生活保障",
        "性质：第一次出具",
        "一个家庭一份核对报告",
        "固定用字",
    ]


@pytest.mark.parametrize(
    "spell",
    [
        lambda number, code: (number, code),
        lambda number, code: (number_core(number).upper(), code.lower()),
        lambda number, code: (f" {number_core(number)} ", f"{code[:5]} - {code[5:].lower()} "),
        lambda number, code: (number[:10] + " " + number[10:], "‑".join(code)),
        lambda number, code: (number, "".join(chr(ord(letter) + 0xFEE0) for letter in code)),
    ],
    ids=[
        "as printed",
        "without first and last word",
        "with blanks",
        "hyphens of a typesetter",
        "wide letters",
    ],
)
def test_number_and_code_are_taken_as_people_type_them(door: Door, spell) -> None:  # type: ignore[no-untyped-def]
    issue(door.house)

    answer = a_visitor(door).ask(*spell(NUMBER, code_of(door.house)))

    assert FOUND in answer.text


def test_a_report_whose_receipt_has_come_is_valid(door: Door) -> None:
    closed(door.house)

    answer = a_visitor(door).ask(NUMBER, code_of(door.house))

    assert FOUND in answer.text


@pytest.mark.clause("M 5.2 d", "M E.2")
def test_a_report_is_valid_until_the_one_of_its_re_check_has_been_sent(door: Door) -> None:
    second = recheck(closed(door.house), NUMBER)
    with door.house.database.transaction() as session:
        session.execute(update(Report).where(Report.number == second).values(state=ReportState.RENDERED))

    before = a_visitor(door).ask(NUMBER, code_of(door.house))
    with door.house.database.transaction() as session:
        session.execute(update(Report).where(Report.number == second).values(state=ReportState.DELIVERED))
    after = a_visitor(door).ask(NUMBER, code_of(door.house))
    of_second = a_visitor(door).ask(second, code_of(door.house, second))

    assert FOUND in before.text
    assert "报告已被复核报告取代" in after.text
    assert second not in after.text
    assert FOUND in of_second.text
    assert "性质：复核" in of_second.text


def test_what_a_re_check_has_replaced_does_not_come_back_when_that_is_voided(door: Door) -> None:
    second = recheck(closed(door.house), NUMBER)
    void(door.house, second)

    answer = a_visitor(door).ask(NUMBER, code_of(door.house))

    assert "报告已被复核报告取代" in answer.text


@pytest.mark.clause("M 5.2 d")
def test_a_voided_report_is_said_to_be_void_since_when_and_not_why(door: Door) -> None:
    issue(door.house)
    void(door.house)

    answer = a_visitor(door).ask(NUMBER, code_of(door.house))

    assert answer.status_code == 200
    assert "报告已作废" in answer.text
    assert "2026-11-20 17:30" in answer.text
    assert "打印错误" not in answer.text
    assert FOUND not in answer.text


def test_what_does_not_fit_is_refused_in_the_same_words_whatever_it_was(door: Door) -> None:
    """Equal but for the number the visitor has typed themselves, which comes back in its field."""
    issue(door.house)
    door.house.units.failures = [TemporaryFailure("timeout")] * 2
    rendered = issue(door.house, "WT-2")
    numbered, voided_before_printing = issue(door.house, "WT-3"), issue(door.house, "WT-4")
    with door.house.database.transaction() as session:
        for number, state in ((numbered, ReportState.NUMBERED), (voided_before_printing, ReportState.VOIDED)):
            changed = {"state": state, "pages": None, "file_digest": None}
            session.execute(update(Report).where(Report.number == number).values(**changed))
    right = {number: code_of(door.house, number) for number in (rendered, numbered, voided_before_printing)}
    tries = {
        "wrong code": (NUMBER, WRONG_CODE),
        "code of another report": (NUMBER, right[rendered]),
        "half a code": (NUMBER, code_of(door.house)[:5]),
        "code with a letter no code has": (NUMBER, "0"),
        "code that is no ASCII": (NUMBER, "验真码"),
        "unknown number": ("第32040020261100999aaf1号", code_of(door.house)),
        "malformed number": ("32040020261300001aaf1", code_of(door.house)),
        "number with a null byte": ("第32040020261100001aaf1号\0", code_of(door.house)),
        "no number at all": ("<script>alert(1)</script>", code_of(door.house)),
        "endless number": ("1" * 5000, "2" * 5000),
        "not yet sent": (rendered, right[rendered]),
        "not yet printed": (numbered, right[numbered]),
        "voided before it was printed": (voided_before_printing, right[voided_before_printing]),
    }

    answers = {
        what: a_visitor(door, f"192.0.2.{n}").ask(*typed) for n, (what, typed) in enumerate(tries.items())
    }

    states = {report.state for report in _rows(door.house)}
    assert states == {ReportState.DELIVERED, ReportState.RENDERED, ReportState.NUMBERED, ReportState.VOIDED}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert all(NOT_FOUND in answer.text for answer in answers.values())
    assert len({TYPED_NUMBER.sub(r"\1", answer.text) for answer in answers.values()}) == 1
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers.values()}) == 1
    assert not any("alert(1)" in answer.text for answer in answers.values())


def _rows(house: House) -> list[Report]:
    with house.database.reading() as session:
        return list(session.scalars(select(Report)))


def test_a_refused_qr_code_and_a_refused_form_look_the_same(door: Door) -> None:
    issue(door.house)

    scanned, typed = a_visitor(door).scan(NUMBER, WRONG_CODE), a_visitor(door).ask(NUMBER, WRONG_CODE)

    assert (scanned.status_code, typed.status_code) == (404, 404)
    strip = re.compile(r'name="next" value="[^"]*"|(?<=name="number")[^>]*')
    assert strip.sub("", scanned.text) == strip.sub("", typed.text)


def test_a_report_of_before_there_were_codes_cannot_be_found_by_any_code(door: Door) -> None:
    issue(door.house)
    with door.house.database.transaction() as session:
        session.execute(update(Report).values(check_code=None))

    answers = [a_visitor(door).ask(NUMBER, code) for code in ("0", "-", "None", WRONG_CODE)]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(
    ("number", "code", "message", "field"),
    [("", WRONG_CODE, "请填写核对报告编号", "number"), (NUMBER, " ", "请填写验真码", "code")],
)
def test_an_empty_field_is_told_at_the_field(
    door: Door, number: str, code: str, message: str, field: str
) -> None:
    answer = a_visitor(door).ask(number, code)

    assert answer.status_code == 400
    assert message in answer.text
    assert f'href="#{field}"' in answer.text


def test_no_person_no_household_and_no_amount_stands_on_the_page(door: Door) -> None:
    commission = a_commission()
    issue(door.house)

    page = a_visitor(door).ask(NUMBER, code_of(door.house)).text

    persons = commission.household.persons
    assert all(person.name not in page and person.id_no not in page for person in persons)
    assert commission.purpose not in page.replace("最低生活保障", "")
    assert kinds_shown(page) == set()


def test_a_right_check_is_on_record_without_an_address_and_many_are_a_few(door: Door) -> None:
    issue(door.house)
    visitor, code = a_visitor(door, "198.51.100.77"), code_of(door.house)
    visitor.ask(NUMBER, WRONG_CODE)

    first = visitor.ask(NUMBER, code)
    after_one = checks_on_record(door.house)
    for _ in range(40):
        door.house.clock.pass_time(seconds=1)
        visitor.ask(NUMBER, code)

    assert first.status_code == 200
    assert after_one == [{"actor": "public", "number": NUMBER, "by": "code"}]
    assert 2 <= len(checks_on_record(door.house)) <= 9
    assert visitor.ask(NUMBER, code).status_code == 200
