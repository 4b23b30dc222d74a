"""A worker that Redis wakes: RQ runs the drain job; a sweeper works on when Redis is away or forgetful."""

import logging
import signal
import threading

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from web.jobs import drain, leave_draining, stop_draining

log = logging.getLogger(__name__)
QUEUE = "hedui"
SWEEP_SECONDS = 5.0


class PatientWorker(SimpleWorker):
    """Told to stop it also ends the drain under way, which would go on for as long as there is work."""

    def request_stop(self, signum: int, frame: object) -> None:
        stop_draining()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ is typed in part


def work_for_redis(url: str) -> None:
    """Until a signal says stop. The sweep needs no Redis at all: it drains in this process."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    sweeper = threading.Thread(target=_sweep, args=(stopping,), name="sweeper")
    sweeper.start()
    try:
        while not stopping.is_set():
            if _listen(url):
                break
            stopping.wait(SWEEP_SECONDS)
    finally:
        stopping.set()
        stop_draining()
        sweeper.join()
        leave_draining()


def _listen(url: str) -> bool:
    """True when the worker was told to stop, False when Redis has gone away."""
    connection = redis.Redis.from_url(url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    try:
        worker = PatientWorker([queue], connection=connection, serializer=JSONSerializer)
        worker.work(logging_level="WARNING")
    except redis.RedisError as error:
        log.warning("redis_away error=%s", type(error).__name__)
        return False
    finally:
        connection.close()
    return True


def _sweep(stopping: threading.Event) -> None:
    while not stopping.wait(SWEEP_SECONDS):
        try:
            drain()
        except Exception as error:  # the outer door of the sweeper: it must outlive whatever is wrong
            log.error("sweep_failed error=%s", type(error).__name__)
