"""Which values a template names that there are none of, found by their types, in branches not taken too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Annotated, Any

from jinja2 import nodes

from engine.paper_definitions.findings import Fault
from engine.paper_definitions.language import FILTERS, NODES
from engine.paper_definitions.samples import entry_of, fields_of
from engine.paper_definitions.values import About, PaperValues

REMEDY = "可用的值见 forms/documents/README.md"


@dataclass(frozen=True)
class Loop:
    """What `loop` is inside of a for."""

    index: Annotated[int, About("第几项")]
    first: Annotated[bool, About("是否第一项")]
    last: Annotated[bool, About("是否最后一项")]
    length: Annotated[int, About("共几项")]


Scope = Mapping[str, Any]  # name -> type


def name_faults(tree: nodes.Template) -> Iterator[Fault]:
    yield from _writing(tree)
    scope = {name: kind for name, (kind, _) in fields_of(PaperValues).items()}
    yield from _walk(tree, scope)


def _writing(tree: nodes.Template) -> Iterator[Fault]:
    for node in [tree, *tree.find_all(nodes.Node)]:
        if not isinstance(node, NODES):
            message = f"不允许的写法 {type(node).__name__}"
            yield Fault(node.lineno, "language", message, "只用已列出的值、if、for 和过滤器")
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            remedy = f"可用的过滤器：{'、'.join(FILTERS)}"
            yield Fault(node.lineno, "filter_unknown", f"没有过滤器 {node.name}", remedy)


def _walk(node: nodes.Node, scope: Scope) -> Iterator[Fault]:
    if isinstance(node, nodes.For):
        yield from _loop(node, scope)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        yield from _value(node, scope)
    else:
        for child in node.iter_child_nodes():
            yield from _walk(child, scope)


def _loop(node: nodes.For, scope: Scope) -> Iterator[Fault]:
    yield from _walk(node.iter, scope)
    kind = entry_of(_type(node.iter, scope))
    if kind is None:
        yield Fault(node.lineno, "no_list", "for 只能用于列表", REMEDY)
    target = node.target.name if isinstance(node.target, nodes.Name) else ""
    inner = {**scope, target: kind, "loop": Loop}
    for child in [*node.body, *node.else_]:
        yield from _walk(child, inner)


def _value(node: nodes.Name | nodes.Getattr, scope: Scope) -> Iterator[Fault]:
    if isinstance(node, nodes.Name):
        if node.name not in scope:
            yield Fault(node.lineno, "value_unknown", f"没有名为 {node.name} 的值", REMEDY)
        return
    yield from _walk(node.node, scope)
    kind = _type(node.node, scope)
    if kind is not None and not (is_dataclass(kind) and node.attr in fields_of(kind)):  # type: ignore[arg-type]  # a dataclass is a type here
        yield Fault(node.lineno, "value_unknown", f"没有名为 …{node.attr} 的值", REMEDY)


def _type(node: nodes.Node, scope: Scope) -> Any:
    """None where it is not known: then something before it has been found already."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getattr):
        kind = _type(node.node, scope)
        return fields_of(kind).get(node.attr, (None,))[0] if is_dataclass(kind) else None  # type: ignore[arg-type]
    return None
