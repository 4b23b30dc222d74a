"""The findings in an order of their own, so that the order they came in changes nothing; the digest."""

from dataclasses import replace

from engine.domain.findings import Findings, ItemAnswer, latest
from engine.domain.json_text import canonical_json
from engine.domain.plain import digest_of, to_plain


def arrange(findings: Findings) -> Findings:
    """One answer per person and item; of records that are the same in every field one is kept (D2)."""
    answers = findings.answers
    if len({(answer.person, answer.item) for answer in answers}) < len(answers):
        answers = tuple(sorted(answers, key=_text))  # which of two counts must not depend on their order
    return latest(map(_arranged, answers))


def digest(*values: object) -> str:
    """SHA-256 over the canonical JSON, hex."""
    return digest_of(canonical_json(to_plain(values)))


def _arranged(answer: ItemAnswer) -> ItemAnswer:
    if len(answer.records) < 2:
        return answer
    records = {_text(record): record for record in answer.records}
    return replace(answer, records=tuple(records[text] for text in sorted(records)))


def _text(value: object) -> bytes:
    return canonical_json(to_plain(value))
