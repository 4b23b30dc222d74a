"""Ways through the diagrams with people in them, saved and restored at each wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from engine.runtime import Instance
from tests.processes.drawing import NODES, SHARED_BY_STAFFED, STAFFED, drawings
from tests.processes.shipped import DEFINITIONS
from tests.processes.test_paths import CLEAN, contacts, doubts, reviews
from tests.processes.walk import Results, Script, Walk, walk_to_the_end

AT_START: Results = {
    "service": "aa",
    "channel": "manual",
    "withdrawn": False,
    "accepted": False,
    "may_resubmit": True,
    "statement_given": True,
    "nature": "s",
    "disputed_items": ["RS01"],
    "original_report": "第32040020261100001aaf1号",
    "report_id": 1,
    "reissue": True,
}
PASSED = reviews(True, True)
GOOD: Script = {
    **CLEAN,
    **PASSED,
    "send_return": [{"accepted": False}] * 2,
    "close_returned": [{"accepted": False}],
    "take_supplement": [{"exchange_decision": "none"}],
    "warn_deadline": [{"too_early": False, "days_left": 0}],
    "escalate_deadline": [{"too_early": False, "days_left": 0}],
    "check_materials": [{"materials_complete": True}] * 3,
    "plan_queries": [{"sources": ["MZ"]}] * 3,
    "check_answers": [{"answers_complete": True}] * 3,
    "evaluate_household": [{"has_doubts": False}] * 3,
    "check_suspension": [{"suspended": False}] * 3,
    "recheck_review": [{"recheck_accepted": True}],
    "compare_recheck": [{"changed_items": []}],
    "confirm_void": [{"void_confirmed": True}],
    "void_report": [{"case_ends": True}],
}
SUSPENDED: Script = {"check_suspension": [{"suspended": True}, {"suspended": False}]}
REFUSED_ONCE: Script = {
    "first_review": [{"first_passed": True}] * 2,
    "second_review": [{"second_passed": False}, {"second_passed": True}],
}
WAITING = contacts("proceed") | {"check_answers": [{"answers_complete": False}]}
LATER = {"too_early": True, "days_left": 2}
NOW = {"too_early": False, "days_left": 0}


class StaffedWalk(Walk):
    """Events that the script names come as soon as nothing but people is waited for."""

    def act(self) -> None:
        if self.instance.service_calls() or not (self._ring() or self._receive()):
            super().act()

    def _ring(self) -> bool:
        due = [timer for timer in self.instance.timers() if self._is_still_to_come(timer.element_id)]
        if due:
            first = min(due, key=lambda timer: timer.due_at)
            self._next_answer(first.element_id)
            self.instance.fire_timers(first.due_at)
        return bool(due)

    def _receive(self) -> bool:
        for expected in self.instance.expected_messages():
            if self._is_still_to_come(expected.element_id):
                self.instance.deliver(expected.name, self._next_answer(expected.element_id))
                return True
        return False

    def _is_still_to_come(self, element: str) -> bool:
        return self.visits.get(element, 0) < len(self.script.get(element, ()))


@dataclass(frozen=True)
class Way:
    process: str
    end: str
    passes: Sequence[str]
    script: Script = field(default_factory=dict)
    variables: Results = field(default_factory=dict)
    posts: Sequence[str] = ("受理岗", "受理岗")

    def walked(self) -> Walk:
        definition = DEFINITIONS[self.process]
        begun = Instance.start(definition, {**AT_START, **self.variables})
        walk = StaffedWalk(definition, begun, {**GOOD, **self.script})
        walk.run()
        return walk_to_the_end(walk)


MANUAL = ("前台服务岗", "受理岗", "受理岗")
ONE_RETURN = ("受理岗", "受理岗", "受理岗", "前台服务岗", "受理岗", "受理岗")
TO_SUSPENSION = ["gateway_accepted", "notify_suspension"]

WAYS: Mapping[str, Way] = {
    "manual, clean": Way(
        "manual_submission",
        "verification_closed",
        [
            "register_submission",
            "select_time_limit",
            "register_acceptance",
            "handling_begun",
            "number_report",
        ],
        posts=MANUAL,
    ),
    "system, clean": Way(
        "system_submission",
        "verification_closed",
        ["materials_sent", "select_time_limit", "first_review", "second_review", "evaluate_household"],
        variables={"channel": "system"},
    ),
    "materials incomplete, mended on paper": Way(
        "system_submission",
        "verification_closed",
        ["check_materials", "return_application", "send_return", "supplement", "reopen_application"],
        script={"check_materials": [{"materials_complete": False}, {"materials_complete": True}]},
        variables={"channel": "system"},
        posts=("受理岗", "前台服务岗", "受理岗", "受理岗"),
    ),
    "second review fails, mended over the line": Way(
        "system_submission",
        "verification_closed",
        ["second_review", "return_application", "resubmission_arrived", "reopen_application", "first_review"],
        script={**REFUSED_ONCE, "resubmission_arrived": [{}]},
        variables={"channel": "system"},
        posts=("受理岗",) * 5,
    ),
    "returned and never mended": Way(
        "manual_submission",
        "application_returned",
        ["send_return", "supplement_overdue", "close_returned", "application_not_supplemented"],
        script={**reviews(True, False), "supplement_overdue": [{}]},
        posts=(*MANUAL, "受理岗"),
    ),
    "suspended, continued by letter": Way(
        "manual_submission",
        "verification_closed",
        [
            *TO_SUSPENSION,
            "suspension_instruction",
            "gateway_supplement",
            "resume_case",
            "verification_settled",
        ],
        script={
            **SUSPENDED,
            "suspension_instruction": [{"instruction": "continue"}],
            "resume_case": [{"withdrawn": False}],
        },
        posts=(*MANUAL, "核证岗"),
    ),
    "suspended, withdrawn over the line": Way(
        "manual_submission",
        "commission_withdrawn",
        [*TO_SUSPENSION, "instruction_arrived", "resume_case", "verification_recalled", "handling_withdrawn"],
        script={
            **SUSPENDED,
            "instruction_arrived": [{"instruction": "withdraw"}],
            "resume_case": [{"withdrawn": True}],
        },
        posts=MANUAL,
    ),
    "suspended, supplemented on paper": Way(
        "manual_submission",
        "verification_closed",
        [*TO_SUSPENSION, "supplement", "take_supplement", "call_gather_information", "evaluate_household"],
        script={**SUSPENDED, "suspension_instruction": [{"instruction": "supplement"}]},
        posts=(*MANUAL, "核证岗", "受理岗"),
    ),
    "suspended, supplemented over the line": Way(
        "system_submission",
        "verification_closed",
        [
            *TO_SUSPENSION,
            "instruction_arrived",
            "resubmission_arrived",
            "take_supplement",
            "check_suspension",
        ],
        script={
            **SUSPENDED,
            "instruction_arrived": [{"instruction": "supplement"}],
            "resubmission_arrived": [{}],
        },
        variables={"channel": "system"},
    ),
    "doubts, confirmed": Way(
        "manual_submission",
        "verification_closed",
        ["gateway_doubts", "resolve_doubts", "gateway_doubts_decision", "verification_settled"],
        script=doubts("confirm"),
        posts=(*MANUAL, "核证岗"),
    ),
    "warned and escalated, closed in the end": Way(
        "manual_submission",
        "verification_closed",
        ["deadline_near", "warn_deadline", "deadline_warned", "deadline_passed", "deadline_escalated"],
        script={**WAITING, "deadline_near": [{}], "deadline_passed": [{}]},
        posts=(*MANUAL, "信息交换岗"),
    ),
    "warning and escalation come too early": Way(
        "system_submission",
        "verification_closed",
        [
            *("deadline_near", "warn_deadline", "gateway_warning_early", "wait_before_warning"),
            *("warn_deadline", "deadline_warned"),
        ],
        script={
            **WAITING,
            "deadline_near": [{}],
            "deadline_passed": [{}],
            "warn_deadline": [LATER, NOW],
            "escalate_deadline": [LATER, NOW],
            "wait_before_warning": [{}],
            "wait_before_escalation": [{}],
        },
        variables={"channel": "system"},
        posts=("受理岗", "受理岗", "信息交换岗"),
    ),
    "re-check": Way(
        "recheck",
        "recheck_closed",
        ["recheck_application", "recheck_review", "query_source", "compare_recheck", "number_report"],
    ),
    "re-check, refused": Way(
        "recheck",
        "recheck_refused",
        ["recheck_review", "gateway_recheck_accepted", "refuse_recheck"],
        script={"recheck_review": [{"recheck_accepted": False}]},
    ),
    "re-check, withdrawn": Way(
        "recheck",
        "recheck_withdrawn",
        ["notify_suspension", "instruction_arrived", "gateway_recheck_withdrawn", "end_recheck"],
        script={
            **SUSPENDED,
            "instruction_arrived": [{"instruction": "withdraw"}],
            "resume_case": [{"withdrawn": True}],
        },
    ),
    "voided and issued again": Way(
        "reissue_report",
        "report_reissued",
        [
            *("voiding_proposed", "void_application", "confirm_void", "void_report", "announce_void"),
            *("number_report", "deliver_report", "await_receipt", "archive_case"),
        ],
        posts=("核对报告岗", "督查主任岗"),
    ),
    "voided for good": Way(
        "reissue_report",
        "report_voided",
        ["announce_void", "gateway_reissue", "gateway_case_ends", "archive_case", "close_case"],
        variables={"reissue": False},
        posts=("核对报告岗", "督查主任岗"),
    ),
    "further copy voided": Way(
        "reissue_report",
        "copy_voided",
        ["announce_void", "gateway_reissue", "gateway_case_ends"],
        script={"void_report": [{"case_ends": False}]},
        variables={"reissue": False},
        posts=("核对报告岗", "督查主任岗"),
    ),
    "voiding refused": Way(
        "reissue_report",
        "report_kept",
        ["void_application", "confirm_void", "gateway_void_confirmed"],
        script={"confirm_void": [{"void_confirmed": False}]},
        posts=("核对报告岗", "督查主任岗"),
    ),
    "further copy": Way(
        "copy_report",
        "copy_issued",
        ["copy_requested", "copy_application", "number_report", "render_report", "deliver_report"],
        posts=("核对报告岗",),
    ),
    "peer": Way(
        "peer_request",
        "peer_request_answered",
        ["gateway_statement_given", "register_acceptance", "query_source", "feed_back_results", "close_case"],
        posts=(),
    ),
    "peer, asked for its statement": Way(
        "peer_request",
        "peer_request_answered",
        ["peer_review", "gateway_peer_accepted", "register_acceptance"],
        script={"peer_review": [{"peer_accepted": True}]},
        variables={"statement_given": False},
        posts=("受理岗",),
    ),
    "peer, refused": Way(
        "peer_request",
        "peer_request_returned",
        ["peer_review", "send_return"],
        script={"peer_review": [{"peer_accepted": False}]},
        variables={"statement_given": False, "may_resubmit": False},
        posts=("受理岗",),
    ),
}


def is_in_order(wanted: Sequence[str], path: Sequence[str]) -> bool:
    rest = iter(path)
    return all(element in rest for element in wanted)


@pytest.mark.clause(
    "J 6.2.2.1 Fig 1", "J 6.2.2.2 Fig 2", "M 6.1 Fig 1", "M 6.3 Fig 3", "M 6.5", "M 6.1 note", "M 6.2 note"
)
@pytest.mark.parametrize("name", WAYS)
def test_each_way_passes_its_elements_in_order_and_ends_where_it_should(name: str) -> None:
    walk = WAYS[name].walked()

    assert is_in_order(WAYS[name].passes, walk.path), walk.path
    assert walk.instance.end_event == WAYS[name].end


@pytest.mark.clause("M 4.2 a", "M 4.2 b", "M 4.2 c", "J 4.3-1")
@pytest.mark.parametrize("name", WAYS)
def test_tasks_of_people_go_to_the_right_posts(name: str) -> None:
    walk = WAYS[name].walked()

    assert tuple(task.post for task in walk.people) == tuple(WAYS[name].posts)
    assert all(task.form == task.element_id for task in walk.people)


def test_the_ways_together_pass_every_element_of_the_diagrams_with_people() -> None:
    drawn = set().union(*(d.ids(*NODES) for d in drawings(*STAFFED, *SHARED_BY_STAFFED)))

    passed = set().union(*(way.walked().path for way in WAYS.values()))

    assert drawn - passed == set()


@pytest.mark.clause("M 6.5", "M 6.1 note")
@pytest.mark.parametrize(
    ("process", "never"),
    [
        ("recheck", {"register_submission", "first_review", "second_review"}),
        ("peer_request", {"check_materials", "first_review", "evaluate_household", "number_report"}),
    ],
)
def test_what_a_recheck_and_a_peer_request_never_do(process: str, never: set[str]) -> None:
    ways = [way.walked().path for way in WAYS.values() if way.process == process]

    assert never.isdisjoint(set().union(*ways))
