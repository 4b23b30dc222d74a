"""Pin instances to the definition they started with, and find it again whatever the files say today."""

import base64
import json
import zlib
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.runtime import Definition
from engine.service_tasks.papers.pinned import pinned_definition
from engine.store.instances import ProcessDefinition

__all__ = ["pin", "pinned_definition"]

KNOWN = select(ProcessDefinition.digest).where(ProcessDefinition.digest == bindparam("digest"))


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
