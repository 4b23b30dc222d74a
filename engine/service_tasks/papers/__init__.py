"""The papers of a case (文书): which it has, and what is printed on them."""

from engine.service_tasks.papers.composing import (
    CasePaper,
    NoticeSays,
    case_papers,
    closing_report,
    compose_form,
    compose_notice,
    compose_passed,
)
from engine.service_tasks.papers.notice import Notice, SentNotice, file_notice, send_notice
from engine.service_tasks.papers.paper_case import PaperCase
from engine.service_tasks.papers.passed import PassedPaper, passed_papers
from engine.service_tasks.papers.pinned import pinned_definition, pinned_paper

__all__ = [
    "CasePaper",
    "Notice",
    "NoticeSays",
    "PaperCase",
    "PassedPaper",
    "SentNotice",
    "case_papers",
    "closing_report",
    "compose_form",
    "compose_notice",
    "compose_passed",
    "file_notice",
    "passed_papers",
    "pinned_definition",
    "pinned_paper",
    "send_notice",
]
