"""Facts that hold over the whole system: guards, statuses, names that only exist as text."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import engine
from adapters.queue import redis_queue
from engine.domain.errors import RuleViolation
from engine.domain.posts import POSTS
from engine.form_definitions import load_forms
from engine.handling.form_work.registrations import REGISTRATIONS
from engine.runtime import Instance, load_definitions, read_package
from engine.service_tasks.registry import OPERATIONS
from tests.door import Door
from web import remote_worker
from web.errors import code_of, status_of
from web.security import Guard


def rules(app: Flask) -> Iterator[tuple[str, object]]:
    for rule in app.url_map.iter_rules():
        yield rule.endpoint, app.view_functions[rule.endpoint]


def test_every_route_names_its_guard(door: Door) -> None:
    open_routes = [
        endpoint
        for endpoint, view in rules(door.app)
        if endpoint != "static" and not isinstance(getattr(view, "guard", None), Guard)
    ]

    assert open_routes == []


def test_only_health_and_the_check_of_reports_are_public(door: Door) -> None:
    public = {name for name, view in rules(door.app) if getattr(view, "guard", None) is Guard.PUBLIC}

    of_reports = {"public.show_report", "public.take_report", "public.choose_language"}
    assert public == {"health.show_health", *of_reports}


def every_error() -> list[type[RuleViolation]]:
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [RuleViolation]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return found


def test_every_error_has_a_status_and_a_chinese_message() -> None:
    for kind in every_error():
        assert 400 <= status_of(kind) < 500
        assert any("\u4e00" <= letter <= "\u9fff" for letter in kind.message()), kind


def test_the_codes_of_the_api_are_distinct() -> None:
    codes = [code_of(kind) for kind in every_error()]

    assert len(set(codes)) == len(codes)


def test_the_job_rq_calls_exists() -> None:
    module, _, name = redis_queue.DRAIN_JOB.rpartition(".")

    assert callable(getattr(importlib.import_module(module), name))
    assert remote_worker.QUEUE == redis_queue.QUEUE


def test_every_service_task_module_is_in_the_registry_under_its_name() -> None:
    folder = Path(engine.__file__).parent / "service_tasks"
    support = {"__init__", "operation", "callbacks", "registry"}

    assert {path.stem for path in folder.glob("*.py")} - support == set(OPERATIONS)


def test_every_form_is_one_a_diagram_uses_or_a_registration_begins_with() -> None:
    text = b"".join(source.content for source in read_package("processes", "forms")).decode()
    begun = {registration.form for registration in REGISTRATIONS.values()}

    assert {key in begun or f'hedui:form="{key}"' in text for key in load_forms("forms")} == {True}


@pytest.mark.clause("M 4.2", "M 4.2 a", "M 4.2 b", "M 4.2 c", "M 4.2 d", "M 4.2 e")
def test_the_five_posts_of_the_standard_are_known() -> None:
    assert {"受理岗", "信息交换岗", "核证岗", "核对报告岗", "机要岗"} <= set(POSTS)


def test_a_definition_runs_from_nothing_but_its_own_sources() -> None:
    definitions = load_definitions(read_package("processes", "forms"))

    instance = Instance.start(definitions["automatic_handling"], {"case_id": 1})
    instance.run()

    assert [call.operation for call in instance.service_calls()] == ["check_materials"]
