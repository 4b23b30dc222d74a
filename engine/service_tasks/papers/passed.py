"""Which papers a case has: one for each time an element that names it has been passed, with its number."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.domain.report_number import SHANGHAI
from engine.paper_definitions import REPORT, PaperDefinition
from engine.runtime import StepState, papers_of_elements
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers.paper_case import PaperCase
from engine.service_tasks.papers.pinned import pinned_paper

SENT = ("return_notice", "supplement_notice")  # printed when they go out, and kept as documents of this kind


@dataclass(frozen=True)
class PassedPaper:
    """`ordinal` counts those of the same key in the case. `sent` is the digest of the file that went out."""

    paper: PaperDefinition
    number: str
    at: datetime
    instance_id: int
    element_id: str
    element: str  # its name
    ordinal: int
    sent: str | None

    @property
    def key(self) -> str:
        return self.paper.key


def passed_papers(context: CallContext) -> tuple[PassedPaper, ...]:
    return find_passed(PaperCase(context))


def find_passed(case: PaperCase) -> tuple[PassedPaper, ...]:
    """In the order they came about. The report is none of them: it has a register of its own."""
    printing = {of: papers_of_elements(definition) for of, definition in case.definitions.items()}
    sent, counted, found = _sent(case), Counter[str](), []
    for step in case.history:
        key = printing[step.instance_id].get((step.process_id, step.element_id))
        if key is None or key == REPORT or step.outcome != StepState.COMPLETED:
            continue
        context, definition = case.context, case.definitions[step.instance_id]
        paper, ordinal = pinned_paper(context.platform, definition, key), counted[key] + 1
        counted[key] = ordinal
        found.append(
            PassedPaper(
                paper=paper,
                number=paper_number(context, paper, ordinal, step.at),
                at=step.at,
                instance_id=step.instance_id,
                element_id=step.element_id,
                element=step.name,
                ordinal=ordinal,
                sent=_nth(sent.get(key, ()), ordinal),
            )
        )
    return tuple(found)


def times_passed(case: PaperCase, key: str) -> int:
    return sum(passed.key == key for passed in find_passed(case))


def paper_number(context: CallContext, paper: PaperDefinition, ordinal: int, at: datetime) -> str:
    """核受字〔2026〕320400202611200000001号; the second of a kind in a case ends with -2号."""
    further = f"-{ordinal}" if ordinal > 1 else ""
    return f"{paper.mark}〔{at.astimezone(SHANGHAI).year}〕{context.case.case_no}{further}号"


def _sent(case: PaperCase) -> Mapping[str, list[str]]:
    """Key -> digests of the files that went out."""
    found: dict[str, list[str]] = defaultdict(list)
    for document in case.documents:
        if document.kind in SENT:
            found[document.kind].append(document.digest)
    return found


def _nth(digests: Iterable[str], ordinal: int) -> str | None:
    return next((digest for number, digest in enumerate(digests, 1) if number == ordinal), None)
