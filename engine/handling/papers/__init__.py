"""The papers of cases and the blank forms, for staff and for units: listed, put on record, printed."""

from engine.handling.papers.forms import FORMS, PaperKind, blank_form, paper_kinds, sample_of
from engine.handling.papers.of_case import (
    FilledPaper,
    ListedPaper,
    list_papers,
    list_papers_of_unit,
    paper_of_case,
    paper_of_unit,
    record_printing,
)
from engine.handling.papers.printing import PaperNotPrinted, PrintedPaper, print_paper

__all__ = [
    "FORMS",
    "FilledPaper",
    "ListedPaper",
    "PaperKind",
    "PaperNotPrinted",
    "PrintedPaper",
    "blank_form",
    "list_papers",
    "list_papers_of_unit",
    "paper_kinds",
    "paper_of_case",
    "paper_of_unit",
    "print_paper",
    "record_printing",
    "sample_of",
]
