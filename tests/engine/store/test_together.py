"""Rows of several cases read with one statement: each case gets its own, and none that is not asked for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from engine.store.queries import Query, QueryState, queries_of
from engine.store.together import reading_together
from tests.builders import a_commission
from tests.engine.house import House


@pytest.fixture
def asked(house: House) -> Iterator[list[str]]:
    """The statements about queries that reach the database."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *others: object) -> None:
        if 'FROM "query"' in statement:
            found.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(house.database.engine, "before_cursor_execute", note)


def add_query(session: Session, house: House, case_id: int, source: str) -> None:
    row = Query(
        case_id=case_id,
        source=source,
        round=1,
        batch_no=f"{case_id}-{source}",
        rows=[],
        required_items=[],
        state=QueryState.PLANNED,
        planned_at=house.clock.now(),
    )
    session.add(row)


def test_companions_are_read_with_one_statement(house: House, asked: list[str]) -> None:
    first, second, other = [house.receive(a_commission(number=f"WT-{number}")).case.id for number in range(3)]
    with house.database.transaction() as session:
        for case_id, source in ((second, "GA"), (first, "MZ"), (first, "JR"), (other, "GA")):
            add_query(session, house, case_id, source)
    with house.database.reading() as session:
        asked.clear()
        with reading_together(session, [second, first]):
            found = [[query.source for query in queries_of(session, case)] for case in (first, second, other)]
            statements = len(asked)
        alone = [query.source for query in queries_of(session, first)]

    assert found == [["MZ", "JR"], ["GA"], ["GA"]]
    assert alone == ["MZ", "JR"]
    assert (statements, len(asked)) == (2, 3)  # the companions; the one that was not among them; afterwards


def test_a_value_that_cannot_be_read_costs_no_companion_theirs(house: House) -> None:
    damaged, sound = [house.receive(a_commission(number=f"WT-{number}")).case.id for number in range(2)]
    with house.database.transaction() as session:
        add_query(session, house, damaged, "GA")
        add_query(session, house, sound, "MZ")
    with house.database.transaction() as session:
        session.execute(
            text('UPDATE "query" SET rows = :bad WHERE source = :of'), {"bad": "{bad", "of": "GA"}
        )

    with house.database.reading() as session, reading_together(session, [damaged, sound]):
        for _ in range(2):
            with pytest.raises(ValueError, match="Expecting"):
                queries_of(session, damaged)
            assert [query.source for query in queries_of(session, sound)] == ["MZ"]
