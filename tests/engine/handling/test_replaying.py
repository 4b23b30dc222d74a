"""Computing the evaluation of a report again: the same from the database and from a package, or named."""

import json
import re
import zlib
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from engine.domain.archive import data_files_of
from engine.handling.pinning import pinned_definition
from engine.handling.replaying import (
    NotReplayable,
    Part,
    Replay,
    basis_in_package,
    basis_in_store,
    replay,
)
from engine.store.evaluations import EVALUATION, EvaluationRecord
from engine.store.instances import ProcessDefinition
from engine.store.queries import ANSWER_BODY, ANSWER_UNDERSTOOD, Answer
from tests.case_files import CaseFiles
from tests.engine.handling.packages import newest_package
from tests.engine.handling.test_rechecking import F, S, closed, recheck
from tests.engine.house import CATALOGUE, House

Files = dict[str, bytes]


@pytest.fixture
def files(house: House) -> Files:
    """Of the package of a closed case with wages and a deposit."""
    CaseFiles(house).closed()
    return data_files_of(newest_package(house))


def from_store(house: House, number: str = F) -> Replay:
    with house.database.reading() as session:
        return replay(basis_in_store(session, house.platform, number))


def from_package(files: Files, number: str = F) -> Replay:
    return replay(basis_in_package(CATALOGUE, files, number))


def changed(files: Files, path: str, change: Callable[[str], str]) -> Files:
    text = files[path].decode()
    assert change(text) != text
    return {**files, path: change(text).encode()}


def named(outcome: Replay, part: Part) -> list[str]:
    return [one.what for one in outcome.strange if one.part is part]


@pytest.mark.clause("M 6.3 a", "M 5.2 d")
def test_a_result_is_computed_again_from_the_database(any_house: House) -> None:
    CaseFiles(any_house).closed()

    outcome = from_store(any_house)

    assert (outcome.is_same, outcome.strange) == (True, ())
    assert outcome.digest == outcome.stored != ""


def test_a_result_is_computed_again_from_its_package_alone(files: Files) -> None:
    outcome = from_package(files)

    assert (outcome.is_same, outcome.strange) == (True, ())


@pytest.mark.clause("M 6.5")
def test_each_report_of_a_case_is_computed_from_what_was_known_then(house: House) -> None:
    desk = closed(house)
    house.clock.pass_time(hours=1)
    desk.employ_the_head()
    recheck(desk, F)
    package = data_files_of(newest_package(house))

    outcomes = [
        from_store(house, F),
        from_store(house, S),
        from_package(package, F),
        from_package(package, S),
    ]

    assert all(outcome.is_same for outcome in outcomes)
    assert outcomes[0].stored != outcomes[1].stored


def test_a_source_that_never_answered_is_computed_again_too(house: House) -> None:
    cases = CaseFiles(house)
    case_id = cases.unanswered("GJJ")
    cases.do(case_id, "contact_source", "E001", exchange_decision="proceed")
    cases.confirm(case_id)

    assert from_store(house).is_same
    assert from_package(data_files_of(newest_package(house))).is_same


def path_of(files: Files, source: str, ending: str) -> str:
    return next(path for path in files if path.startswith(f"answers/{source}-") and path.endswith(ending))


def test_an_answer_changed_as_received_is_named(files: Files) -> None:
    path = path_of(files, "RS", ".received")

    outcome = from_package(changed(files, path, lambda text: text.replace("2613.57", "1613.57")))

    assert not outcome.is_same
    (what,) = named(outcome, Part.ANSWER)
    assert what.endswith("第 1 次答复")
    assert named(outcome, Part.READING) == [what]


def test_a_reading_changed_is_named_with_every_figure_it_changes(files: Files) -> None:
    path = path_of(files, "RS", ".json")

    outcome = from_package(changed(files, path, lambda text: text.replace("2613.57", "1613.57")))

    assert not outcome.is_same
    assert named(outcome, Part.READING)
    assert named(outcome, Part.INPUTS)
    assert any("工资" in label for label in named(outcome, Part.FIGURE))
    assert "2613.57" not in repr(outcome)


