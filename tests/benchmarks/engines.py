"""The engine alone: the same process in our runtime and in stock SpiffWorkflow, in memory."""

from functools import cache, partial

from engine.runtime import Definition, Instance, Source, load_definitions
from tests.benchmarks.diagrams import AUTO, REWORK
from tests.benchmarks.measuring import Figure, cpu_ms, paired
from tests.benchmarks.script import SOURCES, automatic
from tests.benchmarks.stage import Stage
from tests.benchmarks.stock_process import STOCK_RUN

TASKS_PER_ROUND = 4  # of the rework diagram: two human tasks, two gateways


@cache
def definition_of(diagram: bytes) -> Definition:
    return load_definitions([Source("main.bpmn", diagram)])["main"]


def run_automatic(rounds: int) -> Instance:
    results = automatic(rounds)
    instance = Instance.start(definition_of(AUTO), {"sources": SOURCES})
    instance.run()
    while calls := instance.service_calls():
        for call in calls:
            instance.complete_service(call.task_id, results(call.element_id))
        instance.run()
    return instance


def engine_auto_in_memory(stage: Stage) -> Figure:
    return _compared(stage, "engine_auto_in_memory", rounds=1, times=20, most=0.5)


def engine_ten_rounds(stage: Stage) -> Figure:
    return _compared(stage, "engine_ten_rounds", rounds=10, times=2, most=0.3)


def _compared(stage: Stage, name: str, rounds: int, times: int, most: float) -> Figure:
    if run_automatic(rounds).end_event != "archived":
        raise AssertionError("our engine did not come to the end")
    pair = paired(
        lambda: cpu_ms(partial(run_automatic, rounds), times), lambda: stage.stock.automatic(rounds, times)
    )
    return pair.by_ratio(name, STOCK_RUN, most)


def step(state: bytes) -> bytes:
    """One human step: restore, complete, run, dump."""
    instance = Instance.restore(definition_of(REWORK), state)
    (task,) = instance.human_tasks()
    instance.complete_human(task.task_id, {"again": True})
    instance.run()
    return instance.dump()


def state_after(tasks: int) -> bytes:
    """The state of an instance at its first human task again, after so many completed tasks."""
    instance = Instance.start(definition_of(REWORK), {})
    instance.run()
    state = instance.dump()
    for _ in range(2 * tasks // TASKS_PER_ROUND):
        state = step(state)
    return state


def step_after_900_tasks(stage: Stage) -> Figure:
    late, early = state_after(900), state_after(12)
    pair = paired(lambda: cpu_ms(partial(step, late), 100), lambda: cpu_ms(partial(step, early), 100))
    library = round(stage.stock.step(900 // TASKS_PER_ROUND, times=3), 1)
    return pair.by_ratio(
        "step_after_900_tasks", "the same after 12 tasks", 1.5, bytes=len(late), stock_cpu_ms=library
    )
