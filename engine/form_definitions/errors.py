"""What is wrong: with a form file (for its designer), or with what somebody filled in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FormFinding:
    """One thing in a form file outside the subset, told like a finding of the diagrams' lint."""

    file: str
    element_id: str  # of the component: key, path or id
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.element_id} [{self.rule}] {self.message}。{self.remedy}"


class FormError(Exception):
    """A form file uses something outside the subset; the text names file, component and rule."""

    def __init__(self, findings: Sequence[FormFinding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class FieldProblem:
    """`field` is the path, e.g. members.0.name. The reason never repeats what was filled in."""

    code: str
    field: str
    reason: str
