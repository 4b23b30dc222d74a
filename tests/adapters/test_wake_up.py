"""Wake-up: the bell in one process, RQ between several; Redis being away is no failure."""

import threading
from contextlib import closing

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from adapters.queue.in_process import Bell
from adapters.queue.redis_queue import DRAIN_JOB, ENOUGH, QUEUE, RqWakeUp


def test_a_rung_bell_is_heard_by_who_comes_to_listen_later() -> None:
    bell = Bell()

    bell.wake()

    listener = threading.Thread(target=bell.wait, args=(60,))
    listener.start()
    listener.join(timeout=10)
    assert not listener.is_alive()


def test_many_wake_ups_leave_few_jobs(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection, closing(RqWakeUp(redis_url)) as wake_up:
        connection.flushall()

        for _ in range(50):
            wake_up.wake()

        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        assert [job.func_name for job in queue.jobs] == [DRAIN_JOB] * ENOUGH


def test_redis_being_away_is_silent() -> None:
    with closing(RqWakeUp("redis://127.0.0.1:1/0")) as wake_up:
        wake_up.wake()
