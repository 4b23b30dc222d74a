"""Real cases over a real database with a scripted outside: what a household and a human step cost."""

from collections.abc import Iterable
from functools import partial
from itertools import count

from sqlalchemy import func, select

from engine.handling.human_work import complete_task
from engine.handling.messages import confirm_receipt
from engine.handling.progress import advance, woken
from engine.ports import PermanentFailure
from engine.store.cases import Case, CaseState
from engine.store.human_tasks import open_tasks
from engine.store.instances import ProcessInstance
from engine.store.reports import report_of_case
from tests.benchmarks.measuring import Figure, counted, cpu_ms, paired
from tests.benchmarks.stage import Stage
from tests.benchmarks.stock_process import STOCK_RUN, STOCK_STEP
from tests.builders import a_commission, a_household, a_supporter
from tests.engine.house import UNIT_CODE, House
from web.worker import Worker, hire

CASES = 16  # worked at the same time, as by a worker under load
THREADS = 64  # as the settings have it
RECEIVED_AT = "2026-11-20T18:00:00Z"
_numbers = count(1)


def auto_case_sqlite(stage: Stage) -> Figure:
    return _auto_case(stage, "auto_case_sqlite", stage.sqlite_url(), 25)


def auto_case_postgres(stage: Stage) -> Figure:
    return _auto_case(stage, "auto_case_postgres", stage.postgres_url(), 50)


def _auto_case(stage: Stage, name: str, url: str, most: float) -> Figure:
    house = House(stage.open(url))
    worker = hire(house.database, house.platform, THREADS)
    work_cases(house, worker)  # what is read once per process has been read
    pair = paired(
        lambda: cpu_ms(partial(work_cases, house, worker), each=CASES), stage.stock.automatic, rounds=5
    )
    return pair.by_cpu(name, STOCK_RUN, most, cases_at_once=CASES)


def work_cases(house: House, worker: Worker, cases: int = CASES) -> None:
    """From the commission to the archive: receive, work, confirm the receipt of the report, work."""
    received = [house.receive(a_commission(number=f"WT-{next(_numbers)}")).case.id for _ in range(cases)]
    worker.drain()
    confirm_receipts(house, received)
    worker.drain()
    with house.database.reading() as session:
        closed = select(func.count()).where(Case.id.in_(received), Case.state == CaseState.CLOSED)
        if (left := cases - session.scalars(closed).one()) > 0:
            raise AssertionError(f"{left} cases are not closed")


def confirm_receipts(house: House, cases: Iterable[int]) -> None:
    for case_id in cases:
        with house.database.transaction() as session:
            report = report_of_case(session, case_id)
            assert report is not None
            receipt = {"sha256": report.file_digest, "received_by": "U001", "received_at": RECEIVED_AT}
            confirm_receipt(session, house.platform, UNIT_CODE, report.number, receipt)


def human_step_sqlite(stage: Stage) -> Figure:
    """The first of two reviews: check, four eyes, complete, advance to the second, save, commit."""
    house = House(stage.open(stage.sqlite_url()))
    pair = paired(lambda: _review_cases(house), stage.stock.step, rounds=5)
    return pair.by_cpu("human_step_sqlite", STOCK_STEP, 7)


def _review_cases(house: House) -> float:
    """CPU milliseconds of one review, the mean of CASES."""
    for _ in range(CASES):
        house.receive(a_commission(reviews=(), number=f"WT-{next(_numbers)}"))
    house.work()
    with house.database.reading() as session:
        waiting = iter([task.id for task in open_tasks(session) if task.element_id == "first_review"])
    return cpu_ms(lambda: _complete(house, next(waiting), "A001", first_passed=True), CASES)


def _complete(house: House, task_id: int, worker: str, **result: object) -> None:
    with house.database.transaction() as session:
        complete_task(session, house.platform, task_id, worker, result)


def state_at_wait_bytes(stage: Stage) -> Figure:
    """Every stored body of a large household on its longest way, with all its answers."""
    most = 5000
    house = House(stage.open(stage.sqlite_url()))
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    household = a_household(members=5, supporters=[a_supporter()])
    case = house.receive(a_commission(household, reviews=())).case
    sizes = _sizes_until_waiting(house)
    answers = {
        "A001": {"first_passed": True},
        "A002": {"second_passed": True},
        "E001": {"exchange_decision": "requery"},
    }
    for worker, answer in answers.items():
        with house.database.reading() as session:
            (task,) = open_tasks(session)
        _complete(house, task.id, worker, **answer)
        sizes += _sizes_until_waiting(house)
    confirm_receipts(house, [case.id])
    sizes += _sizes_until_waiting(house)
    size = max(sizes)
    return counted(
        "state_at_wait_bytes",
        "the limit",
        size / most,
        f"bytes <= {most}",
        size <= most,
        bytes=size,
        wait_points=len(sizes),
    )


def _sizes_until_waiting(house: House) -> list[int]:
    """Of the bodies after every advance."""
    sizes = [_size(house)]
    while True:
        with house.database.reading() as session:
            waiting = woken(session, house.platform, 100)
        for instance_id in waiting:
            with house.database.transaction() as session:
                advance(session, house.platform, [instance_id])
            sizes.append(_size(house))
        if not waiting and not house.do_outside_work(room=7):
            return sizes


def _size(house: House) -> int:
    with house.database.reading() as session:
        return int(session.scalars(select(func.max(func.length(ProcessInstance.body)))).one())
