"""`python -m tests.upgrade.store`: store instances of the current state format, once, before its release."""

import sys
from collections import Counter
from pathlib import Path

from engine.runtime import STATE_VERSION
from engine.runtime.values import to_json
from tests.upgrade import words
from tests.upgrade.acts import Act, Walker
from tests.upgrade.stored import DIGESTS, STORED, Track, digest_lines, write_room
from tests.upgrade.ways import Room, Way, all_rooms

Place = tuple[str, ...]


def main() -> int:
    try:
        bodies = store(STORED)
    except FileExistsError:
        sys.stderr.write(f"format {STATE_VERSION} is stored already and stays as it is\n")
        return 1
    sys.stdout.write(f"format {STATE_VERSION}: {bodies} instances\n")
    return 0


def store(root: Path) -> int:
    """Returns how many. Raises FileExistsError when the format is stored already."""
    folder = root / str(STATE_VERSION)
    folder.mkdir(parents=True)
    bodies = 0
    for room in all_rooms():
        tracks = walked(room)
        bodies += sum(len(track.bodies) for track in tracks.values())
        write_room(folder / room.name, room.definition, tracks)
    (folder / words.FILE).write_text(words.words_of_today(), encoding="utf-8")
    with (root / DIGESTS).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in digest_lines(root, STATE_VERSION))
    return bodies


def walked(room: Room) -> dict[str, Track]:
    """Every way, straight through and stored between any two acts, which must come to the same."""
    seen: set[Place] = set()
    return {name: _track(room, way, seen) for name, way in room.ways.items()}


def _track(room: Room, way: Way, seen: set[Place]) -> Track:
    straight = Walker(room.definition)
    straight.begin(way.variables)
    steps, waits, bodies = [straight.told()], [straight.waiting()], {}
    stored = Walker(room.definition)
    stored.begin(way.variables)
    for number, act in enumerate(way.acts):
        body = stored.instance.dump()
        place = _place(steps, waits[-1], act)
        if place not in seen:
            seen.add(place)
            bodies[number] = body
        stored.enter(body)
        stored.perform(act)
        straight.perform(act)
        steps.append(straight.told()[sum(map(len, steps)) :])
        waits.append(straight.waiting())
        assert (stored.told(), stored.waiting()) == (steps[-1], waits[-1]), (room.name, act)
    assert straight.instance.finished
    assert stored.instance.variables == straight.instance.variables
    return Track(
        variables=way.variables,
        acts=tuple(way.acts),
        steps=tuple(map(tuple, steps)),
        waits=tuple(map(tuple, waits)),
        end_event=str(straight.instance.end_event),
        result=dict(straight.instance.variables),
        bodies=bodies,
    )


def _place(steps: list[list[str]], waits: list[str], act: Act) -> Place:
    """What is waited for, how often that has been over before (a second round is another place), and what
    happens next."""
    over = Counter(step.split()[0].split("/")[1] for group in steps for step in group)
    return (
        *(f"{wait} {over[wait.split(':')[1]]}" for wait in waits),
        act.kind,
        act.name,
        to_json(act.values).decode(),
    )


if __name__ == "__main__":
    sys.exit(main())
