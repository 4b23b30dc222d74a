"""/cases: find cases. The number of a person's document never stands in an address."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.handling.case_file.search import (
    FoundCases,
    Wanted,
    find_by_id_number,
    find_cases,
    units_to_choose,
)
from engine.handling.case_file.words import STATES
from web.hall import hall
from web.handling.case_file.room import blueprint, typed
from web.policies import admits, person, with_right


@blueprint.get("")
@admits(with_right(Right.READ_CASES))
def search() -> ResponseReturnValue:
    wanted = Wanted(
        case_no=typed("case_no"),
        commission_no=typed("commission_no"),
        report_no=typed("report_no"),
        unit_code=typed("unit"),
        state=typed("state"),
        first_day=_day("first"),
        last_day=_day("last"),
        before=request.args.get("before", type=int),
    )
    with hall().database.reading() as session:
        found, units = find_cases(session, hall().platform, wanted), units_to_choose(session)
    return _page(found, units=units, wanted=wanted)


@blueprint.post("")
@admits(with_right(Right.READ_CASES))
def search_by_id_number() -> ResponseReturnValue:
    id_no = request.form.get("id_no", "").strip()
    with hall().database.transaction() as session:
        found = find_by_id_number(session, hall().platform, person(), id_no)
        units = units_to_choose(session)
    return _page(found, units=units, wanted=Wanted(), is_by_person=True)


def _page(found: FoundCases, **values: object) -> str:
    return render_template("cases/search.html", found=found, states=STATES, **values)


def _day(name: str) -> date | None:
    """What is no day leaves the search open."""
    try:
        return date.fromisoformat(typed(name))
    except ValueError:
        return None