def test_a_limit_changed_in_the_table_is_named_with_its_old_and_new_value(files: Files) -> None:
    path = "diagrams/decisions/economic_limits.dmn"
    limits = json.loads(files["evaluations/1-limits.json"])
    standard = str(limits["standard_month"])

    table = changed(files, path, lambda text: re.sub(rf">{standard}<", f">{Decimal(standard) + 1}<", text))
    outcome = from_package(table)

    assert not outcome.is_same
    assert named(outcome, Part.DEFINITION)
    (one,) = (one for one in outcome.strange if one.part is Part.LIMIT)
    assert (one.what, one.stored, one.now) == ("standard_month", standard, str(Decimal(standard) + 1))


def test_a_table_that_is_none_any_more_is_named(files: Files) -> None:
    outcome = from_package({**files, "diagrams/decisions/economic_limits.dmn": b"<x/>"})

    assert (outcome.is_same, outcome.digest) == (False, "")
    assert named(outcome, Part.DEFINITION)


def test_a_commission_or_result_changed_is_named(files: Files) -> None:
    commission = changed(files, "commission/1.json", lambda text: text.replace('"urban"', '"rural"', 1))
    result = changed(files, "evaluations/1.json", lambda text: text.replace('"edge"', '"above"', 1))

    assert named(from_package(commission), Part.COMMISSION)
    outcome = from_package(result)
    assert named(outcome, Part.EVALUATION)
    assert named(outcome, Part.RESULT) == ["band"]


@pytest.mark.parametrize("path", ["case.json", "commission/1.json"])
@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"[" * 100_000, b"\xff"])
def test_a_package_without_what_is_needed_cannot_be_computed(
    files: Files, path: str, content: bytes | None
) -> None:
    broken = {name: body for name, body in {**files, path: content}.items() if body is not None}

    with pytest.raises(NotReplayable):
        from_package(broken)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff"])
def test_a_stored_result_that_is_none_any_more_is_named(files: Files, content: bytes) -> None:
    outcome = from_package({**files, "evaluations/1.json": content})

    assert not outcome.is_same
    assert named(outcome, Part.EVALUATION)


@pytest.mark.parametrize("number", ["第32040020261100009aaf1号", ""])
def test_an_unknown_report_cannot_be_computed(house: House, files: Files, number: str) -> None:
    with pytest.raises(NotReplayable):
        from_package(files, number)
    with pytest.raises(NotReplayable):
        from_store(house, number)


def test_a_table_changed_in_the_database_is_named(house: House, files: Files) -> None:
    with house.database.transaction() as session:
        row = session.scalars(select(ProcessDefinition)).one()
        other = pinned_definition(session, row.digest)
        row.sources = _without_one_table(row.sources)

    outcome = from_store(house)

    assert other.digest == row.digest  # a process that had read it before does not see the change
    assert (outcome.is_same, outcome.digest) == (False, "")
    assert named(outcome, Part.DEFINITION)


def _without_one_table(sources: bytes) -> bytes:
    known = json.loads(zlib.decompress(sources))
    known.pop("decisions/economic_limits.dmn")
    return zlib.compress(json.dumps(known).encode())


def test_a_value_sealed_anew_with_other_content_is_named(house: House, files: Files) -> None:
    """By somebody who has the key and the database: the digests beside the values tell."""
    vault = house.platform.vault
    with house.database.transaction() as session:
        answer = session.scalars(select(Answer).where(Answer.source == "RS")).one()
        body = ANSWER_BODY.open(vault, answer).replace(b"2613.57", b"1613.57")
        understood = ANSWER_UNDERSTOOD.open(vault, answer).replace(b"2613.57", b"1613.57")
        ANSWER_BODY.seal(vault, answer, body)
        ANSWER_UNDERSTOOD.seal(vault, answer, understood)

    outcome = from_store(house)

    assert named(outcome, Part.ANSWER)
    assert named(outcome, Part.READING) == []
    assert named(outcome, Part.FIGURE)


def test_a_result_exchanged_in_the_database_is_named(house: House, files: Files) -> None:
    vault = house.platform.vault
    with house.database.transaction() as session:
        row = session.scalars(select(EvaluationRecord)).one()
        body = EVALUATION.open(vault, row).replace(b'"edge"', b'"above"')
        place = EVALUATION.place_of(row.case_id, row.digest)
        session.execute(update(EvaluationRecord).values(body=vault.seal(place, body)))

    assert named(from_store(house), Part.EVALUATION)
