"""A case has a paper once an element that names it has been passed, with the words it was pinned with."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.handling.papers import (
    FilledPaper,
    ListedPaper,
    PaperNotPrinted,
    list_papers,
    list_papers_of_unit,
    paper_of_case,
    paper_of_unit,
    print_paper,
    record_printing,
)
from engine.paper_definitions import PaperDefinition
from engine.ports import PermanentFailure
from engine.runtime import Source, load_definitions, read_package
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers import PaperCase, case_papers, closing_report, pinned_definition
from engine.store.audit import AuditEvent
from engine.store.cases import Case
from engine.store.documents import Document
from engine.store.instances import ProcessInstance
from tests.builders import a_commission, a_household, an_authorisation
from tests.engine.handling.desk import FIRST, SECOND, Desk, a_paper_submission
from tests.engine.handling.test_rechecking import closed, recheck
from tests.engine.house import UNIT_CODE, House
from tests.engine.paper_definitions.reading import tags_of, text_of
from tests.fakes.outside import FakePrinter
from web.cleaner import clean_due_cases

EDITED = "本中心地址：甲市甲区乙路2号"
F = "第32040020261100001aaf1号"
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"


def papers(house: House) -> list[ListedPaper]:
    """The oldest first."""
    with house.database.reading() as session:
        return list(reversed(list_papers(session, house.platform, 1)))


def keys(house: House) -> list[str]:
    return [paper.key for paper in papers(house)]


def the_paper(house: House, key: str, ordinal: int | None = None) -> FilledPaper:
    with house.database.reading() as session:
        return paper_of_case(session, house.platform, 1, key, ordinal)


def html_of(house: House, key: str, ordinal: int | None = None) -> str:
    """As the fake printer prints it: its content is the page itself."""
    return print_paper(house.platform, the_paper(house, key, ordinal)).content.decode()


def words(house: House, key: str, ordinal: int | None = None) -> str:
    return text_of(html_of(house, key, ordinal))


def context(house: House, session: Any) -> CallContext:
    case = session.get_one(Case, 1)
    digest = session.scalars(
        select(ProcessInstance.definition_digest).order_by(ProcessInstance.id.desc())
    ).first()
    definition = pinned_definition(session, digest)
    return CallContext(session, house.platform, case, definition, None, house.clock.now())


def told(house: House, kind: str) -> Mapping[str, Any]:
    data = house.units.bodies(kind)[-1]["data"]
    assert isinstance(data, dict)
    return data


@pytest.mark.clause("M 6.1 d", "M 6.4 c", "J 6.3.1", "J 6.3.2")
def test_a_case_has_the_papers_of_the_steps_it_has_passed(any_house: House) -> None:
    house = any_house
    house.receive(a_commission())

    house.work()
    before_receipt = keys(house)
    Desk(house).confirm()

    assert before_receipt == ["acceptance_notice"]
    assert keys(house) == ["acceptance_notice", "receipt", "closing_report"]
    assert [paper.number for paper in papers(house)] == [
        "核受字〔2026〕320400202611200000001号",
        "核执字〔2026〕320400202611200000001号",
        "核结字〔2026〕320400202611200000001号",
    ]
    assert "户主赵甲，共2人" in words(house, "acceptance_notice")
    assert F in words(house, "receipt")
    closing = words(house, "closing_report")
    assert "最低生活保障" in closing
    assert F in closing
    assert "永久" in closing


def test_a_case_handled_by_people_is_told_its_limit_and_the_day_it_ends(house: House) -> None:
    desk = Desk(house)
    desk.bring()
    desk.do("first_review", FIRST, first_passed=True)
    desk.do("second_review", SECOND, second_passed=True)

    text = words(house, "acceptance_notice")

    assert "自受理之日起10个工作日，至2026年12月4日止" in text


@pytest.mark.clause("M 6.1 c")
def test_what_is_returned_goes_out_with_a_notice_that_gives_the_same_reasons(house: House) -> None:
    desk = Desk(house)
    desk.bring()

    desk.refuse("seal_missing", "identity_copy_missing")

    data = told(house, "application.returned")
    file = data["file"]
    content = base64.b64decode(file["content"])
    assert house.documents.get(file["sha256"]) == content
    assert file["name"] == "退回通知书 核退字〔2026〕320400202611200000001号.pdf"
    assert all(reason["message"] in text_of(content.decode()) for reason in data["reasons"])
    with house.database.reading() as session:
        document = session.scalars(select(Document).where(Document.kind == "return_notice")).one()
    assert (document.digest, document.size, document.name) == (file["sha256"], len(content), file["name"])


def test_a_notice_is_shown_as_it_went_out_whatever_was_mended_since(house: House) -> None:
    desk = Desk(house)
    desk.bring(a_paper_submission(a_commission(letter=None, reviews=())))
    desk.do("return_application", FIRST, reasons=["letter_missing"])

    desk.send_again(a_commission(a_household(members=3), reviews=()))

    assert keys(house) == ["return_notice"]
    assert "缺少核对委托书" in words(house, "return_notice")
    printed_then = len(house.printer.printed)
    html_of(house, "return_notice")
    assert len(house.printer.printed) == printed_then


@pytest.mark.clause("J 5.2.2.2.1")
def test_a_notice_is_shown_as_it_went_out_when_its_working_copy_is_gone(house: House) -> None:
    desk = Desk(house)
    desk.bring(a_paper_submission(a_commission(letter=None, reviews=())))
    desk.do("return_application", FIRST, reasons=["letter_missing"])
    desk.send_again(a_commission(a_household(members=3), reviews=()))
    desk.review()
    desk.confirm()
    sent = the_paper(house, "return_notice").sent
    house.clock.moment += timedelta(days=181)

    assert clean_due_cases(house.database, house.platform) == 1

    assert sent not in house.documents.contents
    assert "缺少核对委托书" in words(house, "return_notice")


def test_a_second_return_has_a_number_and_a_file_of_its_own(house: House) -> None:
    desk = Desk(house)
    desk.bring()
    desk.refuse("seal_missing")
    desk.send_again(a_commission(a_household(members=3), reviews=()))

    desk.refuse("list_missing")

    assert [paper.number for paper in papers(house)] == [
        "核退字〔2026〕320400202611200000001号",
        "核退字〔2026〕320400202611200000001-2号",
    ]
    assert "公章" in words(house, "return_notice", 1)
    assert "公章" not in words(house, "return_notice", 2)
    assert words(house, "return_notice") == words(house, "return_notice", 2)


@pytest.mark.clause("M 6.3 c", "M 6.3 note")
def test_a_suspended_case_goes_out_with_what_is_to_be_supplemented(house: House) -> None:
    letter = an_authorisation()
    today = house.clock.now().date()
    house.receive(a_commission(authorisations=(replace(letter, valid=replace(letter.valid, end=today)),)))
    house.clock.pass_time(days=2)

    house.work()

    data = told(house, "verification.suspended")
    text = text_of(base64.b64decode(data["file"]["content"]).decode())
    assert data["reasons"]
    assert all(reason["reason"] in text for reason in data["reasons"])
    assert "撤回核对申请，补正后重新提出" in text
    assert keys(house) == ["acceptance_notice", "supplement_notice"]


@pytest.mark.clause("M 6.5", "M 6.5 (2)", "M F.1")
def test_a_recheck_leaves_its_form_and_the_comparison_item_by_item(house: House) -> None:
    desk = closed(house)
    desk.employ_the_head()

    second = recheck(desk, F)

    assert keys(house)[3:] == ["recheck_application", "recheck_result", "receipt", "closing_report"]
    form = words(house, "recheck_application")
    for value in (
        "甲区民政局",
        "沈经办",
        "13900000000",
        "213000",
        "甲市甲区甲路1号",
        F,
        "本人已离职",
        "在职人员信息",
    ):
        assert value in form
    result = words(house, "recheck_result")
    assert "查无记录" in result
    assert "有变化" in result
    assert "无变化" in result
    assert second in result
    assert F in words(house, "closing_report", 1)
    assert second in words(house, "closing_report", 2)


def test_names_are_printed_as_text(house: House) -> None:
    household = a_household()
    head = replace(household.persons[0], name=HOSTILE)
    hostile = replace(household, persons=(head, *household.persons[1:]))

    house.receive(a_commission(hostile))
    house.work()

    html = html_of(house, "acceptance_notice")
    assert HOSTILE in text_of(html)
    assert "script" not in tags_of(html)


def test_letters_are_printed_beforehand_with_what_the_case_knows(house: House) -> None:
    house.receive(a_commission())
    house.work()

    letter, authorisation = words(house, "commission_letter"), words(house, "authorisation_letter")
    form = words(house, "recheck_application")

    assert all(
        value in letter for value in ("赵甲", "钱乙", "沈经办", "家庭经济状况自行申报表", "甲区民政局")
    )
    assert all(value in authorisation for value in ("SQ2026110001", "赵甲", "户主代未成年子女签署"))
    assert F in form
    assert not the_paper(house, "commission_letter").sheet.is_sealed  # type: ignore[union-attr]


def with_edited_notice(house: House) -> None:
    """What a designer's edit is to the platform: another file at the next start."""
    name = "documents/acceptance_notice.html"
    sources = [
        Source(name, source.content.replace("办理期限届满前".encode(), f"{EDITED}。办理期限届满前".encode()))
        if source.name == name
        else source
        for source in read_package("processes", "forms")
    ]
    edited = next(source.content.decode() for source in sources if source.name == name)
    papers = {**house.platform.papers, "acceptance_notice": PaperDefinition("acceptance_notice", edited)}
    house.platform = replace(house.platform, definitions=load_definitions(sources), papers=papers)


