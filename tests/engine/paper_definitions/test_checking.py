"""The check of papers: what a designer must not write is found, with its line."""

import pytest

from engine.paper_definitions import check_papers, compose, sample_values
from engine.ports import PermanentFailure
from tests.engine.paper_definitions.reading import a_paper, tags_of, text_of
from tests.fakes.outside import START

BAD = {
    "value_unknown": [
        "<p>{{ nothing }}</p>",
        "<p>{{ unit.nothing }}</p>",
        "<p>{{ unit.name.nothing }}</p>",
        "{% for row in reasons %}<p>{{ row.nothing }}</p>{% endfor %}",
        "{% if may_resubmit %}{% if not may_resubmit %}<p>{{ nothing }}</p>{% endif %}{% endif %}",
        "<p>{{ unit.__class__ }}</p>",
        "{% for row in reasons %}<p></p>{% endfor %}<p>{{ loop.index }}</p>",
    ],
    "no_list": ["{% for letter in unit.name %}<p></p>{% endfor %}"],
    "filter_unknown": ["<p>{{ unit.name|safe }}</p>", "<p>{{ unit.name|xmlattr }}</p>"],
    "language": [
        "<p>{{ unit.name.upper() }}</p>",
        "<p>{{ 'a' * 1000000 }}</p>",
        "{% include 'report.html' %}",
        "{% set name = unit.name %}<p>{{ name }}</p>",
        "{% autoescape false %}<p>{{ unit.name }}</p>{% endautoescape %}",
        "{% macro m() %}<p></p>{% endmacro %}",
        "<p>{{ reasons[0] }}</p>",
    ],
    "syntax": ["<p>{{ unit.name </p>", "{% if may_resubmit %}<p></p>"],
    "markup": [
        "<script>1</script>",
        "<iframe></iframe>",
        "<img>",
        "<style></style>",
        "<link>",
        '<p onclick="1"></p>',
        '<p style="color: red"></p>',
        "{% if not may_resubmit %}{% if may_resubmit %}<script></script>{% endif %}{% endif %}",
        "<{% if may_resubmit %}img{% endif %}>",
        '<td colspan="many"></td>',
        "<p class={{ recheck.postcode }}></p>",
        "<{{ recheck.postcode }}>",
        "<!-- {{ unit.name }} -->",
    ],
    "print": [
        "<p>{{ head.name|day }}</p>",
        "<p>{{ head.name|fill('x') }}</p>",
        "<p>{{ limits.days|count }}</p>",
        "{% if limits.days > head.name %}<p></p>{% endif %}",
    ],
    "address": ["<p>见 https://example.invalid</p>", "<p>url( x )</p>", "<p>file:///etc/passwd</p>"],
    "unclosed": ["<p>", "</p>", "<div><p></div></p>"],
}


@pytest.mark.parametrize(("rule", "body"), [(rule, body) for rule, bodies in BAD.items() for body in bodies])
def test_what_must_not_be_written_is_found(rule: str, body: str) -> None:
    findings = check_papers([("documents/paper.html", a_paper(body).source.encode())])

    assert rule in {finding.rule for finding in findings}


def test_a_finding_names_file_line_and_remedy() -> None:
    source = a_paper("<p></p>\n<p>{{ unit.nothing }}</p>").source

    (finding,) = check_papers([("documents/paper.html", source.encode())])

    assert (finding.file, finding.element_id, finding.rule) == (
        "documents/paper.html",
        "第6行",
        "value_unknown",
    )
    assert "README" in finding.remedy


def test_a_paper_says_what_it_is_called() -> None:
    findings = check_papers([("documents/paper.html", b"<p></p>")])

    assert [finding.rule for finding in findings] == ["title", "title"]


def test_a_file_that_is_no_text_is_found() -> None:
    (finding,) = check_papers([("documents/paper.html", b"\xff\xfe")])

    assert finding.rule == "readable"


def test_the_report_may_have_looks_of_its_own_but_fetch_nothing() -> None:
    good = (
        b"<html><head><style>p { color: black }</style></head><body><p>{{ content.number }}</p></body></html>"
    )
    bad = good.replace(b"<p>", b'<img src="x"><p>').replace(b"black", b"url(x)")

    found = [check_papers([("documents/report.html", content)]) for content in (good, bad)]

    assert found[0] == []
    assert {finding.rule for finding in found[1]} == {"markup", "address"}


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("language", "{{ content.title|safe }}"),
        ("language", "{% autoescape false %}{{ content.title }}{% endautoescape %}"),
        ("markup", '<table background="//127.0.0.1:1/x"></table>'),
    ],
)
def test_the_report_escapes_all_values_and_has_no_pictures_behind_it(rule: str, body: str) -> None:
    findings = check_papers([("documents/report.html", body.encode())])

    assert {finding.rule for finding in findings} == {rule}


def test_a_template_that_got_past_the_check_still_runs_nothing() -> None:
    for body in (
        "{{ unit.__class__.__mro__ }}",
        "{{ nothing }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ head.name|day }}",
    ):
        with pytest.raises(PermanentFailure, match="paper_refused"):
            compose(a_paper(body), sample_values(), START)


HOSTILE = "<script>alert(1)</script><iframe src=http://127.0.0.1:1/></iframe>{{ 7*7 }}"


def test_whatever_a_name_holds_is_printed_as_text() -> None:
    values = sample_values()
    unit = type(values.unit)(HOSTILE)
    paper = a_paper("<p>{{ unit.name }}</p><p>{{ unit.name|fill(4) }}</p>")

    html = compose(paper, type(values)(**{**vars(values), "unit": unit}), START).html

    assert text_of(html) == HOSTILE * 2
    assert tags_of(html) == {"html", "head", "meta", "title", "body", "p"}
