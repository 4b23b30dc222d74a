"""What all pages of a case file share: the record that it was opened, the bar, the ways to sub-pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint, render_template, request

from engine.domain.authority import Right
from engine.domain.unmasking import REASON_WORDS
from engine.handling.case_file.access import may_see_access, note_opening
from engine.handling.case_file.overview import CaseHead, head_of
from engine.handling.case_file.reading import CaseFile, read_case_file
from web.hall import hall
from web.handling.case_file.live import PARTS, draw_part
from web.handling.form_desk import allow_files
from web.policies import person

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
WITH_FILES = "cases.comment"
Content = Mapping[str, object]
Making = Callable[[CaseFile], Content]


class Page(StrEnum):
    """The sub-pages; the value is the template, and the endpoint after `show_`."""

    OVERVIEW = "overview"
    TIMELINE = "timeline"
    DIAGRAM = "diagram"
    SOURCES = "sources"
    PAPERS = "papers"
    REPORTS = "reports"
    CALCULATION = "calculation"
    ACCESS = "access"


ENDPOINTS: Mapping[Page, str] = {
    page: "cases.show" if page is Page.OVERVIEW else f"cases.show_{page.value}" for page in Page
}
TITLES: Mapping[Page, str] = {
    Page.OVERVIEW: "概览",
    Page.TIMELINE: "时间线",
    Page.DIAGRAM: "流程图",
    Page.SOURCES: "查询结果",
    Page.PAPERS: "材料",
    Page.REPORTS: "核对报告",
    Page.CALCULATION: "计算过程",
    Page.ACCESS: "访问记录",
}


@dataclass(frozen=True)
class Frame:
    """What stands around the content. `is_reader`: one who reads cases, and not the log alone."""

    head: CaseHead
    pages: tuple[Page, ...]
    here: Page
    is_reader: bool
    may_decide: bool  # about what has stopped


@blueprint.url_value_preprocessor
def _allow_files(endpoint: str | None, values: dict[str, object] | None) -> None:
    if endpoint == WITH_FILES:
        allow_files(endpoint, values)


def opened(case_id: int, page: Page, make: Making) -> str:
    """The page with what `make` reads. Raises NotFound."""
    return rendered(page, *read(case_id, page, make))


def read(case_id: int, page: Page, make: Making) -> tuple[Frame, Content]:
    """On record before anything leaves the house. Raises NotFound."""
    who, database = person(), hall().database
    with database.reading() as session:
        file = read_case_file(session, hall().platform, case_id)
        content = make(file)
        pages = tuple(one for one in Page if one is not Page.ACCESS or may_see_access(file, who))
        is_reader, may_decide = who.has(Right.READ_CASES), who.has(Right.DECIDE_INCIDENTS)
        frame = Frame(head_of(file), pages, page, is_reader, may_decide)
    note_opening(database.reading, database.transaction, who, case_id, file.now)
    return frame, content


def rendered(page: Page, frame: Frame, content: Content) -> str:
    live = None
    if page.value in PARTS:
        live = draw_part(frame.head.case_id, page.value, {"frame": frame, **content})
    return render_template(
        f"cases/{page.value}.html",
        frame=frame,
        live=live,
        titles=TITLES,
        endpoints=ENDPOINTS,
        reasons=REASON_WORDS,
        **{"problem": None, "typed": {}, **content},
    )


def typed(name: str) -> str:
    """A parameter of the address, without the blanks around it."""
    return request.args.get(name, "").strip()
