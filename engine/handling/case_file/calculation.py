"""The calculation of a case: each figure with its rule, its formula and the facts it is made of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.domain.evaluation.comparison import MUST_BE_BELOW
from engine.domain.report_text import UNDETERMINED, print_money, print_number
from engine.domain.result import Band, Doubt, Evaluation, Figure, Outcome, Test, TraceInput
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.sources import STARS
from engine.store.reports import evaluation_of, latest_evaluation

SUBJECT = "evaluation"  # for unmasking: all amounts of the calculation
DECLARATION = "declaration"
MONEY = ("yuan", "yuan_month")
# Sums of money are written with their decimals, or with 元 behind them; counts and months are neither.
AMOUNTS = re.compile(r"-?\d[\d,]*\.\d+|-?\d[\d,]*(?= ?[万元])")
ITEM_CODE = re.compile(r"\b[A-Z]{2,3}\d{2}\b", re.ASCII)
UNITS: Mapping[str, str] = {"yuan": "元", "yuan_month": "元/月", "m2": "平方米", "count": "", "ratio": ""}
WITHIN_OR_NOT = {False: ("未超过标准", "超过标准"), True: ("低于标准", "不低于标准")}
BANDS: Mapping[Band, str] = {
    Band.BELOW: "低于当地标准",
    Band.EDGE: "不低于当地标准，低于边缘家庭标准",
    Band.ABOVE: "不低于边缘家庭标准",
    Band.UNDETERMINED: UNDETERMINED,
}
CLAUSE = "MZ/T 072-2016 6.3 a)"
# The rules by which a household is counted; the clause asks for the comparison, decision 0010 says how.
RULES: Mapping[str, str] = {
    "R1": "共同生活的家庭成员",
    "R2": "收入计算期",
    "R3": "工资性收入",
    "R4": "经营净收入",
    "R5": "财产净收入",
    "R6": "转移净收入",
    "R7": "不计入的收入",
    "R8": "赡养、抚养、扶养费",
    "R9": "有劳动能力未就业",
    "R10": "刚性支出",
    "R11": "家庭收入合计",
    "R12": "与当地标准比较",
    "R13": "支出型困难家庭",
    "R14": "财产估值",
    "R15": "金融资产",
    "R16": "机动车辆和船舶",
    "R17": "不动产",
    "R18": "市场主体",
    "R19": "特困人员",
}


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
            limit="" if test.limit is None else _written(test.limit, unit),
            unit=UNITS.get(unit, ""),
            outcome=test.outcome,
            words=_outcome(test),
            reason=self.note(test.reason),
        )

    def _number(self, value: Decimal | None, unit: str) -> str:
        if value is None:
            return UNDETERMINED
        return STARS if unit in MONEY and not self.is_shown else _written(value, unit)


def _outcome(test: Test) -> str:
    if test.outcome is Outcome.UNDETERMINED:
        return UNDETERMINED
    return WITHIN_OR_NOT[test.code in MUST_BE_BELOW][test.outcome is Outcome.EXCEEDS]


def _written(value: Decimal, unit: str) -> str:
    return print_money(value) if unit in MONEY else print_number(value)
