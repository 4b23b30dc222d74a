"""Spans: none unless started, then with ids and codes only."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from web import tracing
from web.tracing import Tracing, TracingMissing


@pytest.fixture
def exported() -> Iterator[tuple[Tracing, InMemorySpanExporter]]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    started = Tracing()
    started.start(provider)
    yield started, exporter
    provider.shutdown()


def test_without_a_start_a_span_is_nothing() -> None:
    with Tracing().span("advance", case=1) as current:
        assert current is None


def test_a_span_carries_its_facts(exported: tuple[Tracing, InMemorySpanExporter]) -> None:
    started, exporter = exported

    with started.span("perform", case=12, operation="query_source"):
        pass

    (span,) = exporter.get_finished_spans()
    assert span.name == "perform"
    assert dict(span.attributes or {}) == {"hedui.case": 12, "hedui.operation": "query_source"}


def test_spans_inside_each_other_belong_together(exported: tuple[Tracing, InMemorySpanExporter]) -> None:
    started, exporter = exported

    with started.span("round"), started.span("advance", case=1):
        pass

    inner, outer = exporter.get_finished_spans()
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id


def test_an_error_marks_the_span_by_its_class_and_goes_on(
    exported: tuple[Tracing, InMemorySpanExporter],
) -> None:
    started, exporter = exported

    with pytest.raises(ValueError, match="赵甲"), started.span("perform", case=12):
        raise ValueError("赵甲 320402198506150010")

    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert "赵甲" not in span.to_json()
    assert span.events == ()


def test_stopped_again_a_span_is_nothing(exported: tuple[Tracing, InMemorySpanExporter]) -> None:
    started, exporter = exported

    started.stop()
    with started.span("perform"):
        pass

    assert exporter.get_finished_spans() == ()


def test_where_it_is_wanted_but_not_installed_the_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "trace", None)

    with pytest.raises(TracingMissing):
        Tracing().start()
