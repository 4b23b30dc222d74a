"""Definitions: closed over what they need, pinned by a digest, parsed safely and once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.runtime import (
    Definition,
    DiagramRefused,
    Instance,
    Source,
    digest_of,
    load_definitions,
    papers_of_elements,
    read_package,
)
from engine.runtime.parsing import parsed
from engine.runtime.safe_xml import MAX_BYTES, read_xml
from tests.engine.runtime.diagrams import (
    boundary,
    call,
    catch,
    define,
    document,
    each,
    end,
    error_event,
    node,
    receive,
    rules,
    service,
    source,
    start,
    table,
    user,
)

PLAN = table("plan", ["a"], ["b"], [(["-"], ["1"])])
LIMITS = table("limits", ["a"], ["b"], [(["-"], ["1"])])
PART = source(
    start("s"),
    service("t", decision="limits"),
    end("e"),
    flows="s -> t -> e",
    process_id="part",
    name="part.bpmn",
)
MAIN = source(start(), call("a", "part"), rules("b", "plan"), end(), flows="start -> a -> b -> done")


def test_a_definition_holds_all_it_calls_and_consults_and_nothing_else() -> None:
    unrelated = source(
        start("x"), user("y"), end("z"), flows="x -> y -> z", process_id="other", name="other.bpmn"
    )

    definitions = load_definitions([unrelated, MAIN, PART, PLAN, LIMITS])

    assert sorted(definitions) == ["main", "other", "part"]
    names = [item.name for item in definitions["main"].sources]
    assert names == ["limits.dmn", "main.bpmn", "part.bpmn", "plan.dmn"]
    assert [item.name for item in definitions["part"].sources] == ["limits.dmn", "part.bpmn"]


NOTICE = Source("documents/notice.html", b"{# title: notice #}<p>{{ number }}</p>")
PRINTING = source(start(), service("a", paper="notice"), end(), flows="start -> a -> done")


def test_the_papers_an_element_names_are_pinned_with_the_diagram_and_no_others() -> None:
    unnamed = replace(NOTICE, name="documents/other.html")

    definition = load_definitions([PRINTING, NOTICE, unnamed])["main"]

    assert [item.name for item in definition.sources] == ["documents/notice.html", "main.bpmn"]
    assert definition.paper("notice") == NOTICE.content.decode()
    assert definition.paper("other") is None
    assert papers_of_elements(definition) == {("main", "a"): "notice"}
    assert parsed(definition).spec.name == "main"


def test_a_word_changed_in_a_paper_is_another_definition() -> None:
    edited = replace(NOTICE, content=NOTICE.content.replace(b"<p>", b"<p>No. "))

    digests = {load_definitions([PRINTING, notice])["main"].digest for notice in (NOTICE, edited)}

    assert len(digests) == 2


def test_the_digest_depends_on_every_byte_and_name_and_not_on_the_order() -> None:
    sources = [MAIN, PART, PLAN, LIMITS]
    digest = load_definitions(sources)["main"].digest
    changed = replace(LIMITS, content=LIMITS.content.replace(b">1<", b">2<"))

    assert load_definitions(sources[::-1])["main"].digest == digest
    assert load_definitions([MAIN, PART, PLAN, changed])["main"].digest != digest
    assert load_definitions([MAIN, replace(PART, name="b.bpmn"), PLAN, LIMITS])["main"].digest != digest
    assert digest_of("part", []) != digest_of("main", [])


def test_a_definition_whose_bytes_do_not_fit_its_digest_is_refused() -> None:
    definition = load_definitions([MAIN, PART, PLAN, LIMITS])["main"]

    with pytest.raises(DiagramRefused, match="摘要不符"):
        Definition(definition.process_id, definition.digest, definition.sources[1:])


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ([MAIN, PLAN], "没有找到流程 part"),
        ([MAIN, PART, LIMITS], "没有找到决策 plan"),
        ([PART, LIMITS, replace(PART, name="again.bpmn")], "多个文件中重复定义（again.bpmn、part.bpmn）"),
        ([PRINTING], "没有找到文书 notice"),
        ([Source("x.bpmn", b"<a/>")], "既不是 BPMN 流程图"),
    ],
)
def test_sources_that_do_not_fit_together_are_refused(sources: list[Source], reason: str) -> None:
    with pytest.raises(DiagramRefused, match=reason):
        load_definitions(sources)


def test_a_process_that_is_not_executable_has_no_definition() -> None:
    content = document(
        start(), user("a"), end(), flows="start -> a -> done", attributes='isExecutable="false"'
    )

    assert load_definitions([Source("main.bpmn", content)]) == {}


def test_papers_are_read_beside_diagrams() -> None:
    names = [item.name for item in read_package("processes", "forms")]

    assert "documents/return_notice.html" in names
    assert not any(name.endswith(".form") for name in names)


def test_diagrams_and_tables_are_read_from_a_package_with_its_folders() -> None:
    names = [item.name for item in read_package("processes")]

    assert names == sorted(names)
    assert all(name.endswith((".bpmn", ".dmn")) for name in names)
    assert any("/" in name for name in names)


def test_parsing_happens_once_also_when_threads_ask_together() -> None:
    definition = define(start(), service("a", each("x", "i")), end(), flows="start -> a -> done")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(parsed, [definition] * 16))

    assert len({id(item) for item in found}) == 1


def test_instances_of_one_definition_run_side_by_side_in_threads() -> None:
    definition = define(start(), service("a", each("x", "i", "o", "r")), end(), flows="start -> a -> done")

    def run(number: int) -> object:
        instance = Instance.start(definition, {"x": [number, number + 1]})
        instance.run()
        for item in instance.service_calls():
            instance.complete_service(item.task_id, {"r": item.variables["i"]})
        instance.run()
        return instance.variables["o"]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(40)))

    assert results == [[number, number + 1] for number in range(40)]


BOMB = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>'
ATTACKS = {
    "entity of a file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    "entity of the network": b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]><a>&x;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>',
    "external type declaration": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
    "public type declaration": b'<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:1/a.dtd"><a/>',
    "plain type declaration": b"<!DOCTYPE a><a/>",
    "entity bomb": BOMB,
    "laughs": b"<!DOCTYPE a [<!ENTITY l0 'x'>"
    + b"".join(b"<!ENTITY l%d '%s'>" % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 12))
    + b"]><a>&l11;</a>",
    "wide type declaration in UTF-16": BOMB.decode().encode("utf-16"),
    "depth": b"<a>" * 300 + b"</a>" * 300,
    "great depth": b"<a>" * 100_000 + b"</a>" * 100_000,
    "many elements": b"<a>" + b"<b/>" * 60_000 + b"</a>",
    "size": b"<a>" + b" " * MAX_BYTES + b"</a>",
    "nothing": b"",
    "no XML": b"PK\x03\x04",
    "unknown encoding": b'<?xml version="1.0" encoding="x-none"?><a/>',
    "broken encoding": b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>',
    "zero byte": b"<a>\x00</a>",
    "two roots": b"<a/><b/>",
    "undeclared prefix": b"<x:a/>",
    "unknown entity": b"<a>&nbsp;</a>",
}


@pytest.mark.parametrize("content", ATTACKS.values(), ids=ATTACKS.keys())
def test_hostile_xml_is_refused_with_our_own_error(content: bytes) -> None:
    with pytest.raises(DiagramRefused, match=r"upload\.bpmn"):
        read_xml("upload.bpmn", content)


def test_inclusions_and_stylesheets_are_left_alone() -> None:
    content = (
        b'<?xml-stylesheet href="http://127.0.0.1:1/x"?><a xmlns:xi="http://www.w3.org/2001/XInclude">'
        b'<xi:include href="/etc/hostname" parse="text"/><!-- note --></a>'
    )

    root = read_xml("upload.bpmn", content)

    assert [child.tag for child in root] == ["{http://www.w3.org/2001/XInclude}include"]


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (node("serviceTask", "a"), "缺少属性 hedui:operation"),
        (node("userTask", "a"), "缺少属性 hedui:form"),
        (node("businessRuleTask", "a"), "缺少属性 hedui:decision"),
        (node("receiveTask", "a"), "没有指明消息"),
        (receive("a", "unknown"), "没有指明消息"),
        (node("scriptTask", "a", "<script>import os</script>"), "no support implemented"),
        (catch("a", "<linkEventDefinition name='x'/>"), "不支持的事件定义"),
        (catch("a", "<signalEventDefinition/>"), "不支持的事件定义"),
        (catch("a", "<timerEventDefinition/>"), "定时器需要日期或者时长"),
        (node("intermediateThrowEvent", "a", "<compensateEventDefinition/>"), "不支持的事件定义"),
        (service("a") + boundary("b", "a", error_event("nowhere")), "没有找到错误 nowhere"),
        (service("a") + boundary("b", "a", ""), "不支持的事件定义 （空）"),
    ],
)
def test_a_diagram_the_engine_cannot_run_is_refused_in_our_words(element: str, reason: str) -> None:
    definition = define(start(), element, end(), flows="start -> a -> done")

    with pytest.raises(DiagramRefused, match=reason):
        Instance.start(definition, {})


def test_a_person_s_task_outside_a_lane_is_refused() -> None:
    definition = define(start(), user("a"), end(), flows="start -> a -> done", lane="")

    with pytest.raises(DiagramRefused, match="不在任何泳道"):
        Instance.start(definition, {})


def test_a_diagram_without_the_attributes_the_engine_relies_on_is_refused() -> None:
    content = document(start(), user("a"), end(), flows="start -> a -> done").replace(b' x="0"', b' x="left"')
    (definition,) = load_definitions([Source("main.bpmn", content)]).values()

    with pytest.raises(DiagramRefused, match="main"):
        Instance.start(definition, {})
