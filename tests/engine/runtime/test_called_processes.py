"""Sub-processes and called processes: their own tasks, their data, their end."""

from engine.runtime import Definition, Source
from tests.engine.runtime.diagrams import (
    boundary,
    call,
    define,
    each,
    end,
    message_event,
    node,
    parallel,
    service,
    source,
    start,
    sub,
    user,
)
from tests.engine.runtime.walk import Walk


def a_called_process(io: str = "") -> Source:
    return source(
        io, start("s"), user("ask"), end("e"), flows="s -> ask -> e", process_id="part", name="part.bpmn"
    )


def calling(io: str = "") -> Definition:
    return define(
        start(),
        call("ask_part", "part"),
        user("review"),
        end(),
        flows="start -> ask_part -> review -> done",
        also=[a_called_process(io)],
    )


def io(inputs: list[str], outputs: list[str]) -> str:
    declared = "".join(f'<dataInput id="{name}"/>' for name in inputs)
    declared += "".join(f'<dataOutput id="{name}"/>' for name in outputs)
    taken = "".join(f"<dataInputRefs>{name}</dataInputRefs>" for name in inputs)
    given = "".join(f"<dataOutputRefs>{name}</dataOutputRefs>" for name in outputs)
    sets = f"<inputSet>{taken}</inputSet><outputSet>{given}</outputSet>"
    return f"<ioSpecification>{declared}{sets}</ioSpecification>"


def test_a_called_process_gets_all_data_and_gives_all_back() -> None:
    walk = Walk(calling(), {"case": 7})
    assert walk.waiting == ["ask"]

    walk.human("ask", {"answer": "yes"})

    assert walk.variables == {"case": 7, "answer": "yes"}
    assert walk.waiting == ["review"]


def test_steps_within_name_the_process_they_belong_to() -> None:
    walk = Walk(calling())

    instance = walk._enter()
    instance.complete_human(instance.human_tasks()[0].task_id, {})
    instance.run()

    assert [(step.process_id, step.element_id) for step in instance.steps()] == [
        ("part", "ask"),
        ("part", "e"),
        ("main", "ask_part"),
    ]


def test_a_called_process_that_declares_its_data_gets_and_gives_just_that() -> None:
    walk = Walk(calling(io(["case"], ["answer"])), {"case": 7, "secret": 1})
    assert walk.variables == {"case": 7}

    walk.human("ask", {"answer": "yes", "draft": 2})

    assert walk.variables == {"case": 7, "secret": 1, "answer": "yes"}


def test_a_missing_input_is_a_failure_of_the_call_and_starts_nothing() -> None:
    walk = Walk(calling(io(["case"], [])))

    assert [failure.element_id for failure in walk.failures()] == ["ask_part"]
    assert walk.waiting == []
    walk.retry(case=7)
    assert walk.waiting == ["ask"]


def test_a_missing_output_is_a_failure_of_the_call_and_not_an_escape() -> None:
    walk = Walk(calling(io([], ["answer"])))

    walk.human("ask")

    assert [failure.element_id for failure in walk.failures()] == ["ask_part"]
    assert not walk.finished


def test_the_whole_instance_ends_only_when_what_it_called_has_ended() -> None:
    definition = define(
        start(),
        parallel("split"),
        call("ask_part", "part"),
        user("review"),
        end(),
        end("other"),
        flows="start -> split -> ask_part -> done\n split -> review -> other",
        also=[a_called_process()],
    )
    walk = Walk(definition)

    walk.human("review")
    assert not walk.finished
    walk.human("ask")

    assert walk.finished


def test_three_levels_of_processes_come_back_one_by_one() -> None:
    middle = source(
        start("m_start"),
        sub("inner", start("i_start"), call("deep", "part"), end("i_end"), flows="i_start -> deep -> i_end"),
        end("m_end"),
        flows="m_start -> inner -> m_end",
        process_id="middle",
        name="middle.bpmn",
    )
    definition = define(
        start(),
        call("outer", "middle"),
        end(),
        flows="start -> outer -> done",
        also=[middle, a_called_process()],
    )
    walk = Walk(definition, {"case": 7})
    assert walk.waiting == ["ask"]

    walk.human("ask", {"answer": 1})

    assert walk.finished
    assert walk.variables == {"case": 7, "answer": 1}
    assert walk.path[-6:] == ["e", "deep", "i_end", "inner", "m_end", "outer", "done"][-6:]


def test_an_interrupted_repetition_leaves_no_process_running_behind() -> None:
    inner = sub(
        "part", start("s"), user("ask"), end("e"), flows="s -> ask -> e", inner=each("people", "person")
    )
    definition = define(
        start(),
        inner,
        boundary("withdrawn", "part", message_event("withdraw")),
        end(),
        end("stopped"),
        flows="start -> part -> done\n withdrawn -> stopped",
        messages=["withdraw"],
    )
    walk = Walk(definition, {"people": [1, 2]})
    assert walk.waiting == ["ask", "ask"]

    walk.message("withdraw")

    assert walk.waiting == []
    assert walk.finished
    assert walk.end_event == "stopped"


def test_a_message_awaited_inside_is_gone_with_the_process_around_it() -> None:
    inner = sub(
        "part",
        start("s"),
        node("receiveTask", "wait", messageRef="receipt"),
        end("e"),
        flows="s -> wait -> e",
    )
    definition = define(
        start(),
        inner,
        boundary("withdrawn", "part", message_event("withdraw")),
        end(),
        flows="start -> part -> done\n withdrawn -> done",
        messages=["withdraw", "receipt"],
    )
    walk = Walk(definition)
    assert sorted(walk.messages()) == ["receipt", "withdraw"]

    walk.message("withdraw")

    assert walk.messages() == []
    assert walk.finished


def test_documents_and_stores_on_a_diagram_are_for_the_reader_at_any_depth() -> None:
    reference = '<dataObjectReference id="{0}" dataObjectRef="{1}"/>'
    associations = (
        "<dataInputAssociation><sourceRef>paper_ref</sourceRef></dataInputAssociation>"
        "<dataOutputAssociation><targetRef>nowhere</targetRef></dataOutputAssociation>"
    )
    deep = sub(
        "one",
        start("s1"),
        sub(
            "two",
            reference.format("dangling", "nowhere"),
            start("s2"),
            service("query", associations),
            end("e2"),
            flows="s2 -> query -> e2",
        ),
        end("e1"),
        flows="s1 -> two -> e1",
    )
    definition = define(
        '<dataObject id="paper" name="授权书"/>',
        reference.format("paper_ref", "paper"),
        start(),
        deep,
        end(),
        flows="start -> one -> done",
        outside='<dataStore id="archive" name="档案库"/>',
    )
    walk = Walk(definition, {"case": 7})

    walk.service("query", {"found": 1})

    assert walk.finished
    assert walk.variables == {"case": 7, "found": 1}
