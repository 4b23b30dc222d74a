"""Refuses to print a page that would fetch something: it is a fault of its template and would go unnoticed,
for the program prints what is left and says nothing."""

import re

from engine.ports import PermanentFailure

# Values are escaped, so every tag is the template's.
TAG = re.compile(
    r"<(?:applet|audio|base|embed|form|frame|frameset|iframe|image|img|input|link|object|script|source|svg|video)"
    r"""[\s/>"']|<meta[\s/][^<]*http-equiv|<[a-z][^<>]*[\s/"'](?:background|manifest)\s*=""",
    re.IGNORECASE,
)
# Of a style all of it, of any other tag what stands in it. A backslash or a reference could spell the words.
STYLE = re.compile(r"<style[\s/>].*?(?:</style|\Z)|<[a-z][^<>]*", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"@import|url\s*\(|image-set|\\|style\s*=[^<>]*&", re.IGNORECASE)


def check_self_contained(page: str) -> None:
    """Raises PermanentFailure("page_fetches")."""
    if TAG.search(page) or any(ADDRESS.search(style[0]) for style in STYLE.finditer(page)):
        raise PermanentFailure("page_fetches")
