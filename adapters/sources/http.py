"""The connector to a department that answers over HTTP; nothing of an answer is interpreted here."""

import asyncio
import json
import ssl
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NoReturn

import httpx

from engine.domain.answers import LARGEST_BODY
from engine.ports import PermanentFailure, SourceReply, SourceRequest, TemporaryFailure

TRY_AGAIN = (408, 425, 429)
# What the wire can do to us, most special first: is another attempt of use, and the code that is kept.
FOREIGN_ERRORS: tuple[tuple[type[Exception], type[TemporaryFailure | PermanentFailure], str], ...] = (
    (TimeoutError, TemporaryFailure, "timeout"),
    (httpx.TimeoutException, TemporaryFailure, "timeout"),
    (httpx.ConnectError, TemporaryFailure, "connect_failed"),
    (httpx.UnsupportedProtocol, PermanentFailure, "address_invalid"),
    (httpx.InvalidURL, PermanentFailure, "address_invalid"),
    (httpx.LocalProtocolError, PermanentFailure, "request_invalid"),
    (httpx.TransportError, TemporaryFailure, "connection_lost"),
)


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _tls() -> ssl.SSLContext:
    """One context for all departments; the certificates trusted are those of the system."""
    return ssl.create_default_context()


class HttpSource:
    """Implements DataSource. A department is data: address, token and time limit.

    The time limit is for the whole exchange: a peer that sends a byte now and then must not hold a worker.
    """

    def __init__(
        self, base_url: str, token: str, timeout_seconds: float, now: Callable[[], datetime] = _now
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/query"
        self._token = token
        self._timeout_seconds = timeout_seconds
        self._now = now

    def ask(self, request: SourceRequest, key: str) -> SourceReply:
        """Raises TemporaryFailure or PermanentFailure; `key` is the same at every attempt."""
        content = json.dumps(_wire(request), ensure_ascii=False).encode()
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # nothing is unpacked, so no bomb passes the size limit
            "Idempotency-Key": key,
        }
        try:
            return asyncio.run(self._exchange(content, headers))
        except (TimeoutError, httpx.TransportError, httpx.InvalidURL) as error:
            _translate(error)

    async def _exchange(self, content: bytes, headers: dict[str, str]) -> SourceReply:
        async with (
            asyncio.timeout(self._timeout_seconds),
            httpx.AsyncClient(
                timeout=self._timeout_seconds, verify=_tls(), trust_env=False, follow_redirects=False
            ) as client,
            client.stream("POST", self._url, content=content, headers=headers) as response,
        ):
            _check(response)
            body = await _read(response)
        return SourceReply(body, response.headers.get("Content-Type", ""), self._now())


def _wire(request: SourceRequest) -> dict[str, Any]:
    """The question as departments get it; refs of persons stay in the house."""
    return {
        "batch_no": request.batch_no,
        "case_no": request.case_no,
        "period_start": _iso(request.period_start),
        "period_end": _iso(request.period_end),
        "as_of": _iso(request.as_of),
        "rows": [
            {
                "row_no": row.row_no,
                "name": row.name,
                "id_type": row.id_type,
                "id_no": row.id_no,
                "item_code": row.item,
                "authorisation_no": row.authorisation,
            }
            for row in request.rows
        ],
    }


def _iso(day: date) -> str:
    return day.isoformat()


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status >= 500 or status in TRY_AGAIN:
        raise TemporaryFailure(f"http_{status}")
    if 300 <= status < 400:
        raise PermanentFailure("redirect_refused")
    if status != 200:
        raise PermanentFailure(f"http_{status}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise PermanentFailure("encoding_refused")


async def _read(response: httpx.Response) -> bytes:
    """Stops at the limit, whatever length was announced."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise PermanentFailure("answer_too_large")
    return bytes(body)


def _translate(error: Exception) -> NoReturn:
    failure, code = next((f, code) for kind, f, code in FOREIGN_ERRORS if isinstance(error, kind))
    raise failure(code) from error
