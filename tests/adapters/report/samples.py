"""`python -m tests.adapters.report.samples [FOLDER]`: the pages of sample reports as pictures, to look at."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2

from adapters.report.fonts import FontSet, prepare_fonts
from adapters.report.renderer import PdfkitRenderer
from adapters.report.stamping import Stamps
from engine.domain.report import PrintedMember, PrintedPerson, PrintedSection, PrintedTable, ReportContent
from tests.adapters.report.printing import MARK, TEMPLATE
from tests.builders import VERIFICATION_UNIT
from tests.domain.report.cases import a_family_report

ROOT = Path(__file__).parents[3]
SOURCE = Path(os.environ.get("HEDUI_FONT_DIR", ROOT / "var/fonts/source"))
PICTURES = ROOT / "var/screenshots"
HOUSEHOLDS = (1, 3, 12)
BUILT = 9  # the largest household that is made with answers of its own
# The twins of the last of them, who are not in the same places of the sort order of names.
TWINS = (
    ("冯甲", "320402201909010027"),
    ("陈乙", "32040220190901006X"),
    ("褚丙", "320411201909010046"),
)
SHARPNESS = 90  # dots per inch


def sample_fonts() -> FontSet:
    """Those of the checkout; raises FontError when they are not there."""
    return prepare_fonts(SOURCE, ROOT / "var/fonts/cache")


def sample_renderer(stamps: Stamps | None = None) -> PdfkitRenderer:
    return PdfkitRenderer(sample_fonts(), VERIFICATION_UNIT, stamps)


def a_report_of(members: int) -> ReportContent:
    """Up to twelve members: those beyond the ninth have the answers of the ninth under their own names."""
    content = a_family_report(min(members, BUILT))
    for name, id_no in TWINS[: max(members - BUILT, 0)]:
        content = _with_twin(content, content.members[-1], name, id_no)
    return content


def _with_twin(content: ReportContent, model: PrintedMember, name: str, id_no: str) -> ReportContent:
    twin = replace(model, name=name, id_no=id_no)
    sections = tuple(_section(section, model.name, name) for section in content.sections)
    return replace(content, members=(*content.members, twin), sections=sections)


def _section(section: PrintedSection, model: str, name: str) -> PrintedSection:
    persons: list[PrintedPerson] = []
    for person in section.persons:
        tables = tuple(_table(table, model, name) for table in person.tables)
        persons.append(person if person.name else replace(person, tables=tables))
        if person.name == model:
            persons.append(replace(person, name=name))
    return replace(section, persons=tuple(persons))


def _table(table: PrintedTable, model: str, name: str) -> PrintedTable:
    """A table of the household has a row for each member."""
    rows = tuple((name, *row[1:]) for row in table.rows if row[0] == model)
    return replace(table, rows=table.rows + rows)


def main(folder: Path = PICTURES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    renderer = sample_renderer()
    for members in HOUSEHOLDS:
        pdf = renderer.render(a_report_of(members), MARK, TEMPLATE).pdf
        with pypdfium2.PdfDocument(pdf) as document:
            for number, page in enumerate(document, start=1):
                picture = page.render(scale=SHARPNESS / 72).to_pil()
                picture.save(folder / f"report-{members:02}-members-{number:02}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
