"""The decision tables time_limits and return_reasons: complete, and in an order that makes sense."""

import pytest

from engine.form_definitions import load_forms
from engine.form_definitions.components import ChoicesField
from engine.runtime import decide
from tests.processes.shipped import CATALOGUE, DEFINITIONS

MANUAL = DEFINITIONS["manual_submission"]


@pytest.mark.clause("J 6.2.2 limit")
@pytest.mark.parametrize("channel", ["manual", "system"])
@pytest.mark.parametrize("service", sorted(CATALOGUE.services))
def test_every_service_over_every_channel_has_a_limit_and_an_earlier_warning(
    channel: str, service: str
) -> None:
    row = decide(MANUAL, "time_limits", {"channel": channel, "service": service})

    assert isinstance(row, dict)
    assert 0 < row["warn_days"] < row["limit_days"]
    assert row["supplement_days"] > 0


@pytest.mark.clause("J 6.2.2 limit")
def test_help_in_an_emergency_is_given_less_time() -> None:
    ordinary, urgent = (
        decide(MANUAL, "time_limits", {"channel": "manual", "service": service}) for service in ("aa", "ah")
    )

    assert isinstance(ordinary, dict)
    assert isinstance(urgent, dict)
    assert urgent["limit_days"] < ordinary["limit_days"]


def offered_reasons() -> list[str]:
    (reasons,) = (
        part for part in load_forms("forms")["return_application"].components if part.key == "reasons"
    )
    assert isinstance(reasons, ChoicesField)
    return [option.value for option in reasons.options]


@pytest.mark.clause("M 6.1 c")
def test_every_reason_a_reviewer_can_choose_has_words_and_a_clause_of_its_own() -> None:
    rows = [decide(MANUAL, "return_reasons", {"code": code}) for code in offered_reasons()]

    said = [(row["clause"], row["message"]) for row in rows if isinstance(row, dict)]
    assert len(said) == len(set(said)) == len(rows) == 15
    assert all(clause.startswith(("A.", "6.1")) for clause, _ in said)


def test_a_reason_nobody_knows_is_still_a_refusal_in_words() -> None:
    row = decide(MANUAL, "return_reasons", {"code": "never_heard_of"})

    assert row == {"clause": "6.1 b", "message": "审核未通过"}
