"""Check a filled-in form and make it ready to be sent; what is wrong goes back, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.errors import RuleViolation
from engine.domain.report_number import SHANGHAI
from engine.form_definitions import Circumstances, FieldProblem, FormDefinition, Language
from engine.handling.form_work.drafting import Filled
from engine.handling.form_work.papers import papers_in
from engine.handling.submission import ScannedPaper
from engine.platform import Platform


class FormNotInOrder(RuleViolation):
    """表单内有需要更正的内容"""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(problems=problems)
        self.problems = problems


@dataclass(frozen=True)
class Ready:
    """Checked values, and the papers that came with them."""

    values: Mapping[str, object] = field(repr=False)
    papers: tuple[ScannedPaper, ...] = ()


def make_ready(
    platform: Platform, form: FormDefinition, filled: Filled, language: Language = Language.CHINESE
) -> Ready:
    """Reads files: not inside a transaction. Raises FormNotInOrder.

    Only files uploaded for this very form count: a digest proves nothing about who has the file.
    """
    today = platform.clock.now().astimezone(SHANGHAI).date()
    documents = frozenset(filled.file_names)
    checked = form.check(filled.values, Circumstances(today, documents, language))
    if checked.problems:
        raise FormNotInOrder(*checked.problems)
    return Ready(checked.values, papers_in(platform.documents, form, checked.values))
