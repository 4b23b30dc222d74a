"""Health and metrics: what they say, to whom, and how little it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from engine.ports import PermanentFailure
from engine.supervision.vital_signs import beat
from engine.supervision.watchdog import watch
from tests.builders import a_commission
from tests.door import Door

DETAILS = ("/health/live", "/health/ready", "/health/deep", "/metrics")


def beat_now(door: Door) -> None:
    with door.house.database.transaction() as session:
        beat(session, "machine-1:1:abcd", door.house.clock.now())


def set_schema(door: Door, number: str) -> None:
    with door.house.database.transaction() as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{number}'"))


def figures(door: Door) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(door.client.get("/metrics").text)
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_platform_with_a_worker_is_well(door: Door) -> None:
    beat_now(door)

    answers = [door.client.get(path) for path in ("/health", *DETAILS[:3])]

    assert [(answer.status_code, answer.json) for answer in answers] == [(200, {"status": "ok"})] * 4


def test_a_database_behind_its_program_is_not_ready_and_the_process_lives(door: Door) -> None:
    set_schema(door, "0001")

    public, ready, live = (door.client.get(path) for path in ("/health", "/health/ready", "/health/live"))

    assert (public.status_code, public.json) == (503, {"status": "not ready"})
    assert ready.status_code == 503
    assert ready.json["reasons"][0]["code"] == "schema_behind"
    assert live.status_code == 200


def test_without_a_worker_the_deep_answer_says_so_in_words(door: Door) -> None:
    answer = door.client.get("/health/deep")

    assert answer.status_code == 503
    assert answer.json["reasons"] == [{"code": "no_worker", "message": "没有工作进程在运行"}]


def test_a_queue_nobody_works_on_makes_the_deep_answer_503(door: Door) -> None:
    door.house.receive(a_commission())
    door.house.clock.pass_time(minutes=6)
    beat_now(door)

    answer = door.client.get("/health/deep")

    assert answer.status_code == 503
    assert [reason["code"] for reason in answer.json["reasons"]] == ["late_case"]


@pytest.mark.parametrize("path", DETAILS)
@pytest.mark.parametrize(
    "request_from",
    [{"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}, {"headers": {"X-Forwarded-For": "192.0.2.7"}}],
    ids=["elsewhere", "proxied"],
)
def test_details_are_for_this_machine_only(door: Door, path: str, request_from: dict[str, Any]) -> None:
    assert door.client.get(path, **request_from).status_code == 403


def test_everybody_may_ask_whether_requests_can_be_sent_here(door: Door) -> None:
    answer = door.client.get("/health", headers={"X-Forwarded-For": "192.0.2.7"})

    assert answer.json == {"status": "ok"}


def with_a_stopped_callback(door: Door) -> None:
    door.house.units.failures = [PermanentFailure("http_410")]
    door.house.receive(a_commission())
    door.house.work()
    with door.house.database.transaction() as session:
        watch(session, door.house.clock.now())


def test_metrics_count_what_is_unfinished(door: Door) -> None:
    with_a_stopped_callback(door)
    beat_now(door)
    door.house.clock.pass_time(seconds=7)

    found = figures(door)

    assert found[("hedui_instances", ("waiting",))] == 1
    assert found[("hedui_work", ("deliver_report", "incident"))] == 1
    assert found[("hedui_incidents", ("work", "open"))] == 1
    assert found[("hedui_callbacks_waiting", ())] == 1
    assert found[("hedui_callback_attempts", ())] == 1
    assert found[("hedui_queue_age_seconds", ("work",))] == 0
    assert found[("hedui_heartbeat_age_seconds", ())] == 7
    assert found[("hedui_schema_ready", ())] == 1
    assert any(name == "process_cpu_seconds_total" for name, _ in found)


def test_metrics_name_no_case_and_no_person(door: Door) -> None:
    door.house.sources["GA"].failures = [PermanentFailure("http_403")]
    commission = a_commission()
    door.house.receive(commission)
    door.house.work()
    door.get(f"/v1/commissions/{commission.number}")

    page = door.client.get("/metrics").text

    with door.house.database.reading() as session:
        case_no = session.execute(text("SELECT case_no FROM verification_case")).scalar_one()
    for word in (case_no, commission.number, *_personal(commission)):
        assert word not in page
    assert "信息交换岗" in page


def _personal(commission: Any) -> list[str]:
    return [word for person in commission.household.members for word in (person.name, person.id_no)]


def test_requests_count_under_their_endpoint_whatever_their_path(door: Door) -> None:
    for number in range(3):
        door.get(f"/v1/commissions/WT-{number}")

    found = figures(door)

    counted = {
        labels: value for (name, labels), value in found.items() if name == "hedui_request_seconds_count"
    }
    assert [value for (endpoint, status), value in counted.items() if status == "404"] == [3]


def statements_of(door: Door, act: Callable[[], object]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    with door.app.app_context():
        engine = door.app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return count


def test_many_who_ask_for_metrics_cost_the_database_one_look(door: Door) -> None:
    first = statements_of(door, lambda: door.client.get("/metrics"))
    soon = statements_of(door, lambda: [door.client.get("/metrics") for _ in range(5)])
    door.house.clock.pass_time(seconds=6)
    later = statements_of(door, lambda: door.client.get("/metrics"))

    assert (soon, later) == (0, first)
    assert first > 5


def test_how_long_cases_took_is_told_by_quantiles(door: Door) -> None:
    door.house.receive(a_commission())
    with door.house.database.transaction() as session:
        closed = door.house.clock.now() + timedelta(seconds=90)
        session.execute(
            text("UPDATE verification_case SET closed_at = :at"), {"at": closed.isoformat(" ")[:19]}
        )
    door.house.clock.pass_time(minutes=2)

    found = figures(door)

    assert found[("hedui_cases_closed_lately", ())] == 1
    assert found[("hedui_case_seconds", ("0.95",))] == 90
