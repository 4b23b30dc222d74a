"""Figures for Prometheus: gauges out of the database, requests of this process; no case, person or path."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.supervision.vital_signs import VitalSigns, take_vital_signs
from web.hall import hall

EXTENSION = "hedui_metrics"
FRESH_FOR = timedelta(seconds=5)  # however often is asked, the database answers once in that time
QUANTILES = (0.5, 0.95, 1.0)


class Figures:
    """The registry of one application: its requests, its process, and the platform as last looked at."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "hedui_request_seconds", "Answered requests", ["endpoint", "status"], registry=self.registry
        )
        self.registry.register(PlatformFigures())
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)


class PlatformFigures(Collector):
    """Asks inside a request, where the hall is; a short memory keeps many askers cheap."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._signs: VitalSigns | None = None

    def collect(self) -> Iterable[Metric]:
        signs = self._recent(hall().platform.clock.now())
        yield from _counts(signs)
        yield from _ages(signs)
        yield from _durations(signs)

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked at registration, when there is no request yet."""
        return ()

    def _recent(self, now: datetime) -> VitalSigns:
        with self._lock:
            if self._signs is None or not timedelta(0) <= now - self._signs.taken_at < FRESH_FOR:
                with hall().database.reading() as session:
                    self._signs = take_vital_signs(session, now)
            return self._signs


def show_metrics() -> Response:
    return Response(generate_latest(_figures().registry), content_type=CONTENT_TYPE_LATEST)


def count_requests(blueprint: Blueprint) -> None:
    """Every answer of the application counts, under the name of its endpoint, never its path."""
    blueprint.record_once(lambda state: state.app.extensions.update({EXTENSION: Figures()}))
    blueprint.before_app_request(_start)
    blueprint.after_app_request(_stop)


def _figures() -> Figures:
    figures: Figures = current_app.extensions[EXTENSION]
    return figures


def _start() -> None:
    g.began = time.perf_counter()


def _stop(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    labels = (request.endpoint or "none", str(response.status_code))
    _figures().requests.labels(*labels).observe(seconds)
    return response


def _counts(signs: VitalSigns) -> Iterator[Metric]:
    yield _gauge("hedui_instances", "Open instances", ["state"], _by_one(signs.instances))
    yield _gauge("hedui_work", "Unfinished outside work", ["operation", "state"], signs.work)
    yield _gauge("hedui_human_tasks", "Open human tasks", ["post"], _by_one(signs.tasks))
    yield _gauge("hedui_incidents", "Incidents nobody has settled", ["kind", "state"], signs.incidents)
    yield _gauge("hedui_workers", "Workers by version", ["version"], _workers(signs))
    yield _plain("hedui_callbacks_waiting", "Callbacks no unit has taken yet", signs.callbacks_waiting)
    yield _plain("hedui_callback_attempts", "Most attempts of one of them", signs.callback_attempts)
    yield _plain(
        "hedui_schema_ready", "1 when the schema is there", signs.schema_found >= signs.schema_wanted
    )


def _ages(signs: VitalSigns) -> Iterator[Metric]:
    ages = {(name,): age.total_seconds() for name, age in signs.queue_ages().items()}
    yield _gauge("hedui_queue_age_seconds", "How late due work is", ["queue"], ages)
    newest = signs.heartbeat_age()
    if newest is not None:
        yield _plain("hedui_heartbeat_age_seconds", "Of the worker seen last", newest.total_seconds())


def _durations(signs: VitalSigns) -> Iterator[Metric]:
    known = signs.durations
    yield _plain("hedui_cases_closed_lately", "Cases closed in a day, at most a sample", len(known))
    values = {
        (str(quantile),): known[min(int(quantile * len(known)), len(known) - 1)].total_seconds()
        for quantile in QUANTILES
        if known
    }
    yield _gauge("hedui_case_seconds", "From receipt to close, of those", ["quantile"], values)


def _workers(signs: VitalSigns) -> dict[tuple[str, ...], float]:
    counts: dict[tuple[str, ...], float] = {}
    for worker in signs.workers:
        counts[(worker.version,)] = counts.get((worker.version,), 0) + 1
    return counts


def _by_one(counts: dict[str, int]) -> dict[tuple[str, ...], float]:
    return {(label,): count for label, count in counts.items()}


def _gauge(name: str, words: str, labels: list[str], values: Mapping[Any, float]) -> Metric:
    """The keys of `values` are tuples as long as `labels`."""
    family = GaugeMetricFamily(name, words, labels=labels)
    for label, value in values.items():
        family.add_metric(list(label), value)
    return family


def _plain(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
