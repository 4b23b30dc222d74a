"""The papers people get (forms/documents): restricted templates, from file to a page ready to print."""

from engine.paper_definitions.checking import REPORT, check_papers
from engine.paper_definitions.composing import compose, compose_sample
from engine.paper_definitions.definition import PaperDefinition
from engine.paper_definitions.findings import PaperFinding
from engine.paper_definitions.loading import load_papers
from engine.paper_definitions.samples import Documented, blank_values, documented, sample_values
from engine.paper_definitions.values import PaperValues

__all__ = [
    "REPORT",
    "Documented",
    "PaperDefinition",
    "PaperFinding",
    "PaperValues",
    "blank_values",
    "check_papers",
    "compose",
    "compose_sample",
    "documented",
    "load_papers",
    "sample_values",
]
