"""What is wrong with a paper's file, for its designer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperFinding:
    """One thing to mend, told like a finding of the diagrams' lint. `element_id` is the line."""

    file: str
    element_id: str
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.element_id} [{self.rule}] {self.message}。{self.remedy}"


@dataclass(frozen=True)
class Fault:
    """The same before file and line are written down; line 0 is the file as a whole."""

    line: int
    rule: str
    message: str
    remedy: str

    def of(self, file: str) -> PaperFinding:
        return PaperFinding(
            file, f"第{self.line}行" if self.line else "-", self.rule, self.message, self.remedy
        )