def test_a_designers_edit_changes_new_cases_and_a_running_one_keeps_its_words(any_house: House) -> None:
    house = any_house
    house.receive(a_commission())
    house.work()

    with_edited_notice(house)
    house.receive(a_commission(number="WT-2026-0002"), digest="e" * 64)
    house.work()

    with house.database.reading() as session:
        sheets = [
            paper_of_case(session, house.platform, case_id, "acceptance_notice").sheet for case_id in (1, 2)
        ]
    assert [sheet is not None and EDITED in sheet.html for sheet in sheets] == [False, True]


def test_the_archive_gets_every_paper_that_is_not_a_file_already(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with house.database.reading() as session:
        case = PaperCase(context(house, session))
        found, closing = case_papers(case), closing_report(case)

    assert [(paper.key, paper.title) for paper in found] == [("acceptance_notice", "受理通知书")]
    assert (closing.key, closing.number) == ("closing_report", "核结字〔2026〕320400202611200000001号")
    assert "保管期限" in closing.sheet.html
    assert closing.sheet.is_sealed


def test_each_printing_is_on_record(house: House) -> None:
    house.receive(a_commission())
    house.work()
    paper = the_paper(house, "acceptance_notice")

    with house.database.transaction() as session:
        record_printing(session, paper, "F001", house.clock.now())

    with house.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "paper_printed")).one()
    assert (event.actor, event.case_id) == ("F001", 1)
    assert event.facts == {"paper": "acceptance_notice", "ordinal": 1}


