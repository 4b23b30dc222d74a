"""A worker that Redis wakes: RQ runs the drain job, a sweeper rings when Redis has lost something."""

import threading

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from web.jobs import drain

QUEUE = "hedui"
SWEEP_SECONDS = 5.0


def work_for_redis(url: str) -> None:
    """Until a signal says stop. The sweep needs no Redis at all: it drains in this process."""
    stopping = threading.Event()
    sweeper = threading.Thread(target=_sweep, args=(stopping,), name="sweeper")
    sweeper.start()
    try:
        connection = redis.Redis.from_url(url)
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        SimpleWorker([queue], connection=connection, serializer=JSONSerializer).work(logging_level="WARNING")
    finally:
        stopping.set()
        sweeper.join()


def _sweep(stopping: threading.Event) -> None:
    while not stopping.wait(SWEEP_SECONDS):
        drain()
