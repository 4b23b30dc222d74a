"""Parts of a page that refresh themselves while something is open; nothing changes without a change."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, url_for
from markupsafe import Markup

from engine.handling.case_file.overview import Overview
from engine.handling.case_file.sources import Grid
from web.hall import hall

# A page left open must not keep its session alive for ever: every answer to the browser counts as use.
LONGEST_SECONDS = 600
# Of a page its part: the template, and what in the content tells whether it is worth looking again.
PARTS: Mapping[str, tuple[str, str]] = {
    "overview": ("cases/_standing.html", "overview"),
    "sources": ("cases/_grid.html", "grid"),
}


@dataclass(frozen=True)
class Part:
    """`seen` is a digest of the HTML: who has it is sent nothing. `again_at` None: nobody asks again."""

    name: str
    html: Markup
    seen: str
    again_at: str | None
    has_stopped: bool  # something is still open, but the page has asked long enough


def draw_part(case_id: int, name: str, content: Mapping[str, object], until: int | None = None) -> Part:
    """`until`: when the browser that asks was to stop; not given for a page that has just been opened."""
    template, key = PARTS[name]
    html = Markup(render_template(template, **{"chosen": ("", ""), **content}))  # noqa: S704 - our own template
    seen = hashlib.sha256(html.encode()).hexdigest()[:16]
    now = int(hall().platform.clock.now().timestamp())
    until = min(until or now + LONGEST_SECONDS, now + LONGEST_SECONDS)
    watched = content[key]
    is_moving = isinstance(watched, Overview | Grid) and watched.is_moving
    again_at = url_for("cases.show_part", case_id=case_id, part=name, seen=seen, until=until)
    goes_on = is_moving and now < until
    return Part(name, html, seen, again_at if goes_on else None, has_stopped=is_moving and not goes_on)
