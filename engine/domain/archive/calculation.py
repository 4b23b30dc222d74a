"""The calculation of a case as tables anybody can follow: rule by rule, figure by figure, fact by fact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.domain.archive.page import Number, Row, Section, Table
from engine.domain.report_text import print_moment
from engine.domain.result import Evaluation, Figure, Test, TraceInput
from engine.domain.result_words import BANDS, DECLARATION, RULES, UNITS, print_figure, say_outcome

TESTS = ("比较项目", "规则", "本户数值", "当地标准", "结果", "说明")
FIGURES = ("项目", "数值", "计算方法")
FACTS = ("事实", "数值", "对象", "数据项", "来源", "答复时间", "是否计入", "说明")


@dataclass(frozen=True)
class Names:
    """Codes and refs as people know them; what has no name stays as it is."""

    person: Callable[[str], str]
    item: Callable[[str], str]
    department: Callable[[str], str]


def calculation_section(title: str, evaluation: Evaluation, names: Names, words: str) -> Section:
    units = {figure.code: figure.unit for figure in evaluation.figures}
    conclusion = Table((("家庭人均月收入与当地标准", BANDS[evaluation.band]),))
    tests = tuple(_test(test, units.get(test.code, "")) for test in evaluation.tests)
    doubts = tuple(
        (doubt.label, names.person(doubt.person or ""), "、".join(map(names.item, doubt.items)))
        for doubt in evaluation.doubts
    )
    notes = tuple((str(number), note) for number, note in enumerate(evaluation.notes, start=1))
    tables = [conclusion, Table(tests, TESTS, "与当地标准的比较"), *_figures(evaluation, names)]
    tables.append(Table(doubts, ("疑点", "对象", "数据项"), "疑点"))
    tables.append(Table(notes, ("序号", "说明"), "报告所载说明"))
    return Section(title, tuple(tables), words)


def _test(test: Test, unit: str) -> Row:
    limit = "" if test.limit is None else print_figure(test.limit, unit) + UNITS.get(unit, "")
    value = print_figure(test.value, unit) + (UNITS.get(unit, "") if test.value is not None else "")
    return test.label, test.rule, Number(value), Number(limit), say_outcome(test), test.reason


def _figures(evaluation: Evaluation, names: Names) -> Iterator[Table]:
    used = {figure.rule for figure in evaluation.figures}
    for rule in [*(rule for rule in RULES if rule in used), *sorted(used - RULES.keys())]:
        figures = [figure for figure in evaluation.figures if figure.rule == rule]
        title = f"{rule} {RULES.get(rule, '')}".strip()
        yield Table(tuple(map(_figure, figures)), FIGURES, title)
        for figure in figures:
            if figure.inputs:
                facts = tuple(_fact(one, figure.unit, names) for one in figure.inputs)
                yield Table(facts, FACTS, f"{figure.label}所依据的事实")


def _figure(figure: Figure) -> Row:
    unit = UNITS.get(figure.unit, "") if figure.value is not None else ""
    estimated = "（估算）" if figure.estimated else ""
    return figure.label, Number(f"{print_figure(figure.value, figure.unit)}{unit}{estimated}"), figure.formula


def _fact(one: TraceInput, unit: str, names: Names) -> Row:
    source = "本人申报" if one.source == DECLARATION else names.department(one.source or "")
    return (
        one.label,
        Number(print_figure(one.amount, unit)),
        names.person(one.person or ""),
        names.item(one.item or ""),
        source,
        print_moment(one.at) if one.at is not None else "",
        "计入" if one.counted else "不计入",
        one.reason,
    )
