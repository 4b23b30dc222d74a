"""Signed callbacks by the Standard Webhooks convention: webhook-id, webhook-timestamp, webhook-signature."""

import httpx
from standardwebhooks.webhooks import Webhook

from engine.ports import Callback, PermanentFailure, TemporaryFailure

TRY_AGAIN = (408, 425, 429)


class WebhookClient:
    """One POST per call, no redirects, a time limit on every phase; who retries is not decided here."""

    def __init__(self, timeout_seconds: float) -> None:
        self._client = httpx.Client(
            timeout=timeout_seconds, follow_redirects=False, trust_env=False, headers={"User-Agent": "hedui"}
        )

    def deliver(self, callback: Callback) -> int:
        try:
            response = self._client.post(callback.url, content=callback.body, headers=_headers(callback))
        except httpx.TimeoutException as error:
            raise TemporaryFailure("timeout") from error
        except httpx.TransportError as error:
            raise TemporaryFailure("unreachable") from error
        status = response.status_code
        if 200 <= status < 300:
            return status
        if status in TRY_AGAIN or status >= 500:
            raise TemporaryFailure(f"http_{status}")
        raise PermanentFailure(f"http_{status}")


def _headers(callback: Callback) -> dict[str, str]:
    signature = Webhook(callback.secret).sign(
        callback.message_id, callback.sent_at, callback.body.decode("utf-8")
    )
    return {
        "Content-Type": "application/json",
        "webhook-id": callback.message_id,
        "webhook-timestamp": str(int(callback.sent_at.timestamp())),
        "webhook-signature": signature,
    }
