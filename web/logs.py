"""Logs: one key=value line per event, and nothing in it that could be a person."""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

REMOVED = "[removed]"
NAMED = re.compile(
    r"(?P<key>[\"']?(?:name|full_name|id_no|id_number|account|account_no|phone|mobile|address|token|secret|"
    r"password|authorization)[\"']?\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s,;}]+)",
    re.IGNORECASE,
)
BEARER = re.compile(r"\b(?:Bearer|whsec_)\s*[\w.+/=-]+", re.IGNORECASE)
# Identity numbers (15, 17 + check digit), accounts (12-19), telephones (11): any run of 11 to 20 digits.
DIGITS = re.compile(r"(?<![\d.])\d(?:[ -]?\d){9,18}[\dXx](?![\d])")
# Events are told in codes; a Chinese word in one is a name or an address until proved otherwise.
CHINESE = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+")


def redacted(text: str) -> str:
    text = NAMED.sub(rf"\g<key>{REMOVED}", text)
    for pattern in (BEARER, DIGITS, CHINESE):
        text = pattern.sub(REMOVED, text)
    return text


class EventFormatter(logging.Formatter):
    """`time=… level=… logger=… event=work_done case=12 operation=query_source attempt=1 seconds=0.034`

    An exception becomes its class and its place: its text may hold anything, its traceback too.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        message = " ".join(redacted(record.getMessage()).split())
        line = f"time={moment} level={record.levelname.lower()} logger={record.name} event={message}"
        return line + _fault(record)


def _fault(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "?"
    return f" error={kind.__name__} place={place}"


def start_logging(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """For the entry points. Everything anybody logs goes through the one formatter; others' loggers too."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    for earlier in list(root.handlers):
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("web").setLevel(level)
    logging.captureWarnings(True)
