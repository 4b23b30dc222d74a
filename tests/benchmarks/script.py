"""What the elements of the automatic diagram bring, the same for both engines."""

from collections.abc import Callable

SOURCES = [f"s{number:02d}" for number in range(20)]

Results = dict[str, object]


def automatic(rounds: int) -> Callable[[str], Results]:
    """Answers of a household whose sources are asked `rounds` times; good for one run."""
    left = [rounds]

    def results(element: str) -> Results:
        if element == "query_source":
            return {"outcome": "answered"}
        if element == "check_answers":
            left[0] -= 1
            return {"outcomes": [], "requery": left[0] > 0}
        return {"suspend": False} if element == "compute" else {element: "done"}

    return results
