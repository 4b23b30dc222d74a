"""Registering papers at the desk: page after page, without scripts, to the receipt."""

import pytest
from sqlalchemy import select

from engine.store.cases import Case, commission_of
from engine.store.documents import Document
from engine.store.drafts import FormDraft
from tests.builders import UNIT, a_commission, a_household
from tests.door import Door
from tests.engine.handling.desk import COURIER, FIRST, FRONT, Desk
from tests.engine.handling.form_work.filling import registration
from tests.web.forms.test_uploads import a_png
from tests.web.handling.clerk import Clerk, Fields

PATH = "/registrations/submission"
COMMISSION = a_commission(a_household(members=2), reviews=())
NO_SCANS = dict.fromkeys(("letter", "authorisation", "identity", "declaration"), "")
SCANS = {
    "letter_scan": [("委托书.png", a_png(1))],
    "authorisation_scan": [("授权书.png", a_png(2))],
    "declaration_scan": [("申报表.png", a_png(3))],
    "members-0-identity_copy": [("证件一.png", a_png(4))],
    "members-1-identity_copy": [("证件二.png", a_png(5))],
}


def typed() -> Fields:
    """The form of the commission as fields of the page, without its files."""
    fields: Fields = {}
    for key, value in registration(COMMISSION, NO_SCANS).items():
        if not isinstance(value, list) or not value or not isinstance(value[0], dict):
            fields[key] = posted(value)
            continue
        for number, row in enumerate(value):
            fields |= {f"{key}-{number}-{name}": posted(text) for name, text in row.items()}
    return {name: text for name, text in fields.items() if not name.endswith(("_scan", "identity_copy"))}


def posted(value: object) -> str | list[str]:
    if isinstance(value, bool):
        return str(value).lower() if value else []
    return [str(one) for one in value] if isinstance(value, list) else str(value)


@pytest.fixture
def clerk(door: Door) -> Clerk:
    clerk = Clerk(door, FRONT)
    assert clerk.open(PATH).status_code == 200
    return clerk


def with_two_members(clerk: Clerk) -> Clerk:
    clerk.send(PATH, button="_add", value="members")
    return clerk


def looked_over(clerk: Clerk) -> Clerk:
    """Filled in, sent, and on the page before it is registered."""
    answer = with_two_members(clerk).send(PATH, typed(), files=SCANS)
    assert (answer.status_code, answer.location) == (303, f"{PATH}/check")
    clerk.open(f"{PATH}/check")
    return clerk


def cases(door: Door) -> list[Case]:
    with door.house.database.reading() as session:
        return list(session.scalars(select(Case)))


@pytest.mark.clause("J 6.2.2.1 Fig 1", "M 6.1 Fig 1")
def test_a_form_filled_in_on_the_page_goes_to_the_review_and_the_courier_gets_a_receipt(
    door: Door, clerk: Clerk
) -> None:
    answer = looked_over(clerk).send(f"{PATH}/check", button="_confirm")

    (case,) = cases(door)
    assert (answer.status_code, answer.location) == (303, f"/registrations/acknowledgements/{case.id}")
    receipt = clerk.open(answer.location).text
    assert all(words in receipt for words in (case.case_no or "", UNIT, COMMISSION.number, COURIER.name))
    assert COMMISSION.household.persons[0].name not in receipt
    door.house.work()
    assert Desk(door.house).task("first_review").post == "受理岗"
    with door.house.database.reading() as session:
        commission = commission_of(session, door.house.platform.vault, case.id)
        kinds = set(session.scalars(select(Document.kind)))
        assert session.scalars(select(FormDraft)).all() == []
    assert commission.household == COMMISSION.household
    assert kinds == {"commission_letter", "authorisation", "identity_copy", "declaration"}


def test_before_it_is_registered_everything_is_there_to_be_looked_over(clerk: Clerk) -> None:
    looked_over(clerk)
    assert clerk.page is not None

    text = clerk.page.text

    assert "材料齐全" in text
    assert all(words in text for words in (COMMISSION.number, "最低生活保障", "授权书.png", UNIT))
    assert "None" not in text
    assert "监护人" in text
    assert "被赡养" not in text


@pytest.mark.clause("M 6.1 c")
def test_what_will_be_sent_back_is_said_before_it_is_registered(clerk: Clerk) -> None:
    with_two_members(clerk)

    clerk.send(PATH, {**typed(), "letter_valid_end": "2026-11-19"}, files=SCANS)

    text = clerk.open(f"{PATH}/check").text
    assert "登记后将因以下缺项退回" in text
    assert "核对委托书不在生效期间内" in text


