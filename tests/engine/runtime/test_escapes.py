"""No text and no file of a designer gets out, or uses up the machine, by any of the doors there are.

Every attack runs in a child with two seconds of the processor and a bounded memory; a listener in the child
reports whatever opens, starts, imports, executes or connects.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.engine.runtime.attacks import BOMBS, ESCAPES, FILES
from tests.engine.runtime.diagrams import catch, define, end, start, timer
from tests.engine.runtime.escaping import DOORS, FILE_DOORS, SECRET, TEXTS
from tests.engine.runtime.walk import Walk

ROOT = Path(__file__).parents[3]
STOPPED = ("refused", "failed")
# Of these the first only reads: what it lets pass is stopped where it is evaluated, by the doors above.
LATER = {"file of decisions": "read", "check of diagrams": "no finding"}


def outcomes(door: str, attacks: Sequence[str], **places: str) -> dict[str, str]:
    """What became of each; the attack that ended the child is told, those after it are missing."""
    done = subprocess.run(
        [sys.executable, "-c", "from tests.engine.runtime.escaping import main; main()"],
        input=json.dumps({"door": door, "attacks": list(attacks), **places}),
        env={**os.environ, "TRUST_SECRET": SECRET, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if len(told) < len(attacks):
        told.append(f"ENDED THE CHILD {done.returncode} {done.stderr[-200:]}")
    return dict(zip(attacks, told, strict=False))


@pytest.mark.parametrize("door", DOORS)
def test_no_escape_and_no_bomb_gets_through_a_door_where_texts_are_evaluated(door: str) -> None:
    became = outcomes(door, [*ESCAPES, *BOMBS])

    fine = (*STOPPED, LATER.get(door, "refused"))
    assert {
        text: told for text, told in became.items() if text in ESCAPES and not told.startswith(fine)
    } == {}
    harmless = (*fine, "went on", "read")
    assert {
        text[:80]: told for text, told in became.items() if text in BOMBS and not told.startswith(harmless)
    } == {}
    assert became.keys() == {*ESCAPES, *BOMBS}


@pytest.mark.parametrize("door", TEXTS)
def test_where_nothing_is_evaluated_a_text_comes_out_as_it_went_in(door: str) -> None:
    became = outcomes(door, [*ESCAPES, *BOMBS])

    carried = ("went on", "taken True", "a text as before")
    assert {text[:80]: told for text, told in became.items() if not told.startswith(carried)} == {}
    assert became.keys() == {*ESCAPES, *BOMBS}


@pytest.mark.parametrize("door", FILE_DOORS)
def test_a_file_that_reaches_out_or_blows_up_is_refused(door: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        places = {"SECRET_FILE": str(secret), "LISTENER": f"http://127.0.0.1:{listener.getsockname()[1]}"}

        became = outcomes(door, list(FILES), **places)

        with pytest.raises(BlockingIOError):
            listener.accept()
    assert {name: told for name, told in became.items() if not told.startswith("refused")} == {}
    assert became.keys() == FILES.keys()


@pytest.mark.parametrize("edge", ["date('0001-01-01')", "'0001-01-01T00:00:00+14:00'"])
def test_a_day_before_the_first_in_another_zone_is_an_incident_of_its_timer(edge: str) -> None:
    waiting = define(start("s"), catch("pause", timer(edge, "timeDate")), end("e"), flows="s -> pause -> e")

    walk = Walk(waiting)

    assert [failure.element_id for failure in walk.failures()] == ["pause"]


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        ("import os; os.system('true')", "ESCAPED by ['os.system']"),
        ("open('/etc/hostname').close()", "ESCAPED by ['open']"),
        ("raise LookupError", "UNEXPECTED LookupError"),
        ("raise Passed(SECRET)", "ESCAPED, told a secret"),
        ("while True: pass", "ENDED THE CHILD -24"),
        ("[0] * 10**9", "UNEXPECTED MemoryError"),
        ("pass", "ESCAPED without a word"),
    ],
)
def test_an_attack_that_does_get_through_is_told(attack: str, told: str) -> None:
    """A door that executes what it is given, to see that the listener and the limits work."""
    program = (
        "from tests.engine.runtime import escaping\n"
        "escaping.DOORS['open'] = lambda text: exec(compiled[text], vars(escaping))\n"
        f"compiled = {{text: compile(text, text, 'exec') for text in ('raise Passed', {attack!r})}}\n"
        "escaping.REACHING_OUT = tuple(set(escaping.REACHING_OUT) - {'exec'})\n"
        "escaping.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps({"door": "open", "attacks": ["raise Passed", attack]}),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [*lines, f"ENDED THE CHILD {done.returncode}"][1].startswith(told)
