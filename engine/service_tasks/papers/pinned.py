"""The definition an instance is pinned to, and the papers in it, whatever the files say today."""

import base64
import json
import zlib
from functools import lru_cache

from sqlalchemy.orm import Session

from engine.paper_definitions import PaperDefinition
from engine.platform import Platform
from engine.runtime import Definition, Source
from engine.store.instances import ProcessDefinition

MOST_KNOWN = 64
_known: dict[str, Definition] = {}


def pinned_definition(session: Session, digest: str) -> Definition:
    """Read once per process: what a digest stands for never changes."""
    if digest not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[digest] = read_definition(session, digest)
    return _known[digest]


def read_definition(session: Session, digest: str) -> Definition:
    """As the database has it now. Raises DiagramRefused when it is not what its digest says."""
    row = session.get_one(ProcessDefinition, digest)
    sources = json.loads(zlib.decompress(row.sources))
    return Definition(
        row.process_id,
        row.digest,
        tuple(Source(name, base64.b64decode(content)) for name, content in sources.items()),
    )


def pinned_paper(platform: Platform, definition: Definition, key: str) -> PaperDefinition:
    """As the case has it; instances of before papers were pinned take what the platform has."""
    return _paper_in(definition, key) or platform.papers[key]


@lru_cache(maxsize=256)  # papers of the definitions in use
def _paper_in(definition: Definition, key: str) -> PaperDefinition | None:
    source = definition.paper(key)
    return None if source is None else PaperDefinition(key, source)
