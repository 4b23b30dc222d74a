"""The words a diagram may use. An older release cannot carry on a process that uses a newer word."""

from engine.runtime.expressions import FUNCTIONS
from engine.runtime.lint.events import ALLOWED
from engine.runtime.lint.model import SUPPORTED

FILE = "words.txt"


def words_of_today() -> str:
    events = {f"{element} {event}" for element, kinds in ALLOWED.items() for event in kinds}
    functions = {f"{name}()" for name in FUNCTIONS}
    return "".join(f"{word}\n" for word in sorted(SUPPORTED | events | functions))
