"""From a definition's bytes to the specs that run: our elements only, parsed once per process and digest."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.runtime import elements, gateways
from engine.runtime.decisions import Decision, is_decision_file, read_decisions
from engine.runtime.definitions import Definition
from engine.runtime.errors import DiagramRefused
from engine.runtime.events import DateTimer, DurationTimer, ErrorEvent, FirstOf, MessageEvent
from engine.runtime.loops import ParallelMultiInstance, SequentialMultiInstance, StandardLoop, relink
from engine.runtime.safe_xml import BPMN, hedui, read_xml, tag_of, text_of
from engine.runtime.values import Value

# Documents and stores are drawn for the reader. The library would copy data for them, and search for ever for
# a data object defined two levels above; ids in extension elements would be taken for targets of flows.
_FOR_READERS = {
    "extensionElements",
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
}


@dataclass(frozen=True)
class ParsedProcess:
    """What an instance needs of its definition. Shared between threads, never changed."""

    spec: Any
    subprocess_specs: Mapping[str, Any]
    decisions: Mapping[str, Decision]


_one_at_a_time = Lock()


def parsed(definition: Definition) -> ParsedProcess:
    """The specs of a definition, from the cache when this process has parsed it. Raises DiagramRefused."""
    with _one_at_a_time:
        return _parse(definition)


@lru_cache(maxsize=64)
def _parse(definition: Definition) -> ParsedProcess:
    parser = _Parser()
    decisions: dict[str, Decision] = {}
    try:
        for source in definition.drawn:
            root = read_xml(source.name, source.content)
            if is_decision_file(root):
                decisions |= {item.id: item for item in read_decisions(source.name, source.content)}
            else:
                parser.add_bpmn_xml(_for_engine(root), source.name)
        spec = parser.get_spec(definition.process_id)
        subs = parser.get_subprocess_specs(definition.process_id)
    except ValidationException as error:
        if isinstance(error.__context__, DiagramRefused):
            raise error.__context__ from None
        place = {"file": error.file_name, "element": error.id or error.tag}
        raise DiagramRefused(
            **{key: value for key, value in place.items() if value}, reason=error.args[0]
        ) from error
    except (SpiffWorkflowException, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise DiagramRefused(
            process=definition.process_id, reason=f"{type(error).__name__} {error}"
        ) from error
    relink([spec, *subs.values()])
    return ParsedProcess(spec, subs, decisions)


def decide(
    definition: Definition, decision_id: str, inputs: Mapping[str, object]
) -> dict[str, Value] | list[dict[str, Value]]:
    """Consult a decision table of the definition. Raises DecisionFailed, DiagramRefused."""
    table = parsed(definition).decisions.get(decision_id)
    if table is None:
        raise DiagramRefused(process=definition.process_id, reason=f"没有找到决策 {decision_id}")
    return table.evaluate(inputs)


def _for_engine(root: etree._Element) -> etree._Element:
    for element in list(root.iter(f"{{{BPMN}}}*")):
        parent = element.getparent()
        if tag_of(element) in _FOR_READERS and parent is not None:
            parent.remove(element)
    return root


class _ElementParser(TaskParser):
    STANDARD_LOOP_CLASS = StandardLoop
    PARALLEL_MI_CLASS = ParallelMultiInstance
    SEQUENTIAL_MI_CLASS = SequentialMultiInstance

    def _copy_task_attrs(self, original: Any, loop_characteristics: Any = None) -> None:
        """The library leaves a loop without the name and lane of its activity."""
        for attribute in ("bpmn_name", "lane", "documentation"):
            setattr(self.task, attribute, getattr(original, attribute))
        super()._copy_task_attrs(original, loop_characteristics)

    def required(self, attribute: str) -> str:
        return hedui(self.node, attribute) or self.refuse(f"缺少属性 hedui:{attribute}")

    def refuse(self, reason: str) -> Any:
        raise DiagramRefused(file=self.filename, element=self.bpmn_id, reason=reason)


class _ServiceTaskParser(_ElementParser):
    def create_task(self) -> Any:
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            operation=self.required("operation"),
            decision=hedui(self.node, "decision") or None,
            **self.bpmn_attributes,
        )


class _HumanTaskParser(_ElementParser):
    def create_task(self) -> Any:
        if not self.lane:
            self.refuse("不在任何泳道（岗位）内")
        form, kind = self.required("form"), tag_of(self.node)
        return self.spec_class(self.spec, self.bpmn_id, form=form, kind=kind, **self.bpmn_attributes)


class _RuleTaskParser(_ElementParser):
    def create_task(self) -> Any:
        decision = self.required("decision")
        result = hedui(self.node, "result") or None
        return self.spec_class(
            self.spec, self.bpmn_id, decision=decision, result=result, **self.bpmn_attributes
        )


class _EventParser(_ElementParser, EventDefinitionParser):
    ALLOWED: frozenset[str] = frozenset()
    MUST_WAIT = False

    def get_event_definition(self, xpaths: list[str]) -> Any:
        """The library passes through events it does not know as if nothing were to wait for."""
        found = [tag_of(child) for child in self.node if tag_of(child).endswith("EventDefinition")]
        if len(found) > 1 or not self.ALLOWED.issuperset(found) or (self.MUST_WAIT and not found):
            self.refuse(f"不支持的事件定义 {'、'.join(found) or '（空）'}")
        return super().get_event_definition(xpaths)

    def parse_message_event(self, message_event: Any) -> MessageEvent:
        name = self.process_parser.parser.messages.get(message_event.get("messageRef"))
        return MessageEvent(name or self.refuse("没有指明消息"))

    def parse_error_event(self, error_event: Any) -> ErrorEvent:
        reference = error_event.get("errorRef")
        error = self.process_parser.parser.errors.get(reference)
        if reference and error is None:
            self.refuse(f"没有找到错误 {reference}")
        return ErrorEvent(self.bpmn_id, error["error_code"] if error else None)

    def parse_timer_event(self, event: Any) -> DateTimer | DurationTimer:
        for timer_class, tag in ((DateTimer, "timeDate"), (DurationTimer, "timeDuration")):
            found = event.find(full_tag(tag))
            if found is not None:
                return timer_class(self.bpmn_id, text_of(found))
        return self.refuse("定时器需要日期或者时长")  # type: ignore[no-any-return]  # never returns


class _StartEventParser(_EventParser, StartEventParser):
    pass


class _EndEventParser(_EventParser, EndEventParser):
    ALLOWED = frozenset({"errorEventDefinition", "terminateEventDefinition"})


class _CatchEventParser(_EventParser, IntermediateCatchEventParser):
    ALLOWED = frozenset({"messageEventDefinition", "timerEventDefinition"})
    MUST_WAIT = True


class _ThrowEventParser(_EventParser, IntermediateThrowEventParser):
    pass


class _ReceiveTaskParser(_EventParser, ReceiveTaskParser):
    def create_task(self) -> Any:
        return self._create_task(self.parse_message_event(self.node))


class _BoundaryEventParser(_EventParser, BoundaryEventParser):
    ALLOWED = frozenset({"messageEventDefinition", "timerEventDefinition", "errorEventDefinition"})
    MUST_WAIT = True


class _EventGatewayParser(_EventParser, EventBasedGatewayParser):
    def create_task(self) -> Any:
        return self._create_task(FirstOf())


class _ConditionalGatewayParser(_ElementParser, ConditionalGatewayParser):
    pass


class _GatewayParser(_ElementParser, GatewayParser):
    pass


class _SubProcessParser(_ElementParser, SubWorkflowParser):
    pass


class _CallActivityParser(_ElementParser, CallActivityParser):
    pass


class _ProcessParser(ProcessParser):
    def create_spec(self) -> gateways.ProcessSpec:
        super().create_spec()
        return gateways.ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)


class _Parser(BpmnParser):
    """Knows the elements of this table and refuses all others."""

    PROCESS_PARSER_CLASS = _ProcessParser
    PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = {
        full_tag("startEvent"): (_StartEventParser, elements.StartEvent),
        full_tag("endEvent"): (_EndEventParser, elements.EndEvent),
        full_tag("intermediateCatchEvent"): (_CatchEventParser, elements.CatchEvent),
        full_tag("intermediateThrowEvent"): (_ThrowEventParser, elements.ThrowEvent),
        full_tag("boundaryEvent"): (_BoundaryEventParser, elements.BoundaryEvent),
        full_tag("receiveTask"): (_ReceiveTaskParser, elements.ReceiveTask),
        full_tag("userTask"): (_HumanTaskParser, elements.HumanTask),
        full_tag("manualTask"): (_HumanTaskParser, elements.HumanTask),
        full_tag("serviceTask"): (_ServiceTaskParser, elements.ServiceTask),
        full_tag("businessRuleTask"): (_RuleTaskParser, elements.RuleTask),
        full_tag("exclusiveGateway"): (_ConditionalGatewayParser, gateways.ExclusiveGateway),
        full_tag("inclusiveGateway"): (_ConditionalGatewayParser, gateways.InclusiveGateway),
        full_tag("parallelGateway"): (_GatewayParser, gateways.ParallelGateway),
        full_tag("eventBasedGateway"): (_EventGatewayParser, elements.EventBasedGateway),
        full_tag("subProcess"): (_SubProcessParser, elements.SubProcess),
        full_tag("callActivity"): (_CallActivityParser, elements.CallActivity),
    }
