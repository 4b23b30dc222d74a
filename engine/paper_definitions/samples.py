"""Values for previews and checks: the documented samples, and the blanks of a form to fill in by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from engine.paper_definitions.values import About, PaperValues


@dataclass(frozen=True)
class Documented:
    """One line of the list of values: path as templates write it, words, and the sample when it has one."""

    path: str
    words: str
    sample: object
    is_list: bool


def fields_of(kind: type) -> dict[str, tuple[Any, About]]:
    """Name -> type and words, in the order they are written."""
    return {name: _taken_apart(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}


def _taken_apart(hint: object) -> tuple[Any, About]:
    if get_origin(hint) is not Annotated:
        raise TypeError("a value without words")
    kind, about = get_args(hint)
    return kind, about


def entry_of(kind: object) -> type | None:
    """The type of the entries of a list; None for what is none."""
    return get_args(kind)[0] if get_origin(kind) is tuple else None


@cache
def sample_values() -> PaperValues:
    """What previews print."""
    values: PaperValues = _sample(PaperValues)
    return values


@cache
def blank_values() -> PaperValues:
    """Nothing but rows to write in."""
    values: PaperValues = _blank(PaperValues)
    return values


def _sample(kind: Any) -> Any:
    return kind(**{name: _sample_of(inner, about) for name, (inner, about) in fields_of(kind).items()})


def _sample_of(kind: Any, about: About) -> object:
    if is_dataclass(kind):
        return _sample(kind)
    entry = entry_of(kind)
    return (_sample(entry),) if entry is not None and is_dataclass(entry) else about.sample


def _blank(kind: Any) -> Any:
    return kind(**{name: _blank_of(inner, about) for name, (inner, about) in fields_of(kind).items()})


def _blank_of(kind: Any, about: About) -> object:
    if is_dataclass(kind):
        return _blank(kind)
    entry = entry_of(kind)
    if entry is not None:
        return (_blank(entry),) * about.blank_rows if is_dataclass(entry) else ()
    return {str: "", bool: False}.get(kind)


def documented(kind: Any = PaperValues, path: str = "") -> Iterator[Documented]:
    """Every value a template may name; entries of a list under the name of the list with []."""
    for name, (inner, about) in fields_of(kind).items():
        full = f"{path}{name}"
        entry = entry_of(inner)
        yield Documented(full, about.words, about.sample, entry is not None)
        if is_dataclass(inner):
            yield from documented(inner, f"{full}.")
        elif entry is not None and is_dataclass(entry):
            yield from documented(entry, f"{full}[].")
