"""What the designer has written for whoever does a human task: the documentation of its element."""

from collections.abc import Mapping
from functools import lru_cache

from engine.runtime.definitions import Definition
from engine.runtime.safe_xml import BPMN, namespace_of, read_xml, text_of


@lru_cache(maxsize=64)
def documentation_of(definition: Definition) -> Mapping[tuple[str, str], str]:
    """By id and name of the user task: two files of a definition may use the same id."""
    found: dict[tuple[str, str], str] = {}
    for source in definition.sources:
        root = read_xml(source.name, source.content)
        for node in root.iter(f"{{{BPMN}}}userTask") if namespace_of(root) == BPMN else ():
            key = str(node.get("id")), str(node.get("name", ""))
            found[key] = text_of(node.find(f"{{{BPMN}}}documentation"))
    return found
