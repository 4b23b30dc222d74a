"""The reasons a notice gives, as the message to the unit gives them."""

from collections.abc import Iterable, Mapping

from engine.paper_definitions.values import ReasonValues


def reason_values(reasons: Iterable[Mapping[str, object]]) -> tuple[ReasonValues, ...]:
    """Each once: the check of the material and the reviewers may have found the same."""
    said = (ReasonValues(str(reason.get("clause", "")), _words(reason)) for reason in reasons)
    return tuple(dict.fromkeys(said))


def _words(reason: Mapping[str, object]) -> str:
    return str(reason.get("message") or reason.get("reason") or "")
