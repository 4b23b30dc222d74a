"""Signed callbacks by the Standard Webhooks convention: webhook-id, webhook-timestamp, webhook-signature."""

import asyncio
import ssl

import httpx
from standardwebhooks.webhooks import Webhook

from engine.ports import Callback, PermanentFailure, TemporaryFailure

TRY_AGAIN = (408, 425, 429)


class WebhookClient:
    """One POST per call, no redirects, one time limit for the whole exchange; the answer's body is not read.

    httpx limits each phase only, and a unit that sends a byte now and then would hold a thread for ever.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._tls = ssl.create_default_context()

    def deliver(self, callback: Callback) -> int:
        try:
            status = asyncio.run(self._exchange(callback))
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TemporaryFailure("timeout") from error
        except httpx.TransportError as error:
            raise TemporaryFailure("unreachable") from error
        except httpx.InvalidURL as error:
            raise PermanentFailure("address_invalid") from error
        if 200 <= status < 300:
            return status
        if status in TRY_AGAIN or status >= 500:
            raise TemporaryFailure(f"http_{status}")
        raise PermanentFailure(f"http_{status}")

    async def _exchange(self, callback: Callback) -> int:
        headers = _headers(callback)
        async with (
            asyncio.timeout(self._timeout_seconds),
            httpx.AsyncClient(
                timeout=self._timeout_seconds, verify=self._tls, trust_env=False, follow_redirects=False
            ) as client,
            client.stream("POST", callback.url, content=callback.body, headers=headers) as response,
        ):
            return response.status_code


def _headers(callback: Callback) -> dict[str, str]:
    signature = Webhook(callback.secret).sign(
        callback.message_id, callback.sent_at, callback.body.decode("utf-8")
    )
    return {
        "Content-Type": "application/json",
        "User-Agent": "hedui",
        "webhook-id": callback.message_id,
        "webhook-timestamp": str(int(callback.sent_at.timestamp())),
        "webhook-signature": signature,
    }