def test_a_row_is_added_and_taken_away_without_losing_what_was_typed(clerk: Clerk) -> None:
    first = clerk.send(PATH, {"agent": "沈经办"}, button="_add", value="members")
    added = [name for name, _ in clerk.pairs() if name == "members-1-name"]

    second = clerk.send(PATH, {"members-1-name": "钱乙"}, button="_del", value="members-0")

    assert (first.status_code, second.status_code, len(added)) == (200, 200, 1)
    assert ("agent", "沈经办") in clerk.pairs()
    assert [text for name, text in clerk.pairs() if name.endswith("-name") and "members" in name] == ["钱乙"]


def test_a_half_filled_form_is_there_again_and_numbers_of_people_are_masked(door: Door, clerk: Clerk) -> None:
    number = COMMISSION.household.persons[0].id_no
    fields: Fields = {"members-0-name": "赵甲", "members-0-id_no": number, "courier_phone": COURIER.phone}
    clerk.send(f"{PATH}/draft", fields, button="_draft", files={"letter_scan": [("委托书.png", a_png())]})

    page = Clerk(door, FRONT).open(PATH).text
    others = Clerk(door, FIRST).open(PATH)

    assert "已恢复" in page
    assert "已上传 委托书.png" in page
    assert "赵甲" in page
    assert number not in page
    assert COURIER.phone not in page
    assert others.status_code == 403


def test_a_masked_number_that_comes_back_is_the_number(door: Door, clerk: Clerk) -> None:
    with_two_members(clerk)
    clerk.send(f"{PATH}/draft", typed(), button="_draft", files=SCANS)
    clerk.open(PATH)

    clerk.send(PATH)
    clerk.open(f"{PATH}/check")
    clerk.send(f"{PATH}/check", button="_confirm")

    (case,) = cases(door)
    with door.house.database.reading() as session:
        commission = commission_of(session, door.house.platform.vault, case.id)
    assert commission.household == COMMISSION.household


def test_a_mask_that_comes_back_stays_a_mask_when_the_page_is_shown_again(clerk: Clerk) -> None:
    number = COMMISSION.household.persons[0].id_no
    clerk.send(f"{PATH}/draft", {"members-0-id_no": number}, button="_draft")
    clerk.open(PATH)

    again = clerk.send(PATH, button="_add", value="members").text
    typed_anew = clerk.send(PATH, {"members-1-id_no": number[:17]}).text

    assert number not in again
    assert number[:17] in typed_anew


def test_a_draft_can_be_thrown_away(clerk: Clerk) -> None:
    clerk.send(f"{PATH}/draft", {"agent": "沈经办"}, button="_draft")
    clerk.open(PATH)

    clerk.send(f"{PATH}/clear", {})

    assert "沈经办" not in clerk.open(PATH).text


def test_confirming_twice_registers_once(door: Door, clerk: Clerk) -> None:
    looked_over(clerk)

    answers = [clerk.send(f"{PATH}/check", button="_confirm").location for _ in range(2)]

    assert answers[1] == "/"
    assert len(cases(door)) == 1


def test_what_was_changed_after_it_was_looked_over_is_looked_over_again(door: Door, clerk: Clerk) -> None:
    looked_over(clerk)
    other = Clerk(door, FRONT)
    other.open(PATH)
    door.house.clock.pass_time(seconds=5)
    other.send(f"{PATH}/draft", {"purpose": "另一个事由"}, button="_draft")

    answer = clerk.send(f"{PATH}/check", button="_confirm")

    assert answer.location == f"{PATH}/check"
    assert cases(door) == []


def test_a_name_nobody_has_is_told_at_its_field(clerk: Clerk) -> None:
    with_two_members(clerk)
    guardian = {"members-1-signed_by": "guardian", "members-1-guardian_basis": "父亲"}

    answer = clerk.send(PATH, {**typed(), **guardian, "members-1-guardian_name": "某某"}, files=SCANS)

    assert answer.status_code == 400
    assert 'href="#f-members-1-guardian_name"' in answer.text
    assert "家庭成员 2：" in answer.text


@pytest.mark.parametrize("kind", ["submission", "recheck", "peer"])
def test_nothing_to_confirm_leads_back_to_the_form(door: Door, kind: str) -> None:
    clerk = Clerk(door, FRONT)

    answer = clerk.open(f"/registrations/{kind}/check")

    assert (answer.status_code, answer.location) == (303, f"/registrations/{kind}")


def test_an_empty_form_tells_every_field_that_is_needed_once(clerk: Clerk) -> None:
    answer = clerk.send(PATH)

    assert answer.status_code == 400
    assert "<title>错误：" in answer.text
    assert answer.text.count('href="#f-courier_name"') == 1


def test_a_acknowledgement_of_a_case_that_is_not_there_is_not_found(clerk: Clerk) -> None:
    assert clerk.open("/registrations/acknowledgements/999999").status_code == 404
