"""Cleaning that was interrupted or could not remove a file: the next round makes it good."""

from dataclasses import dataclass, field, replace

import pytest

from engine.ports import TemporaryFailure
from engine.supervision.cleaning import (
    Inside,
    due_cleanings,
    look_into,
    remove_files,
    take_out,
)
from tests.engine.house import House
from tests.engine.supervision.cleaned import LATER, SCAN, a_closed_case, actions, clean_later, cleaning_of
from tests.fakes.outside import FakeDocuments
from web.cleaner import clean_due_cases


class Crash(Exception):  # noqa: N818 - no error of ours
    """The process is gone."""


@dataclass
class FailingDocuments(FakeDocuments):
    """Removes so many files and then crashes; or fails first with what it is told to."""

    crash_after: int | None = None
    refusals: list[TemporaryFailure | None] = field(default_factory=list)

    def remove(self, digest: str) -> bool:
        if self.crash_after is not None:
            if self.crash_after == 0:
                raise Crash
            self.crash_after -= 1
        if self.refusals:
            refusal = self.refusals.pop(0)
            if refusal is None:
                return False
            raise refusal
        return super().remove(digest)


def with_failing_documents(house: House) -> FailingDocuments:
    failing = FailingDocuments(house.documents.contents, house.documents.published)
    house.documents = failing
    house.platform = replace(house.platform, documents=failing)
    return failing


@pytest.mark.parametrize("files_gone", [0, 1])
def test_a_crash_between_the_beats_is_made_good_by_the_next_round(house: House, files_gone: int) -> None:
    case_id = a_closed_case(house)
    documents = with_failing_documents(house)
    documents.crash_after = files_gone
    with pytest.raises(Crash):
        clean_later(house)
    recorded = cleaning_of(house, case_id)
    assert (recorded.done_at, recorded.removed is not None) == (None, True)
    documents.crash_after = None

    assert clean_due_cases(house.database, house.platform) == 1

    assert SCAN not in documents.contents
    assert cleaning_of(house, case_id).removed == recorded.removed
    assert actions(house, case_id).count("case_cleaned") == 1


def test_a_crash_before_the_end_leaves_only_the_end_to_be_written(house: House) -> None:
    case_id = a_closed_case(house)
    house.clock.moment += LATER
    with house.database.reading() as session:
        (cleaning,) = due_cleanings(session, house.clock.now())
    inside = look_into(house.platform, cleaning)
    assert isinstance(inside, Inside)
    with house.database.transaction() as session:
        assert remove_files(house.platform, take_out(session, house.platform, cleaning, inside) or [])

    assert clean_due_cases(house.database, house.platform) == 1

    assert cleaning_of(house, case_id).done_at is not None
    assert actions(house, case_id).count("case_cleaned") == 1


@pytest.mark.parametrize("failure", [TemporaryFailure("document_unremovable"), None])
def test_a_file_that_cannot_go_now_goes_later(house: House, failure: TemporaryFailure | None) -> None:
    case_id = a_closed_case(house)
    with_failing_documents(house).refusals = [failure]

    first = clean_later(house)
    at_once = clean_due_cases(house.database, house.platform)
    house.clock.pass_time(hours=1)
    later = clean_due_cases(house.database, house.platform)

    assert (first, at_once, later) == (0, 0, 1)
    assert cleaning_of(house, case_id).done_at is not None
    assert SCAN not in house.documents.contents
