"""The fonts of the report and reports printed with them once for all tests."""

import os
from functools import cache
from pathlib import Path

import pytest

from adapters.report.fonts import FontSet, prepare_fonts
from adapters.report.renderer import PdfkitRenderer
from tests.adapters.report.paper import Paper, read_paper
from tests.adapters.report.printing import MARK, TEMPLATE
from tests.builders import VERIFICATION_UNIT
from tests.domain.report.cases import a_family_report

ROOT = Path(__file__).parents[3]
SOURCE = Path(os.environ.get("HEDUI_FONT_DIR", ROOT / "var/fonts/source"))


@pytest.fixture(scope="session")
def font_source() -> Path:
    """Missing fonts fail the tests: a report that was never printed is not tested."""
    if not (SOURCE / "FandolFang-Regular.otf").is_file():
        pytest.fail(
            f"{SOURCE}/FandolFang-Regular.otf is missing: unpack it from Debian's texlive-lang-chinese "
            "(apt-get download, dpkg -x) or set HEDUI_FONT_DIR to the folder that has it"
        )
    return SOURCE


@pytest.fixture(scope="session")
def font_set(font_source: Path) -> FontSet:
    """Kept between runs; building it takes two seconds."""
    return prepare_fonts(font_source, ROOT / "var/fonts/cache")


@pytest.fixture(scope="session")
def renderer(font_set: FontSet) -> PdfkitRenderer:
    return PdfkitRenderer(font_set, VERIFICATION_UNIT)


@cache
def _printed(renderer: PdfkitRenderer, members: int) -> Paper:
    return read_paper(renderer.render(a_family_report(members), MARK, TEMPLATE).pdf)


@pytest.fixture
def one_member(renderer: PdfkitRenderer) -> Paper:
    return _printed(renderer, 1)


@pytest.fixture
def nine_members(renderer: PdfkitRenderer) -> Paper:
    return _printed(renderer, 9)


@pytest.fixture
def three_members(renderer: PdfkitRenderer) -> Paper:
    return _printed(renderer, 3)


@pytest.fixture(params=[1, 3, 9], ids=["one member", "three members", "nine members"])
def paper(request: pytest.FixtureRequest, renderer: PdfkitRenderer) -> Paper:
    return _printed(renderer, request.param)
