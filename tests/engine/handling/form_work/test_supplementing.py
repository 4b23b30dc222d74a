"""Mended material through its form: what was wrong is mended, and the rest stays as it was."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.domain.commission import Commission, DeclaredIncome, Evidence, Material
from engine.domain.household import Period
from engine.handling.claiming import Seen
from engine.handling.form_work.checking import FormNotInOrder, make_ready
from engine.handling.form_work.drafting import Filled
from engine.handling.form_work.sending import send_task
from engine.store.cases import commission_of
from engine.store.human_tasks import result_of, task_as_it_is
from tests.builders import NAMES, a_commission, a_household, an_authorisation, an_id_no
from tests.engine.handling.desk import COURIER, FRONT, Desk, a_paper_submission
from tests.engine.handling.form_work.filling import put_scans
from tests.engine.house import House

PERIOD = {"period_start": "2025-11-01", "period_end": "2026-10-31", "property_as_of": "2026-10-31"}
LETTER = PERIOD | {
    "new_letter": True,
    "content": ["income", "property", "expenditure"],
    "letter_valid_start": "2026-11-01",
    "letter_valid_end": "2027-10-31",
    "agent": "沈经办",
    "letter_signed": True,
    "letter_sealed": True,
    "disclaimer_accepted": True,
}
AUTHORISATION = {
    "new_authorisation": True,
    "authorisation_no": "SQ2026110099",
    "scope_authorised": True,
    "authorisation_valid_start": "2026-11-20",
    "authorisation_valid_end": "2027-11-19",
    "authorisation_confirmed_by": "fingerprint",
}
DECLARATION = {"new_declaration": True, "financial_assets": "120.50", "vehicles": "0"}


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def returned(desk: Desk, commission: Commission) -> None:
    """What the courier brought first has defects: the diagram has sent it back."""
    desk.bring(a_paper_submission(commission))
    desk.do("return_application", "A001", reasons=["other"])


def refused_by_people(desk: Desk) -> None:
    desk.bring(a_paper_submission(a_commission(a_household(members=3), reviews=())))
    desk.refuse("other")


def supplement(desk: Desk, **changes: Any) -> None:
    """Filled in, checked and sent as the page does it. Raises FormNotInOrder."""
    house, scans = desk.house, put_scans(desk.house)
    row = {"name": "补正说明", "copies": "1", "scan": [scans["letter"]]}
    values = {
        "received_on": "2026-11-20",
        "supplement_way": "courier",
        "courier_name": COURIER.name,
        "courier_phone": COURIER.phone,
        "materials": [row],
        "letter_scan": [scans["letter"]],
        "authorisation_scan": [scans["authorisation"]],
        "declaration_scan": [scans["declaration"]],
        **changes,
    }
    task = desk.task("supplement")
    filled = Filled(values, dict.fromkeys(scans.values(), "扫描件.pdf"))
    ready = make_ready(house.platform, house.platform.forms["supplement"], filled)
    with house.database.transaction() as session:
        send_task(session, house.platform, Seen(task.id, task.version), FRONT, ready)
    house.work()


def latest(desk: Desk) -> Commission:
    with desk.house.database.reading() as session:
        return commission_of(session, desk.house.platform.vault, desk.case().id)


def identity(desk: Desk) -> str:
    return put_scans(desk.house)["identity"]


EXPIRED = tuple(
    an_authorisation(a_household(), valid=Period(date(2025, 1, 1), date(2026, 10, 31))) for _ in range(1)
)


@pytest.mark.clause("M 6.1 c", "M A.1 d", "M A.2 i", "M A.3 b", "M A.3 c")
@pytest.mark.parametrize(
    ("wrong", "mending"),
    [
        ({"authorisations": EXPIRED}, AUTHORISATION),
        ({"authorisations": ()}, AUTHORISATION),
        ({"letter": None}, LETTER),
        ({"declaration": None}, DECLARATION),
        ({"identity_copies": ("p1",)}, {"people": [{"number": "2", "identity_copy": "scan"}]}),
        ({"materials": ()}, {}),
    ],
    ids=["authorisation_expired", "authorisation_missing", "letter", "declaration", "identity_copy", "list"],
)
def test_each_defect_is_mended_by_what_is_registered(
    desk: Desk, wrong: dict[str, Any], mending: dict[str, Any]
) -> None:
    returned(desk, replace(a_commission(reviews=()), **wrong))
    people = [row | {"identity_copy": [identity(desk)]} for row in mending.get("people", [])]

    supplement(desk, **{**mending, "people": people})

    assert desk.task("first_review").state == "open"


def test_a_wrong_name_or_number_is_corrected_for_the_person_it_belongs_to(desk: Desk) -> None:
    household = a_household()
    persons = (household.persons[0], replace(household.persons[1], id_no="320402198803200028", name=""))
    returned(desk, a_commission(replace(household, persons=persons), reviews=()))

    right = an_id_no(2, date(1988, 3, 20))
    supplement(desk, people=[{"number": "2", "name": NAMES[1], "id_type": "111", "id_no": right}])

    assert latest(desk).household == household
    assert desk.task("first_review").state == "open"


def test_a_new_authorisation_keeps_who_signs_unless_it_says_otherwise(desk: Desk) -> None:
    refused_by_people(desk)

    supplement(desk, **AUTHORISATION, people=[{"number": "2", "signed_by": "self"}])

    scan = put_scans(desk.house)["authorisation"]
    found = latest(desk).authorisations
    assert {letter.number for letter in found} == {"SQ2026110099"}
    assert {letter.evidence for letter in found} == {Evidence("fingerprint", scan)}
    signed = {ref: (letter.signed_by, letter.guardian_basis) for letter in found for ref in letter.covers}
    basis = a_commission(a_household(members=3)).authorisations[0].guardian_basis
    assert signed == {"p1": ("p1", None), "p2": ("p2", None), "p3": ("p1", basis)}


def test_a_new_declaration_is_all_that_is_declared(desk: Desk) -> None:
    refused_by_people(desk)
    income = {"category": "wage", "amount_month": "2600", "first_month": "2025-11", "last_month": "2026-10"}

    supplement(desk, **DECLARATION, incomes=[income | {"person_name": NAMES[1]}])

    declared = latest(desk).declaration
    assert declared is not None
    assert (declared.financial_assets_fen, declared.dwellings, declared.vehicles) == (12050, None, 0)
    assert declared.incomes == (DeclaredIncome("p2", "wage", 260_000, "2025-11", "2026-10"),)


def test_the_list_of_material_grows_by_what_was_brought(desk: Desk) -> None:
    refused_by_people(desk)
    scan = identity(desk)
    rows = [
        {"name": "家庭经济状况自行申报表", "copies": "2", "scan": [scan]},
        {"name": "新的材料", "copies": "1", "scan": [scan]},
    ]

    supplement(desk, materials=rows)

    assert latest(desk).materials == (Material("家庭经济状况自行申报表", 2), Material("新的材料", 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"materials": [{"name": "家庭经济状况自行申报表", "copies": "1", "scan": "scan"}]}, "materials"),
        ({"people": [{"number": "9"}]}, "people.0.number"),
        ({"people": [{"number": "1"}, {"number": "1"}]}, "people.1.number"),
        ({"people": [{"number": "1", "signed_by": "self"}]}, "people.0.signed_by"),
        ({"new_letter": True}, "content"),
    ],
)
def test_a_supplement_that_mends_nothing_or_nobody_is_told_at_its_field(
    desk: Desk, changes: dict[str, Any], field: str
) -> None:
    refused_by_people(desk)
    for row in changes.get("materials", []):
        row["scan"] = [identity(desk)]

    with pytest.raises(FormNotInOrder) as raised:
        supplement(desk, **changes)

    assert raised.value.problems[0].field == field
    assert desk.task("supplement").state == "open"


def test_a_supplement_by_post_names_no_courier_and_stays_sealed_with_its_task(desk: Desk) -> None:
    refused_by_people(desk)
    task = desk.task("supplement")

    supplement(desk, supplement_way="post")

    with desk.house.database.reading() as session:
        done = task_as_it_is(session, task.id)
    kept = result_of(desk.house.platform.vault, done)
    assert kept is not None
    assert (kept["supplement_way"], kept.get("courier_name")) == ("post", None)
    assert done.completed_by == FRONT


@pytest.mark.clause("M 6.3 c")
def test_after_a_suspension_what_still_lacks_something_is_told_and_not_taken(desk: Desk) -> None:
    desk.marry_somebody_undeclared()
    desk.bring(a_paper_submission(a_commission(reviews=())))
    desk.review()
    desk.do("suspension_instruction", "C001", instruction="supplement", supplement_due_on="2026-12-01")

    with pytest.raises(FormNotInOrder) as raised:
        supplement(desk, **AUTHORISATION | {"authorisation_valid_start": "2026-11-25"})
    supplement(desk, **AUTHORISATION)

    assert {problem.code for problem in raised.value.problems} == {"authorisation_expired"}
    assert "授权书不在有效期限内" in raised.value.problems[0].reason
    assert latest(desk).authorisations[0].number == "SQ2026110099"
