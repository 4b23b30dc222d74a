"""The stored state: small, versioned, pinned to its definition, closed to what cannot be stored."""

import json
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.runtime import (
    STATE_VERSION,
    Definition,
    Instance,
    StateRefused,
    StateTooLarge,
    ValueRefused,
    state,
)
from engine.runtime.values import MAX_SIZE, admit, from_json, to_json
from tests.engine.runtime.diagrams import define, each, end, parallel, service, start, user
from tests.engine.runtime.walk import Walk


def a_process(process_id: str = "main") -> Definition:
    return define(start(), user("review"), end(), flows="start -> review -> done")


def unpacked(stored: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(zlib.decompress(stored))
    return content


def packed(content: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(content).encode())


def test_the_state_holds_a_version_a_digest_and_no_diagram() -> None:
    walk = Walk(a_process(), {"case": 7})

    content = unpacked(walk.state)

    assert content["state"]["version"] == STATE_VERSION
    assert content["state"]["digest"] == walk.definition.digest
    assert "sequenceFlow" not in json.dumps(content)
    assert len(walk.state) < 1000


def test_twenty_answers_of_references_fit_in_five_kilobytes() -> None:
    definition = define(
        start(),
        service("query", each("items", "item", "answers", "answer")),
        user("review"),
        end(),
        flows="start -> query -> review -> done",
    )
    walk = Walk(definition, {"items": [f"i{number}" for number in range(20)]})

    for number in range(20):
        walk.service("query", {"answer": {"ref": f"answer-{number:08}", "count": 3, "status": "complete"}})

    assert walk.waiting == ["review"]
    assert len(walk.state) < 5_000


def test_values_that_json_does_not_know_come_back_as_they_were() -> None:
    values = {
        "amount": Decimal("12.50"),
        "day": date(2026, 11, 21),
        "at": datetime(2026, 11, 21, 9, tzinfo=UTC),
        "nested": {"list": [1, True, None, "中文", {"amount": Decimal("0")}]},
    }

    walk = Walk(a_process(), values)

    assert walk.variables == values
    assert isinstance(walk.variables["day"], date)


def test_one_and_true_are_kept_apart() -> None:
    walk = Walk(a_process(), {"flag": 1, "flags": [1]})

    walk.human("review", {"flag": True, "flags": [True]})

    assert walk.variables["flag"] is True
    assert walk.variables["flags"] == [True]
    assert json.dumps(walk.variables["flags"]) == "[true]"


def test_a_tuple_becomes_a_list_a_float_a_decimal_and_an_enum_its_value() -> None:
    class Kind(StrEnum):
        LOW = "low"

    class Level(IntEnum):
        ONE = 1

    admitted = admit({"pair": (1, 2), "rate": 0.1, "kind": Kind.LOW, "level": Level.ONE})

    assert admitted == {"pair": [1, 2], "rate": Decimal("0.1"), "kind": "low", "level": 1}
    assert [type(value) for value in admitted.values()] == [list, Decimal, str, int]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"typename": "x"}, "保留"),
        ({"a": {"typename": "x"}}, "保留"),
        ({"$date": "x"}, "保留"),
        ({"": 1}, "非空文字"),
        ({1: 2}, "非空文字"),
        ({"a": {1: 2}}, "非空文字"),
        ({"a": {1, 2}}, "类型 set"),
        ({"a": b"x"}, "类型 bytes"),
        ({"a": object()}, "类型 object"),
        ({"a": [print]}, "类型 builtin_function_or_method"),
        ({"a": datetime(2026, 11, 21)}, "时区"),  # noqa: DTZ001  # the naive time is what is refused
        ({"a": float("nan")}, "有限"),
        ({"a": float("inf")}, "有限"),
        ({"a": Decimal("NaN")}, "有限"),
        ({"a": Decimal("1E+999")}, "有限"),
        ({"a": Decimal("1." + "1" * 99)}, "有限"),
        ({"a": 10**31}, "整数过大"),
        ({"a": "x" * (MAX_SIZE + 1)}, "总量"),
    ],
)
def test_what_cannot_be_stored_is_refused_at_the_border(value: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason):
        admit(value)


