"""Which decision table an operation of a definition consults."""

from functools import lru_cache

from engine.runtime.definitions import Definition
from engine.runtime.safe_xml import BPMN, hedui, namespace_of, read_xml


@lru_cache(maxsize=256)
def decision_of(definition: Definition, operation: str) -> str:
    """Of the first element that calls the operation and names one; empty when none does."""
    for source in definition.drawn:
        root = read_xml(source.name, source.content)
        for node in root.iter(f"{{{BPMN}}}serviceTask") if namespace_of(root) == BPMN else ():
            if hedui(node, "operation") == operation and hedui(node, "decision"):
                return hedui(node, "decision")
    return ""
