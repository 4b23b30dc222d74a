"""Running diagrams: the one facade before SpiffWorkflow. No database, no web, no domain rules in here."""

from engine.runtime.consulting import decision_of
from engine.runtime.decisions import Decision
from engine.runtime.definitions import Definition, Source, digest_of, load_definitions, read_package
from engine.runtime.documentation import documentation_of
from engine.runtime.errors import (
    BeyondThisRelease,
    DecisionFailed,
    DiagramRefused,
    ExpressionFailed,
    ExpressionRefused,
    MessageNotExpected,
    ProcessFault,
    StateRefused,
    StateTooLarge,
    StepBudgetExceeded,
    TaskNotOpen,
    ValueRefused,
)
from engine.runtime.expressions import compile_expression, evaluate
from engine.runtime.instance import STEP_BUDGET, Clock, Holidays, Instance
from engine.runtime.parsing import decide
from engine.runtime.people import kept_apart
from engine.runtime.printing import papers_of_elements
from engine.runtime.state import STATE_VERSION
from engine.runtime.values import Value
from engine.runtime.views import ExpectedMessage, Failure, HumanTask, ServiceCall, Step, StepState, Timer

__all__ = [
    "STATE_VERSION",
    "STEP_BUDGET",
    "BeyondThisRelease",
    "Clock",
    "Decision",
    "DecisionFailed",
    "Definition",
    "DiagramRefused",
    "ExpectedMessage",
    "ExpressionFailed",
    "ExpressionRefused",
    "Failure",
    "Holidays",
    "HumanTask",
    "Instance",
    "MessageNotExpected",
    "ProcessFault",
    "ServiceCall",
    "Source",
    "StateRefused",
    "StateTooLarge",
    "Step",
    "StepBudgetExceeded",
    "StepState",
    "TaskNotOpen",
    "Timer",
    "Value",
    "ValueRefused",
    "compile_expression",
    "decide",
    "decision_of",
    "digest_of",
    "documentation_of",
    "evaluate",
    "kept_apart",
    "load_definitions",
    "papers_of_elements",
    "read_package",
]