def test_a_paper_that_has_not_come_about_is_not_found(house: House) -> None:
    house.receive(a_commission())
    house.work()

    for key in ("return_notice", "report", "nothing", "../settings"):
        with pytest.raises(NotFound):
            the_paper(house, key)
    with pytest.raises(NotFound):
        the_paper(house, "acceptance_notice", 2)


def test_a_unit_has_the_papers_of_its_own_commissions_only(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with house.database.reading() as session:
        own = list_papers_of_unit(session, house.platform, UNIT_CODE, "WT-2026-0001")
        paper = paper_of_unit(session, house.platform, UNIT_CODE, "WT-2026-0001", "acceptance_notice")
        with pytest.raises(NotFound):
            list_papers_of_unit(session, house.platform, "320411009", "WT-2026-0001")
        with pytest.raises(NotFound):
            paper_of_unit(session, house.platform, "320411009", "WT-2026-0001", "acceptance_notice")
        with pytest.raises(NotFound):
            paper_of_unit(session, house.platform, UNIT_CODE, "WT-2026-0001", "commission_letter")

    assert [one.key for one in own] == ["acceptance_notice"]
    assert paper.name == "受理通知书 核受字〔2026〕320400202611200000001号"


class BrokenPrinter(FakePrinter):
    def print_sheets(self, sheets: object) -> Any:
        raise PermanentFailure("no_program")


def test_a_printer_that_fails_says_so(house: House) -> None:
    house.receive(a_commission())
    house.work()
    platform = replace(house.platform, printer=BrokenPrinter())

    with pytest.raises(PaperNotPrinted, match="暂时不能打印"):
        print_paper(platform, the_paper(house, "acceptance_notice"))
