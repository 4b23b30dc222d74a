"""Serves an application of the sandbox from a thread of this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.02


class QuietHandler(WSGIRequestHandler):
    """Writes no line per request: thousands come in a demonstration."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """A department that drops the connection does not keep it for the next request."""
        self.close_connection = True


@contextmanager
def serving(app: Flask, host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """Yields the address while it serves; port 0 takes a free one."""
    server = make_server(host, port, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
