"""The decision table suspension: which situations stop a verification, and who acts."""

import pytest

from engine.runtime import decide
from tests.processes.shipped import AUTOMATIC

pytestmark = pytest.mark.clause("M 6.3 b", "M 6.3 note")

FOR_THE_UNIT = [
    "identity_mismatch",
    "undeclared_family_member",
    "authorisation_invalid",
    "member_deceased",
    "declaration_incomplete",
    "concurrent_application",
    "withdrawal_asked",
]


def verdict_on(situation: str) -> dict[str, object]:
    verdict = decide(AUTOMATIC, "suspension", {"situation": situation})
    assert isinstance(verdict, dict)
    return dict(verdict)


@pytest.mark.clause("M 6.3 c")
@pytest.mark.parametrize("situation", FOR_THE_UNIT)
def test_what_the_commissioning_unit_must_mend_suspends_and_pauses_the_clock(situation: str) -> None:
    verdict = verdict_on(situation)

    reason = verdict.pop("reason")
    assert verdict == {"suspends": True, "acts": "unit", "clock_paused": True}
    assert "委托单位" in str(reason)


def test_a_silent_source_is_the_exchange_posts_matter_and_does_not_suspend() -> None:
    verdict = verdict_on("source_unavailable")

    assert (verdict["suspends"], verdict["acts"], verdict["clock_paused"]) == (False, "exchange", False)
    assert "无法确定" in str(verdict["reason"])


@pytest.mark.parametrize("situation", ["never_agreed_with_the_unit", ""])
def test_a_situation_nobody_agreed_on_does_not_suspend_and_goes_to_the_certification_post(
    situation: str,
) -> None:
    verdict = verdict_on(situation)

    assert (verdict["suspends"], verdict["acts"], verdict["clock_paused"]) == (False, "certify", False)
