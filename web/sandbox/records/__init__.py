"""What each department keeps about an invented person: one function for each of the 42 items."""

from collections.abc import Mapping

from web.sandbox.records.civil import CIVIL
from web.sandbox.records.finance import FINANCE
from web.sandbox.records.living import LIVING
from web.sandbox.records.ownership import OWNERSHIP
from web.sandbox.records.question import Answerer, Question, Row

ANSWERERS: Mapping[str, Answerer] = {**CIVIL, **FINANCE, **LIVING, **OWNERSHIP}


def records_of(item: str, question: Question) -> list[Row]:
    """Empty when the department knows nothing (查无). Raises KeyError for an item not in the catalogue."""
    return ANSWERERS[item](question)


__all__ = ["ANSWERERS", "Question", "Row", "records_of"]
