"""Pin instances to the definition they started with, and find it again whatever the files say today."""

import base64
import json
import zlib
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.runtime import Definition, Source
from engine.store.instances import ProcessDefinition

MOST_KNOWN = 64
KNOWN = select(ProcessDefinition.digest).where(ProcessDefinition.digest == bindparam("digest"))
_known: dict[str, Definition] = {}


def pin(session: Session, definition: Definition, now: datetime) -> None:
    """Store the sources of a definition once, by digest."""
    if session.connection().execute(KNOWN, {"digest": definition.digest}).one_or_none() is None:
        sources = {source.name: base64.b64encode(source.content).decode() for source in definition.sources}
        session.add(
            ProcessDefinition(
                digest=definition.digest,
                process_id=definition.process_id,
                sources=zlib.compress(json.dumps(sources).encode()),
                recorded_at=now,
            )
        )
        session.flush()


def pinned_definition(session: Session, digest: str) -> Definition:
    """Read once per process: what a digest stands for never changes."""
    if digest not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[digest] = _read(session, digest)
    return _known[digest]


def _read(session: Session, digest: str) -> Definition:
    row = session.get_one(ProcessDefinition, digest)
    sources = json.loads(zlib.decompress(row.sources))
    return Definition(
        row.process_id,
        row.digest,
        tuple(Source(name, base64.b64decode(content)) for name, content in sources.items()),
    )
