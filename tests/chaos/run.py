"""A whole run: the points one by one, the storm, the calm after it, the judgement."""

import re
import time
from collections import Counter
from dataclasses import asdict, dataclass

from tests.chaos.figures import Figures, measure
from tests.chaos.invariants import Evidence, violations
from tests.chaos.journal import Journal
from tests.chaos.plan import Fault, Plan
from tests.chaos.points import freeze_at_points, kill_at_points, time_one_case
from tests.chaos.stage import Stage, open_stage
from tests.chaos.storm import Show, weather

CHANGING = re.compile(r"(Worker \w+:|(case|instance)=\d+|127\.0\.0\.1:\d+|\d+ seconds) ?")


@dataclass(frozen=True)
class Course:
    """How the run went. `calm_…` is the time of one case alone, from its commission to its archive."""

    came_to_rest: bool
    struck: dict[Fault, int]
    silences_while_frozen: dict[str, float]
    seconds: float
    storm_seconds: float
    calm_before: float
    calm_after: float


@dataclass(frozen=True)
class Summary:
    plan: Plan
    course: Course
    cases: int
    closed: int
    figures: Figures
    wire_attempts: dict[str, int]
    wire_repeats: int
    questions: int
    questions_repeated: int
    leftover_files: int
    complaints: dict[str, int]
    cases_a_minute: float
    violations: dict[str, list[str]]

    @property
    def is_sound(self) -> bool:
        return not self.violations

    def as_json(self) -> dict[str, object]:
        return {"sound": self.is_sound, **asdict(self)}


def run_chaos(plan: Plan, say: Show) -> Summary:
    began = time.monotonic()

    def show(what: str) -> None:
        say(f"{time.monotonic() - began:6.1f} s  {what}")

    with open_stage(plan.seed, plan.lease_seconds) as stage:
        stage.keep(stage.web("web"))
        stage.wait_for_answer()
        kill_at_points(stage, plan.points, show)
        silences = freeze_at_points(stage, plan.freezing_points, show)
        for place in range(1, plan.workers):
            stage.keep(stage.worker(f"worker-{place}"))
        calm_before = time_one_case(stage, "calm-before")
        storm_began = time.monotonic()
        came_to_rest, struck = weather(stage, plan, show)
        storm_seconds = time.monotonic() - storm_began
        calm_after = time_one_case(stage, "calm-after")
        for child in stage.kept.values():
            child.kill()
        course = Course(
            came_to_rest,
            struck,
            silences,
            round(time.monotonic() - began, 1),
            round(storm_seconds, 1),
            calm_before,
            calm_after,
        )
        return _judge(stage, plan, course)


def _judge(stage: Stage, plan: Plan, course: Course) -> Summary:
    faults = list(stage.faults.entries())
    engine = stage.engine()
    with engine.connect() as connection:
        evidence = Evidence(
            connection,
            list(stage.answers.entries()),
            list(stage.questions.entries()),
            list(stage.wire.entries()),
            list(Journal(stage.folder / "unit" / "receipts.jsonl").entries()),
            stage.folder / "unit",
            stage.documents,
        )
        figures = measure(evidence.changes(), faults)
        found = {**violations(evidence), **figures.violations()}
        states = evidence.column("SELECT state FROM verification_case")
    engine.dispose()
    if not course.came_to_rest:
        found["the_run_came_to_rest"] = ["it did not"]
    ids = Counter(entry["id"] for entry in evidence.wire)
    batches = Counter(entry["batch"] for entry in evidence.questions)
    return Summary(
        plan=plan,
        course=course,
        cases=len(states),
        closed=states.count("closed"),
        figures=figures,
        wire_attempts=dict(Counter(entry["what"] for entry in evidence.wire)),
        wire_repeats=sum(ids.values()) - len(ids),
        questions=sum(batches.values()),
        questions_repeated=sum(batches.values()) - len(batches),
        leftover_files=sum(path.name.startswith(".") for path in stage.documents.rglob("*")),
        complaints=_complaints(stage),
        cases_a_minute=round(plan.cases / course.storm_seconds * 60, 1),
        violations={name: what[:20] for name, what in found.items()},
    )


def _complaints(stage: Stage) -> dict[str, int]:
    """What the platform's processes wrote down as errors, by the constant part of the line."""
    found: Counter[str] = Counter()
    for log in stage.folder.glob("*.log"):
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if " level=ERROR " in line:
                found[CHANGING.sub("", line.split(" level=ERROR ", 1)[1])[:100]] += 1
    return dict(found)
