"""The stored instances of each released state format: where they lie, how they are read and written."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.runtime import Definition, Source, digest_of
from engine.runtime.values import from_json, to_json
from tests.upgrade.acts import Act

STORED = Path(__file__).parent / "stored"
DIGESTS = "digests.txt"
WAYS = "ways.json"
DIAGRAMS = "diagrams"


@dataclass(frozen=True)
class Track:
    """A way as it was walked: `steps` and `waits` stand before the first act and after each; `bodies` by
    the number of acts done."""

    variables: Mapping[str, object]
    acts: tuple[Act, ...]
    steps: tuple[tuple[str, ...], ...]
    waits: tuple[tuple[str, ...], ...]
    end_event: str
    result: Mapping[str, object]
    bodies: Mapping[int, bytes]


@dataclass(frozen=True)
class StoredRoom:
    format: int
    name: str
    process_id: str
    definition: Definition
    tracks: Mapping[str, Track]


def formats() -> list[int]:
    return sorted(int(folder.name) for folder in STORED.iterdir() if folder.is_dir())


def read_rooms(number: int, root: Path = STORED) -> list[StoredRoom]:
    folders = sorted(path.parent for path in (root / str(number)).glob(f"*/{WAYS}"))
    return [_read_room(number, folder) for folder in folders]


def _read_room(number: int, folder: Path) -> StoredRoom:
    content = cast(dict[str, Any], from_json((folder / WAYS).read_bytes()))
    diagrams = folder / DIAGRAMS
    sources = tuple(
        Source(path.relative_to(diagrams).as_posix(), path.read_bytes())
        for path in sorted(diagrams.rglob("*"))
        if path.is_file()
    )
    process_id = content["process"]
    definition = Definition(process_id, digest_of(process_id, sources), sources)
    tracks = {name: _read_track(item) for name, item in content["ways"].items()}
    return StoredRoom(number, folder.name, process_id, definition, tracks)


def _read_track(item: dict[str, Any]) -> Track:
    return Track(
        variables=item["variables"],
        acts=tuple(Act(*act) for act in item["acts"]),
        steps=tuple(tuple(steps) for steps in item["steps"]),
        waits=tuple(tuple(waits) for waits in item["waits"]),
        end_event=item["end_event"],
        result=item["result"],
        bodies={int(place): base64.b64decode(body) for place, body in item["bodies"].items()},
    )


def write_room(folder: Path, definition: Definition, tracks: Mapping[str, Track]) -> None:
    for source in definition.sources:
        path = folder / DIAGRAMS / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.content)
    ways = b",\n".join(b"%b:%b" % (to_json(name), _written(track)) for name, track in tracks.items())
    text = b'{"process":%b,"ways":{\n%b\n}}\n' % (to_json(definition.process_id), ways)
    (folder / WAYS).write_bytes(text)


def _written(track: Track) -> bytes:
    return to_json(
        {
            "variables": track.variables,
            "acts": [[act.kind, act.name, act.values, act.index] for act in track.acts],
            "steps": track.steps,
            "waits": track.waits,
            "end_event": track.end_event,
            "result": track.result,
            "bodies": {place: base64.b64encode(body).decode() for place, body in track.bodies.items()},
        }
    )


def digest_lines(root: Path, number: int) -> list[str]:
    """As `sha256sum` writes them."""
    files = sorted(path for path in (root / str(number)).rglob("*") if path.is_file())
    return [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}"
        for path in files
    ]
