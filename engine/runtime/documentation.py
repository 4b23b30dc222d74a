"""What the designer has written about an element, as people are to read it: without names of variables."""

import re
from collections.abc import Mapping
from functools import lru_cache

from engine.runtime.definitions import Definition
from engine.runtime.safe_xml import BPMN, namespace_of, read_xml, text_of

IDENTIFIERS = re.compile(r"（[^（）]*\b[a-z][a-z0-9_.]{3,}\b[^（）]*）", re.ASCII)


def for_people(written: str) -> str:
    """A bracket that names a variable is for the designer."""
    return IDENTIFIERS.sub("", written)


@lru_cache(maxsize=64)
def documentation_of(definition: Definition) -> Mapping[tuple[str, str], str]:
    """Of each user task, by id and name: two files of a definition may use the same id."""
    found: dict[tuple[str, str], str] = {}
    for source in definition.drawn:
        root = read_xml(source.name, source.content)
        for node in root.iter(f"{{{BPMN}}}userTask") if namespace_of(root) == BPMN else ():
            key = str(node.get("id")), str(node.get("name", ""))
            found[key] = for_people(text_of(node.find(f"{{{BPMN}}}documentation")))
    return found
