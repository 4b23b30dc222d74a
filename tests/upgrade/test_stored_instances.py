"""Instances stored by every released format, at every wait, are carried on to the end they would have had."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.runtime import STATE_VERSION, BeyondThisRelease, Instance, StateRefused
from tests.processes.drawing import BPMN
from tests.upgrade import words
from tests.upgrade.acts import NOON, Walker
from tests.upgrade.store import store
from tests.upgrade.stored import DIGESTS, STORED, StoredRoom, Track, digest_lines, formats, read_rooms


@dataclass(frozen=True)
class Wait:
    """A stored instance: the way it is on, and how many acts of it are done."""

    room: StoredRoom
    way: str
    done: int

    @property
    def track(self) -> Track:
        return self.room.tracks[self.way]

    @property
    def body(self) -> bytes:
        return self.track.bodies[self.done]

    def __str__(self) -> str:
        return f"{self.room.format}-{self.room.name}-{self.way}-{self.done}"


ROOMS = [room for number in formats() for room in read_rooms(number)]
WAITS = [
    Wait(room, way, done) for room in ROOMS for way, track in room.tracks.items() for done in track.bodies
]
ONE_OF_EACH_ROOM = list({wait.room.name: wait for wait in WAITS}.values())


def entered(wait: Wait) -> Walker:
    earlier = [act.values["at"] for act in wait.track.acts[: wait.done] if act.kind == "time"]
    walker = Walker(wait.room.definition, earlier[-1] if earlier else NOON)  # type: ignore[arg-type]  # read
    walker.enter(wait.body)
    return walker


@pytest.mark.parametrize("wait", WAITS, ids=str)
def test_a_stored_instance_waits_for_what_it_waited_for(wait: Wait) -> None:
    walker = entered(wait)

    assert walker.waiting() == list(wait.track.waits[wait.done])


@pytest.mark.parametrize("wait", WAITS, ids=str)
def test_a_stored_instance_comes_to_its_end_with_its_data_and_history(wait: Wait) -> None:
    walker, steps, waits = entered(wait), [], []

    for act in wait.track.acts[wait.done :]:
        walker.enter(walker.instance.dump())
        walker.perform(act)
        steps.append(tuple(walker.told()))
        waits.append(tuple(walker.waiting()))

    assert walker.instance.finished
    assert walker.instance.end_event == wait.track.end_event
    assert walker.instance.variables == wait.track.result
    assert steps == list(wait.track.steps[wait.done + 1 :])
    assert waits == list(wait.track.waits[wait.done + 1 :])


@pytest.mark.parametrize("number", formats())
def test_every_format_has_an_instance_at_every_element_of_its_shipped_diagrams_that_waits(
    number: int,
) -> None:
    (room,) = [room for room in ROOMS if (room.format, room.name) == (number, "automatic_handling")]
    roots = [ElementTree.fromstring(source.content) for source in room.definition.sources]
    kinds = ("serviceTask", "userTask", "receiveTask")
    waiting = {item.attrib["id"] for root in roots for kind in kinds for item in root.iter(BPMN + kind)}

    stored = {
        named.split(":")[1]
        for track in room.tracks.values()
        for done in track.bodies
        for named in track.waits[done]
    }

    assert stored == waiting


@pytest.mark.parametrize("number", formats())
def test_every_format_has_an_instance_at_every_kind_of_wait(number: int) -> None:
    kinds = {
        named.split(":")[0]
        for wait in WAITS
        if wait.room.format == number
        for named in wait.track.waits[wait.done]
    }

    assert kinds == {"service", "human", "message", "timer", "failure"}


def test_every_format_up_to_the_current_one_is_stored() -> None:
    """Whoever raises STATE_VERSION stores instances of the new format: `python -m tests.upgrade.store`."""
    assert formats() == list(range(1, STATE_VERSION + 1))


def test_a_stored_format_is_never_rewritten() -> None:
    listed = (STORED / DIGESTS).read_text(encoding="utf-8").splitlines()

    assert [line for number in formats() for line in digest_lines(STORED, number)] == listed


def test_the_maker_stores_the_current_format_once(tmp_path: Path) -> None:
    bodies = store(tmp_path)

    with pytest.raises(FileExistsError):
        store(tmp_path)
    rooms = read_rooms(STATE_VERSION, tmp_path)
    assert sum(len(track.bodies) for room in rooms for track in room.tracks.values()) == bodies
    listed = (tmp_path / DIGESTS).read_text(encoding="utf-8").splitlines()
    assert listed == digest_lines(tmp_path, STATE_VERSION)


def test_whoever_teaches_the_diagrams_a_new_word_raises_the_format() -> None:
    """The number is what an older release is warned by: it cannot carry on a process of newer words."""
    stored = (STORED / str(STATE_VERSION) / words.FILE).read_text(encoding="utf-8")

    assert words.words_of_today() == stored


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def flip(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def lose_tasks(body: bytes) -> bytes:
    return zlib.compress(zlib.decompress(body).replace(b'"tasks"', b'"tusks"'))


def rename_an_element(body: bytes) -> bytes:
    return zlib.compress(zlib.decompress(body).replace(b'"spec":"', b'"spec":"no_'))


def lose_data(body: bytes) -> bytes:
    return zlib.compress(zlib.decompress(body).rpartition(b',"data":')[0] + b',"data":[]}')


def empty(body: bytes) -> bytes:
    return zlib.compress(b"{}")


@pytest.mark.parametrize("damage", [cut, flip, lose_tasks, rename_an_element, lose_data, empty])
@pytest.mark.parametrize("wait", ONE_OF_EACH_ROOM, ids=str)
def test_a_damaged_body_is_refused_in_words(wait: Wait, damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(StateRefused, match=r"状态已损坏|状态不完整"):
        Instance.restore(wait.room.definition, damage(wait.body))


@pytest.mark.parametrize("wait", ONE_OF_EACH_ROOM, ids=str)
def test_a_newer_format_is_refused_by_name(wait: Wait) -> None:
    mark = f'"version":{wait.room.format}'.encode()
    newer = f'"version":{STATE_VERSION + 1}'.encode()
    body = zlib.compress(zlib.decompress(wait.body).replace(mark, newer, 1))

    with pytest.raises(BeyondThisRelease, match=f"状态版本 {STATE_VERSION + 1} 高于本系统的 {STATE_VERSION}"):
        Instance.restore(wait.room.definition, body)
