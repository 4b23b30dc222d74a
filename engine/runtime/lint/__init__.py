"""The linter of diagrams and decision tables: refuses what the engine refuses, gets wrong or hangs on."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from lxml import etree

from engine.runtime.decisions import children, is_decision_file
from engine.runtime.definitions import Source
from engine.runtime.errors import DiagramRefused
from engine.runtime.lint import decisions, events, flows, layout, repetition, structure, tasks
from engine.runtime.lint.finding import Fault, Faults, Finding, Vocabulary
from engine.runtime.lint.model import Context, Diagram, id_of
from engine.runtime.lint.trial import try_parse
from engine.runtime.safe_xml import BPMN, namespace_of, read_xml

__all__ = ["Finding", "Vocabulary", "check_rules", "check_sources"]

DIAGRAM_RULES: Sequence[Callable[[Diagram, Context], Faults]] = (
    structure.executable,
    structure.known_elements,
    structure.event_sub_process,
    structure.one_start,
    structure.an_end,
    structure.has_an_id,
    structure.unique_ids,
    structure.extension_ids,
    structure.scripts,
    structure.io_specification,
    flows.flow_ends,
    flows.connected,
    flows.reachable,
    flows.explicit_split,
    flows.conditions_at_gateways,
    flows.conditions_complete,
    flows.conditions_differ,
    flows.conditions_compile,
    flows.loops_wait,
    flows.loops_end,
    flows.join_is_reached,
    flows.joins_match_splits,
    tasks.operations,
    tasks.forms,
    tasks.people_apart,
    tasks.decisions,
    tasks.papers,
    tasks.posts,
    tasks.lane_members,
    tasks.nested_lanes,
    tasks.called_processes,
    tasks.call_cycles,
    events.event_kinds,
    events.messages,
    events.errors,
    events.boundaries,
    events.one_handler,
    events.event_gateways,
    events.timers,
    repetition.repetition_input,
    repetition.repetition_output,
    repetition.repetition_names,
    repetition.standard_loops,
    repetition.branches_write_apart,
    repetition.documents,
    layout.shapes,
    layout.edges,
)
DECISION_RULES: Sequence[Callable[[etree._Element], Faults]] = (
    decisions.tables,
    decisions.standing_alone,
    decisions.hit_policies,
    decisions.columns,
    decisions.rows,
)


def check_sources(sources: Iterable[Source], vocabulary: Vocabulary | None = None) -> list[Finding]:
    """Everything that keeps these files, taken together, from running. Empty means they may be used."""
    given = list(sources)
    return check_rules(given, vocabulary) or try_parse(given)


def check_rules(sources: Iterable[Source], vocabulary: Vocabulary | None = None) -> list[Finding]:
    """The rules alone, on the XML, before the engine sees it. Papers are another's matter."""
    findings: list[Finding] = []
    roots: dict[str, etree._Element] = {}
    for source in (source for source in sources if not source.is_paper):
        try:
            roots[source.name] = read_xml(source.name, source.content)
        except DiagramRefused as refusal:
            findings.append(
                Finding(source.name, "", "readable", str(refusal.facts["reason"]), "在编辑器中重新保存该文件")
            )
    tables = {name: root for name, root in roots.items() if is_decision_file(root)}
    diagrams = [Diagram(name, root) for name, root in roots.items() if namespace_of(root) == BPMN]
    findings += _other_files(roots.keys() - tables.keys() - {diagram.file for diagram in diagrams})
    findings += _repeated_decisions(tables)
    context = Context(vocabulary or Vocabulary(), tuple(diagrams), _outputs(tables))
    for diagram in diagrams:
        for rule in DIAGRAM_RULES:
            findings += _findings(diagram.file, rule.__name__, rule(diagram, context))
    for name, root in tables.items():
        for table_rule in DECISION_RULES:
            findings += _findings(name, table_rule.__name__, table_rule(root))
    return findings


def _findings(file: str, rule: str, faults: Iterable[Fault]) -> list[Finding]:
    return [Finding(file, fault.element_id, rule, fault.message, fault.remedy) for fault in faults]


def _other_files(names: Iterable[str]) -> list[Finding]:
    message, remedy = "既不是 BPMN 流程图，也不是 DMN 决策表", "只放流程图和决策表"
    return [Finding(name, "", "readable", message, remedy) for name in sorted(names)]


def _outputs(tables: Mapping[str, etree._Element]) -> dict[str, tuple[str, ...]]:
    """The decisions of these files with the names of their output columns."""
    return {
        id_of(decision): tuple(
            str(output.get("name", ""))
            for table in children(decision, "decisionTable")
            for output in children(table, "output")
        )
        for root in tables.values()
        for decision in children(root, "decision")
    }


def _repeated_decisions(tables: Mapping[str, etree._Element]) -> list[Finding]:
    seen: set[str] = set()
    found = []
    for name, root in tables.items():
        for decision in children(root, "decision"):
            decision_id = id_of(decision)
            if decision_id in seen or not decision_id:
                message = f"决策的标识 {decision_id or '（空）'} 重复或者为空"
                found.append(Finding(name, decision_id, "unique_decisions", message, "使用唯一的标识"))
            seen.add(decision_id)
    return found
