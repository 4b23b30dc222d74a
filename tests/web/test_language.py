"""English by switch: every text the pages can show has an English one, and none is there for nothing."""

import re

from tests.web.messages import all_texts, bare_texts_of_templates
from web.language import english

FIELD = re.compile(r"\{(\w*)\}")


def test_every_text_of_the_pages_has_an_english_one() -> None:
    missing = {text: place for text, place in all_texts().items() if text not in english()}

    assert missing == {}


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    assert sorted(english().keys() - all_texts().keys()) == []


def test_a_translation_has_the_fields_of_its_text() -> None:
    wrong = [text for text, said in english().items() if set(FIELD.findall(text)) != set(FIELD.findall(said))]

    assert wrong == []


def test_no_template_has_a_text_that_cannot_be_english() -> None:
    assert bare_texts_of_templates() == {}
