"""Read a JSON body strictly: an object, no repeated keys, no NaN, limited depth and size."""

import json
import re
from dataclasses import dataclass

from flask import request
from marshmallow import Schema, ValidationError

from engine.domain.json_text import canonical_json
from engine.domain.plain import digest_of
from web.errors import MalformedRequest, RequestInvalid

DEEPEST = 20
FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}|_schema|[0-9]{1,4}")


@dataclass(frozen=True)
class Problem:
    code: str
    field: str
    reason: str


@dataclass(frozen=True)
class Body:
    """The parsed object and the digest of its content, whatever its spelling."""

    content: dict[str, object]
    digest: str


def read_body() -> Body:
    """Raises MalformedRequest; a body over the limit of the application is refused by Flask (413)."""
    try:
        content = json.loads(
            request.get_data(), object_pairs_hook=_without_repeats, parse_constant=_no_constant
        )
        if not isinstance(content, dict) or _depth(content) > DEEPEST:
            raise MalformedRequest
        return Body(content, digest_of(canonical_json(content)))
    except (ValueError, RecursionError) as error:
        raise MalformedRequest from error


def load(schema: Schema, body: Body) -> object:
    """Raises RequestInvalid naming every field that is wrong."""
    try:
        return schema.load(body.content)
    except ValidationError as error:
        raise RequestInvalid(problems=tuple(_problems(error.messages, ""))) from error


def _problems(messages: object, path: str) -> list[Problem]:
    if isinstance(messages, dict):
        return [
            problem
            for key, inner in messages.items()
            for problem in _problems(inner, path if key == "_schema" else f"{path}.{_shown(key)}".strip("."))
        ]
    texts = messages if isinstance(messages, list) else [messages]
    return [Problem("invalid", path, str(text)) for text in texts]


def _shown(key: object) -> str:
    """A key the unit made up may be anything, a name too: only what looks like a field is said back."""
    return str(key) if FIELD.fullmatch(str(key)) else "?"


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("repeated key")
    return content


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _depth(value: object) -> int:
    children: list[object] = []
    if isinstance(value, dict):
        children = list(value.values())
    elif isinstance(value, list):
        children = value
    return 1 + max((_depth(child) for child in children), default=0)
