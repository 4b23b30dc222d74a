"""Wake-up over RQ: a few drain jobs are enough, however many rows wait."""

import redis
from rq import Queue
from rq.serializers import JSONSerializer

DRAIN_JOB = "web.jobs.drain"
QUEUE = "hedui"
ENOUGH = 4  # waiting jobs, for as many workers to wake at once


class RqWakeUp:
    """Enqueues a drain job unless some wait already. Redis being away is no failure: workers sweep.

    No job id of its own: the job of a worker that was killed would keep the id and silence the bell.
    """

    def __init__(self, url: str) -> None:
        self._connection = redis.Redis.from_url(url, socket_timeout=2)
        self._queue = Queue(QUEUE, connection=self._connection, serializer=JSONSerializer)

    def close(self) -> None:
        self._connection.close()

    def wake(self) -> None:
        try:
            if self._queue.count < ENOUGH:
                self._queue.enqueue(DRAIN_JOB, job_timeout=-1, ttl=60, result_ttl=0, failure_ttl=60)
        except redis.RedisError:
            return
