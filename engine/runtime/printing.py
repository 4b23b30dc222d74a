"""Which elements of a definition stand for a paper: `hedui:paper` of its diagrams."""

from collections.abc import Mapping
from functools import lru_cache

from engine.runtime.definitions import Definition
from engine.runtime.safe_xml import BPMN, hedui, namespace_of, read_xml


@lru_cache(maxsize=64)
def papers_of_elements(definition: Definition) -> Mapping[tuple[str, str], str]:
    """Process and element -> the key of the paper that comes of it."""
    found: dict[tuple[str, str], str] = {}
    for source in definition.drawn:
        root = read_xml(source.name, source.content)
        for process in root.iter(f"{{{BPMN}}}process") if namespace_of(root) == BPMN else ():
            for node in process.iter(f"{{{BPMN}}}*"):
                if hedui(node, "paper"):
                    found[str(process.get("id")), str(node.get("id"))] = hedui(node, "paper")
    return found