def test_the_refusal_names_the_place_and_not_the_value() -> None:
    with pytest.raises(ValueRefused, match=r"household\.members\.1\.income") as refusal:
        admit({"household": {"members": [{"income": 1}, {"income": b"secret"}]}})

    assert "secret" not in str(refusal.value)


def test_a_nest_too_deep_or_shared_too_often_is_refused() -> None:
    deep: list[object] = []
    for _ in range(40):
        deep = [deep]
    shared: list[object] = [1]
    for _ in range(9):
        shared = [shared] * 10

    with pytest.raises(ValueRefused, match="嵌套过深"):
        admit({"a": deep})
    with pytest.raises(ValueRefused, match="总量"):
        admit({"a": shared})


def test_data_that_grew_beyond_the_limit_is_not_stored() -> None:
    definition = define(
        start(),
        parallel("split"),
        service("one"),
        service("two"),
        end(),
        end("other"),
        flows="start -> split -> one -> done\n split -> two -> other",
    )
    instance = Instance.start(definition, {})
    instance.run()
    for number, call in enumerate(instance.service_calls()):
        instance.complete_service(call.task_id, {f"text{number}": "x" * 600_000})

    with pytest.raises(StateTooLarge):
        instance.dump()


def test_a_state_is_not_read_under_another_definition() -> None:
    walk = Walk(a_process())
    other = define(start(), user("review"), end("finished"), flows="start -> review -> finished")

    with pytest.raises(StateRefused, match="另一个流程定义"):
        Instance.restore(other, walk.state)


@pytest.mark.parametrize("damaged", [b"", b"x", zlib.compress(b"{"), zlib.compress(b'{"state":{}}')[:-4]])
def test_a_damaged_state_is_refused(damaged: bytes) -> None:
    with pytest.raises(StateRefused):
        Instance.restore(a_process(), damaged)


def test_a_bomb_in_place_of_a_state_is_refused() -> None:
    bomb = zlib.compress(b" " * (state.MAX_STATE_BYTES + 1))

    with pytest.raises(StateRefused, match="过大"):
        Instance.restore(a_process(), bomb)


def test_a_state_of_a_newer_release_is_refused() -> None:
    walk = Walk(a_process())
    content = unpacked(walk.state)
    content["state"]["version"] = STATE_VERSION + 1

    with pytest.raises(StateRefused, match="高于"):
        Instance.restore(walk.definition, packed(content))


def test_a_state_of_an_older_release_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def rename_process(record: dict[str, Any]) -> None:
        """Version 0 called the process its name."""
        record["process"] = record.pop("name")

    walk = Walk(a_process(), {"case": 7})
    content = unpacked(walk.state)
    content["state"]["version"] = 0
    content["state"]["name"] = content["state"].pop("process")
    monkeypatch.setitem(state.UPGRADES, 0, rename_process)

    restored = Instance.restore(walk.definition, packed(content))

    assert restored.variables == {"case": 7}


def test_every_step_from_the_first_version_to_this_one_has_its_upgrade() -> None:
    assert sorted(state.UPGRADES) == list(range(1, STATE_VERSION))


def test_values_of_another_kind_are_no_json() -> None:
    with pytest.raises(ValueRefused):
        to_json({"a": {1, 2}})


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=2),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
)
keys = st.text(min_size=1, max_size=8).filter(lambda key: not key.startswith("$") and key != "typename")
nested = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.dictionaries(keys, nested, max_size=4))
def test_everything_admitted_survives_storage(values: dict[str, object]) -> None:
    admitted = admit(values)

    assert from_json(to_json(admitted)) == admitted == values


def test_storing_in_between_does_not_disturb_the_instance_in_memory() -> None:
    definition = define(
        start(),
        service("query", each("items", "item", "answers", "answer")),
        user("review"),
        end(),
        flows="start -> query -> review -> done",
    )
    instance = Instance.start(definition, {"items": ["aa", "af"]})

    instance.dump()
    instance.run()
    for call in instance.service_calls():
        instance.dump()
        instance.complete_service(call.task_id, {"answer": call.variables["item"]})
    instance.dump()
    instance.run()
    instance.dump()
    instance.complete_human(instance.human_tasks()[0].task_id, {})
    instance.run()

    assert instance.finished
    assert instance.variables["answers"] == ["aa", "af"]
