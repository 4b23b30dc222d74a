"""Spans for OpenTelemetry, where it is installed and wanted; otherwise nothing happens."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

try:
    from opentelemetry import trace
except ImportError:  # the extra `otel` is not installed
    trace = None  # type: ignore[assignment]  # start_tracing() says so


class TracingMissing(Exception):  # noqa: N818 - named like the package that is missing
    """HEDUI_OTEL is set, but the package opentelemetry is not installed (extra `otel`)."""


class Tracing:
    """One per process, like the logging of the standard library; off until start()."""

    def __init__(self) -> None:
        self._tracer: trace.Tracer | None = None

    def start(self, provider: "trace.TracerProvider | None" = None) -> None:
        """From here on spans are made, by the process's own provider unless one is given."""
        if trace is None:
            raise TracingMissing
        self._tracer = trace.get_tracer("hedui", tracer_provider=provider)

    def stop(self) -> None:
        self._tracer = None

    def span(self, name: str, **facts: str | int) -> AbstractContextManager[None]:
        """`facts` are ids, codes and counts, as in a log line."""
        return nullcontext() if self._tracer is None else _span(self._tracer, name, facts)


tracing = Tracing()


@contextmanager
def _span(tracer: "trace.Tracer", name: str, facts: dict[str, str | int]) -> Iterator[None]:
    """An exception marks the span by its class; its text may hold anything and stays out."""
    attributes = {f"hedui.{key}": value for key, value in facts.items()}
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:  # passed on: this only names it
            current.set_attribute("error.type", type(error).__name__)
            raise
