"""Wake-up over RQ: one drain job at a time is enough, however many rows wait for it."""

import redis
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

DRAIN_JOB = "web.jobs.drain"
DRAIN_JOB_ID = "drain"
QUEUE = "hedui"


class RqWakeUp:
    """Enqueues the drain job unless one is waiting already. Redis being away is no failure: workers sweep."""

    def __init__(self, url: str) -> None:
        self._connection = redis.Redis.from_url(url, socket_timeout=2)
        self._queue = Queue(QUEUE, connection=self._connection, serializer=JSONSerializer)

    def close(self) -> None:
        self._connection.close()

    def wake(self) -> None:
        try:
            self._queue.enqueue(DRAIN_JOB, job_id=DRAIN_JOB_ID, unique=True, result_ttl=0, failure_ttl=60)
        except (redis.RedisError, DuplicateJobError):
            return
