"""The quick library writes and reads what the standard one would."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.domain.json_text import canonical_json, read_json, write_json

NUMBERS = some.integers() | some.integers(-(2**66), 2**66)
TEXTS = some.text(some.characters(exclude_categories=())) | some.text('0123456789-,:[ "\\/\x7f\u2028é核𠮷')
VALUES = some.recursive(
    some.none() | some.booleans() | NUMBERS | TEXTS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def standard(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(VALUES)
def test_a_content_has_the_spelling_it_always_had(value: object) -> None:
    try:
        expected = standard(value).encode()
    except UnicodeEncodeError:  # half a character has no spelling in UTF-8
        with pytest.raises(UnicodeEncodeError):
            canonical_json(value)
    else:
        assert canonical_json(value) == expected


@given(VALUES)
def test_what_is_written_reads_as_it_was(value: object) -> None:
    assert read_json(write_json(value)) == value
    assert read_json(standard(value)) == value
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize("number", [2**53 + 1, 2**63, 2**64, 10**18, 10**19, -(2**63) - 1])
@pytest.mark.parametrize("around", ["%d", '{"a":%d}', "[1, %d]", '{"1": "2", "b" : %d }'])
def test_a_whole_number_is_never_rounded(number: int, around: str) -> None:
    text = around % number
    assert repr(read_json(text)) == repr(json.loads(text))
    assert repr(read_json(text.encode())) == repr(json.loads(text))


@pytest.mark.parametrize("text", ["", "{", '{"a":}', "[1,]", b"\xff"])
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"Expect|codec"):
        read_json(text)
