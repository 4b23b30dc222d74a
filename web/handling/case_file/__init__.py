"""/cases: the search for cases, and the case file (案卷) with its sub-pages."""

from web.handling.case_file import comments, documents, pages, reports, search, unmasking
from web.handling.case_file.room import blueprint

__all__ = ["blueprint", "comments", "documents", "pages", "reports", "search", "unmasking"]
