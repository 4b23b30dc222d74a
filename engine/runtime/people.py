"""Which human tasks of a definition are for different people: `hedui:apart` of its diagrams."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from engine.runtime.definitions import Definition
from engine.runtime.safe_xml import BPMN, hedui, namespace_of, read_xml


@lru_cache(maxsize=64)
def kept_apart(definition: Definition) -> Mapping[str, frozenset[str]]:
    """Element to the elements whose people may not do it, both ways, in whatever file they are drawn.

    `hedui:apart="first_review"` on a user task names one or more, with blanks between.
    """
    pairs: dict[str, set[str]] = defaultdict(set)
    for source in definition.drawn:
        root = read_xml(source.name, source.content)
        for node in root.iter(f"{{{BPMN}}}userTask") if namespace_of(root) == BPMN else ():
            for other in hedui(node, "apart").split():
                pairs[str(node.get("id"))].add(other)
                pairs[other].add(str(node.get("id")))
    return {element: frozenset(others) for element, others in pairs.items()}
