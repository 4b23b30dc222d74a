"""Files with a real signature: the page is told by the signature whatever somebody has done to them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.signature.key_file import open_key_file
from adapters.signature.signer import ReportSigner
from adapters.signature.trial import make_trial_key
from adapters.signature.trusted import TrustedCertificates
from engine.domain.report import ReportContent
from engine.ports import CheckMark, RenderedReport
from tests.adapters.signature import tampering
from tests.adapters.signature.papers import AMOUNT, a_pdf, saved_anew
from tests.door import Door
from tests.engine.house import House
from tests.fakes.outside import START
from tests.web.public.test_check_by_file import ALTERED, FOREIGN, OURS_BUT_NO_REPORT, SAME
from tests.web.public.visitor import NUMBER, a_visitor, file_of, issue
from web.app import create_app
from web.database import Database
from web.hall import hall
from web.settings import read_settings

pytestmark = pytest.mark.clause("M 5.2 d", "M E.2")


class SmallPress:
    """A real PDF with the number of the report on it."""

    def render(self, content: ReportContent, mark: CheckMark, template: str) -> RenderedReport:
        return RenderedReport(a_pdf(text=f"{AMOUNT} {mark.code}"), 2)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> ReportSigner:
    folder = tmp_path_factory.mktemp("signing")
    return ReportSigner(
        open_key_file(make_trial_key(folder, START), "", START), TrustedCertificates(folder / "trusted")
    )


@pytest.fixture
def door(sqlite_database: Database, tmp_path: Path, signer: ReportSigner) -> Iterator[Door]:
    """As elsewhere, but what leaves this house is really signed."""
    house = House(sqlite_database, signer=signer, renderer=SmallPress())  # type: ignore[arg-type]  # the real one
    settings = {
        "HEDUI_DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
        "HEDUI_DATA_DIR": str(tmp_path / "data"),
    }
    app = create_app(read_settings(settings), lambda _: house.platform)
    yield Door(app, app.test_client(), house)
    with app.app_context():
        hall().database.engine.dispose()


def one_byte_changed(pdf: bytes) -> bytes:
    place = pdf.index(AMOUNT.encode()) + len(AMOUNT) - 1
    return pdf[:place] + b"9" + pdf[place + 1 :]


def edited_later(pdf: bytes) -> bytes:
    return tampering.changed_later(pdf, tampering.another_amount)


CHANGES = (one_byte_changed, lambda pdf: pdf + b"\n", edited_later, saved_anew)


def test_the_file_as_it_was_sent_is_the_one_that_was_issued(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(file_of(door.house))

    assert SAME in answer.text
    assert NUMBER in answer.text


@pytest.mark.parametrize("change", CHANGES, ids=["one byte", "one byte more", "edited later", "saved anew"])
def test_whatever_is_done_to_it_afterwards_it_is_said_to_be_changed(
    door: Door, change: Callable[[bytes], bytes]
) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(change(file_of(door.house)))

    assert answer.status_code == 200
    assert ALTERED in answer.text
    assert NUMBER not in answer.text
    assert "改动一个字节、在末尾添加内容、用软件批注或者编辑、打开后另存" in answer.text


def test_the_same_pages_without_a_signature_are_not_ours(door: Door) -> None:
    answer = a_visitor(door).hand_in(a_pdf())

    assert FOREIGN in answer.text


def test_another_paper_with_our_signature_is_no_report(door: Door, signer: ReportSigner) -> None:
    notice = signer.sign(a_pdf(text="notice"), START).content

    answer = a_visitor(door).hand_in(notice)

    assert OURS_BUT_NO_REPORT in answer.text
