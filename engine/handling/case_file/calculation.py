"""The calculation of a case: each figure with its rule, its formula and the facts it is made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.domain.report_text import UNDETERMINED
from engine.domain.result import Doubt, Evaluation, Figure, Outcome, Test, TraceInput
from engine.domain.result_words import BANDS, DECLARATION, MONEY, UNITS, print_figure, say_outcome
from engine.domain.result_words import RULES as RULES
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.sources import STARS
from engine.store.evaluations import evaluation_of, latest_evaluation

SUBJECT = "evaluation"  # for unmasking: all amounts of the calculation
# Sums of money are written with their decimals, or with 元 behind them; counts and months are neither.
AMOUNTS = re.compile(r"-?\d[\d,]*\.\d+|-?\d[\d,]*(?= ?[万元])")
ITEM_CODE = re.compile(r"\b[A-Z]{2,3}\d{2}\b", re.ASCII)
CLAUSE = "MZ/T 072-2016 6.3 a)"


@dataclass(frozen=True)
class ShownInput:
    """One fact a figure was made of. `is_counted` False: seen, kept and not used."""

    label: str
    amount: str = field(repr=False)
    person: str = field(repr=False)
    item: str
    source: str
    at: datetime | None
    is_counted: bool
    reason: str


@dataclass(frozen=True)
class ShownFigure:
    code: str
    label: str
    value: str = field(repr=False)
    unit: str
    formula: str = field(repr=False)
    is_estimated: bool
    inputs: tuple[ShownInput, ...]


@dataclass(frozen=True)
class ShownTest:
    label: str
    value: str = field(repr=False)
    limit: str
    unit: str
    outcome: Outcome
    words: str
    reason: str


@dataclass(frozen=True)
class RuleTrace:
    """Everything one rule has yielded."""

    rule: str
    words: str
    figures: tuple[ShownFigure, ...]
    tests: tuple[ShownTest, ...]


@dataclass(frozen=True)
class SourceSays:
    item: str
    department: str
    code: str  # of the department
    status: str


@dataclass(frozen=True)
class ShownDoubt:
    """A contradiction and the answers it lies between. `person_ref` leads to their cells."""

    label: str
    person: str = field(repr=False)
    person_ref: str
    is_material: bool
    answers: tuple[SourceSays, ...]


@dataclass(frozen=True)
class Calculation:
    rules: tuple[RuleTrace, ...]
    band: str
    doubts: tuple[ShownDoubt, ...]
    notes: tuple[str, ...]
    parameters_version: str
    inputs_digest: str
    digest: str
    is_shown: bool


def calculation_of(file: CaseFile, *, is_shown: bool = False) -> Calculation | None:
    """The latest; None before there is one. `is_shown`: with its amounts, the caller has recorded why."""
    stored = latest_evaluation(file.session, file.case.id)
    if stored is None:
        return None
    evaluation = evaluation_of(file.platform.vault, stored)
    teller = _Teller(file, evaluation, is_shown)
    return Calculation(
        rules=tuple(teller.rules()),
        band=BANDS[evaluation.band],
        doubts=tuple(map(teller.doubt, evaluation.doubts)),
        notes=tuple(map(teller.note, evaluation.notes)),
        parameters_version=evaluation.parameters_version,
        inputs_digest=evaluation.inputs_digest,
        digest=stored.digest,
        is_shown=is_shown,
    )


@dataclass(frozen=True)
class _Teller:
    """Writes an evaluation for people, amounts as they may be seen."""

    file: CaseFile
    evaluation: Evaluation
    is_shown: bool

    def rules(self) -> Iterator[RuleTrace]:
        """In the order of the rules; a rule nobody has words for comes last."""
        used = {figure.rule for figure in self.evaluation.figures} | {t.rule for t in self.evaluation.tests}
        order = [*RULES, *sorted(used - RULES.keys())]
        units = {figure.code: figure.unit for figure in self.evaluation.figures}
        for rule in (rule for rule in order if rule in used):
            figures = (self._figure(figure) for figure in self.evaluation.figures if figure.rule == rule)
            tests = (
                self._test(test, units.get(test.code, ""))
                for test in self.evaluation.tests
                if test.rule == rule
            )
            yield RuleTrace(rule, RULES.get(rule, ""), tuple(figures), tuple(tests))

    def doubt(self, doubt: Doubt) -> ShownDoubt:
        person = doubt.person or ""
        answers = tuple(self._says(person, item) for item in doubt.items)
        name = self.file.person_name(doubt.person)
        return ShownDoubt(self.note(doubt.label), name, person, doubt.is_material, answers)

    def note(self, text: str) -> str:
        named = ITEM_CODE.sub(lambda code: self.file.item_name(code[0]), text)
        return named if self.is_shown else AMOUNTS.sub(STARS, named)

    def _says(self, person: str, item: str) -> SourceSays:
        """Of the household's head where the doubt is about nobody in particular."""
        known = self.file.platform.catalogue.items.get(item)
        code = known.department if known is not None else ""
        answer = self.file.findings.answer(person or self.file.commission.household.head, item)
        status = "未查询"
        if answer is not None:
            status = self.file.platform.catalogue.decode("match_status", answer.status.value)
        return SourceSays(self.file.item_name(item), self.file.department_name(code), code, status)

    def _figure(self, figure: Figure) -> ShownFigure:
        is_money = figure.unit in MONEY
        hides = is_money and not self.is_shown
        return ShownFigure(
            code=figure.code,
            label=figure.label,
            value=self._number(figure.value, figure.unit),
            unit=UNITS.get(figure.unit, ""),
            formula=AMOUNTS.sub(STARS, figure.formula) if hides else figure.formula,
            is_estimated=figure.estimated,
            inputs=tuple(self._input(one, figure.unit) for one in figure.inputs),
        )

    def _input(self, one: TraceInput, unit: str) -> ShownInput:
        file = self.file
        is_declared = one.source == DECLARATION
        return ShownInput(
            label=self.note(one.label),
            amount=self._number(one.amount, unit),
            person=file.person_name(one.person),
            item=file.item_name(one.item) if one.item else "",
            source="本人申报" if is_declared else file.department_name(one.source or ""),
            at=one.at,
            is_counted=one.counted,
            reason=self.note(one.reason),
        )

    def _test(self, test: Test, unit: str) -> ShownTest:
        """A limit is published, the household's figure is not."""
        return ShownTest(
            label=self.note(test.label),
            value=self._number(test.value, unit),
            limit="" if test.limit is None else print_figure(test.limit, unit),
            unit=UNITS.get(unit, ""),
            outcome=test.outcome,
            words=say_outcome(test),
            reason=self.note(test.reason),
        )

    def _number(self, value: Decimal | None, unit: str) -> str:
        if value is None:
            return UNDETERMINED
        return STARS if unit in MONEY and not self.is_shown else print_figure(value, unit)
