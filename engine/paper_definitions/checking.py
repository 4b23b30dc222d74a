"""Check papers before they are used: title, language, values, markup; and print them on trial."""

from collections.abc import Iterable, Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes

from engine.paper_definitions.composing import fragment
from engine.paper_definitions.definition import PaperDefinition
from engine.paper_definitions.findings import Fault, PaperFinding
from engine.paper_definitions.language import ENVIRONMENT
from engine.paper_definitions.loading import SUFFIX
from engine.paper_definitions.markup import (
    balance_faults,
    markup_faults,
    report_faults,
    strict,
    written_faults,
)
from engine.paper_definitions.names import name_faults
from engine.paper_definitions.samples import blank_values, sample_values
from engine.ports import PermanentFailure

REPORT = "report"  # has values and looks of its own
UNESCAPED = "safe"
SYNTAX = Environment(autoescape=True)  # never renders


def check_papers(files: Iterable[tuple[str, bytes]]) -> list[PaperFinding]:
    """Everything that is wrong in these files; empty when they may be used."""
    return [fault.of(name) for name, content in files for fault in _faults(name, content)]


def _faults(name: str, content: bytes) -> Iterator[Fault]:
    try:
        paper = PaperDefinition(_key(name), content.decode("utf-8"))
        faults = _of_report(paper) if paper.key == REPORT else _of_paper(paper)
        yield from faults
    except UnicodeDecodeError:
        yield Fault(0, "readable", "不是 UTF-8 文本", "以 UTF-8 编码重新保存")
    except TemplateSyntaxError as error:
        yield Fault(error.lineno, "syntax", f"模板语法错误（{error.message}）", "对照其他文书改正")


def _key(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].removesuffix(SUFFIX)


def _of_report(paper: PaperDefinition) -> Iterator[Fault]:
    for node in SYNTAX.parse(paper.source).find_all((nodes.Filter, nodes.EvalContextModifier)):
        if not isinstance(node, nodes.Filter) or node.name == UNESCAPED:
            yield Fault(node.lineno, "language", "值不经转义就印出", "删除 safe 或者 autoescape")
    yield from report_faults(paper.source)


def _of_paper(paper: PaperDefinition) -> Iterator[Fault]:
    for wanted in ("title", "title_en"):
        if wanted not in paper.header:
            remedy = "文件开头写 {# title: 标题 换行 title_en: Title #}"
            yield Fault(1, "title", f"开头的注释没有写 {wanted}", remedy)
    found = [*name_faults(ENVIRONMENT.parse(paper.source)), *written_faults(paper.source)]
    yield from found
    if not found:
        yield from _on_trial(paper)


def _on_trial(paper: PaperDefinition) -> Iterator[Fault]:
    """With all values and with none: what is built from pieces shows only when it is printed."""
    for values, words in ((sample_values(), "示例值"), (blank_values(), "空白值")):
        try:
            html = fragment(paper, values)
        except PermanentFailure as failure:
            reason = failure.__cause__ or failure
            yield Fault(0, "print", f"用{words}印不出来（{reason}）", "改正出错的表达式")
            return
        yield from (fault for fault in markup_faults(html, strict) if fault.rule == "markup")
        yield from balance_faults(html)
