"""Walks a shipped process to its end with scripted results, saved and restored before every single action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.runtime import Definition, HumanTask, Instance, ServiceCall

Results = Mapping[str, object]
# What each element answers, visit by visit. Receive tasks answer with the payload of their message.
Script = Mapping[str, Sequence[Results]]


@dataclass
class Walk:
    definition: Definition
    instance: Instance
    script: Script
    path: list[str] = field(default_factory=list)
    calls: list[ServiceCall] = field(default_factory=list)
    people: list[HumanTask] = field(default_factory=list)
    visits: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """To the next waits, noting what was done, then through the database and back."""
        self.instance.run()
        assert not self.instance.failures()
        # A multi-instance stands in the history beside its instances; the instances are what was done.
        self.path += [step.element_id for step in self.instance.steps() if step.kind != "multiInstance"]
        self.instance = Instance.restore(self.definition, self.instance.dump())

    def act(self) -> None:
        """One thing that happens outside: a result, a person's decision or a message."""
        if calls := self.instance.service_calls():
            self.calls.append(calls[0])
            self.instance.complete_service(calls[0].task_id, self._results_of_service(calls[0]))
        elif people := self.instance.human_tasks():
            self.people.append(people[0])
            self.instance.complete_human(people[0].task_id, self._next_answer(people[0].element_id))
        else:
            (expected,) = self.instance.expected_messages()
            self.instance.deliver(expected.name, self._next_answer(expected.element_id))

    def stands_at(self) -> str:
        """The one element that waits, or the end."""
        waiting = {call.element_id for call in self.instance.service_calls()}
        waiting |= {task.element_id for task in self.instance.human_tasks()}
        waiting |= {message.element_id for message in self.instance.expected_messages()}
        (element,) = waiting or {self.instance.end_event or ""}
        return element

    def _results_of_service(self, call: ServiceCall) -> Results:
        if call.element_id == "query_source":
            return {"outcome": f"{call.variables['source']} answered"}
        return self._next_answer(call.element_id)

    def _next_answer(self, element: str) -> Results:
        visit = self.visits.get(element, 0)
        self.visits[element] = visit + 1
        answers = self.script.get(element, ())
        return answers[visit] if visit < len(answers) else {}


def start(definition: Definition, variables: Results, script: Script) -> Walk:
    walk = Walk(definition, Instance.start(definition, variables), script)
    walk.run()
    return walk


def walk_to(walk: Walk, element: str) -> Walk:
    while walk.stands_at() != element:
        walk.act()
        walk.run()
    return walk


def walk_to_the_end(walk: Walk) -> Walk:
    while not walk.instance.finished:
        walk.act()
        walk.run()
    return walk
