"""Every Chinese text the staff's pages can show, found in templates, code, rules and diagrams."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lxml import etree

import engine
import web.app
from engine.domain.errors import RuleViolation
from engine.domain.posts import ALL_POSTS
from tests.engine.house import CATALOGUE

ROOT = Path(web.app.__file__).parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff，、；：（）。]")
SAID = re.compile(r"[^\\]*[\u4e00-\u9fff][^\\]*|[，、；：]")  # in code; a pattern has backslashes
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
# Rooms whose texts go through the catalogue; forms have their own English, units and commands speak Chinese.
ROOMS = (
    "web/accounts",
    "web/handling",
    "web/navigation.py",
    "web/errors.py",
    "engine/handling/case_file",
    "engine/handling/form_work",
    "engine/handling/report_care",
    "engine/handling/inbox.py",
    "engine/supervision/words.py",
    "engine/supervision/symptoms.py",
    "engine/domain/report_care.py",
    "engine/domain/unmasking.py",
    "engine/domain/answer_problems.py",
    "engine/domain/case_words.py",
    "engine/domain/result_words.py",
)
NAMED = (
    "Task",
    "Event",
    "callActivity",
    "participant",
    "subProcess",
    "task",
    "Gateway",
    "sequenceFlow",
    "lane",
)


def texts_of_templates() -> dict[str, str]:
    """Text -> template."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for expression in EXPRESSION.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))):
            for single, double in LITERAL.findall(expression):
                if CHINESE.search(single or double):
                    found.setdefault(single or double, path.name)
    return found


def bare_texts_of_templates() -> dict[str, str]:
    """What stands in a template outside of any expression, and so cannot be English."""
    found = {}
    for path in sorted((ROOT / "web" / "templates").rglob("*.html")):
        bare = EXPRESSION.sub("", COMMENT.sub("", path.read_text(encoding="utf-8")))
        found |= {line.strip(): path.name for line in bare.splitlines() if CHINESE.search(line)}
    return found


def texts_of_code() -> dict[str, str]:
    paths = [path for room in ROOMS for path in _modules(ROOT / room)]
    return {text: path.name for path in paths for text in _texts(ast.parse(path.read_text(encoding="utf-8")))}


def _modules(room: Path) -> Iterable[Path]:
    return sorted(room.rglob("*.py")) if room.is_dir() else [room]


def _texts(tree: ast.Module) -> Iterator[str]:
    """Literals that are no docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        if is_text and SAID.fullmatch(node.value):  # type: ignore[attr-defined]  # a constant
            yield node.value  # type: ignore[attr-defined]


def texts_of_rules() -> dict[str, str]:
    """Of the whole engine, whichever of its modules somebody has imported."""
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    return {
        kind.message(): kind.__name__
        for kind in _all(RuleViolation)
        if kind.__module__.startswith(("engine", "web"))
    }


def _all(kind: type[RuleViolation]) -> Iterator[type[RuleViolation]]:
    for child in kind.__subclasses__():
        yield child
        yield from _all(child)


def texts_of_diagrams() -> dict[str, str]:
    found = {}
    for path in sorted((ROOT / "processes").rglob("*.bpmn")):
        for element in etree.parse(path).iter():
            name = element.get("name") if isinstance(element.tag, str) else None
            if name and CHINESE.search(name) and element.tag.endswith(NAMED):
                found[name] = path.name
    return found


def texts_of_data() -> dict[str, str]:
    named = (*CATALOGUE.services.values(), *CATALOGUE.departments.values(), *CATALOGUE.items.values())
    papers = CATALOGUE.code_lists["id_type"].values()
    return {**{one.name: "catalogue.yaml" for one in named}, **dict.fromkeys((*papers, *ALL_POSTS), "lists")}


def all_texts() -> Mapping[str, str]:
    return {
        **texts_of_data(),
        **texts_of_diagrams(),
        **texts_of_rules(),
        **texts_of_code(),
        **texts_of_templates(),
    }
