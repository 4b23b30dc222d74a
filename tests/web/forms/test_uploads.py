"""Files of a form: cleaned and stored before the form is read, refused at their field."""

import hashlib
import io

from PIL import Image

from adapters.documents.cleaning import clean_file
from engine.form_definitions import FieldProblem
from tests.engine.form_definitions.sample import FORMS, a_component, a_form, a_list, now
from web.forms.posted import read_posted
from web.forms.uploads import Taken, Upload, take_uploads

FORM = a_form(
    a_component("filepicker", "scan", multiple=True),
    a_component("textfield", "name"),
    a_list("members", a_component("textfield", "name"), a_component("filepicker", "copy")),
)


def a_png(colour: int = 0) -> bytes:
    written = io.BytesIO()
    Image.new("L", (4, 4), colour).save(written, "PNG")
    return written.getvalue()


class Shelf:
    """Keeps what is put on it, as a document store does."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.files[digest] = content
        return digest

    def take(self, *uploads: Upload) -> Taken:
        return take_uploads(FORM, uploads, clean_file, self.put)


def test_a_stored_file_goes_on_as_its_digest() -> None:
    shelf = Shelf()

    taken = shelf.take(
        Upload("scan", "C:\\扫描\\授权书.png", a_png()), Upload("members-4-copy", "b.png", a_png(9))
    )

    values = read_posted(FORM, taken.pairs).values
    assert values["scan"] == [taken.pairs[0][1]]
    assert values["members"] == [{"name": None, "copy": [taken.pairs[1][1]]}]
    assert taken.file_names[taken.pairs[0][1]] == "授权书.png"
    assert FORM.check(values, now(documents=frozenset(shelf.files))).problems == ()


def test_a_refused_file_is_told_at_its_field_and_not_stored() -> None:
    shelf = Shelf()

    taken = shelf.take(Upload("members-0-copy", "a.pdf", b"MZ\x90"))

    assert taken.problems == (FieldProblem("kind", "members.0.copy", "只接受 PDF、JPEG 和 PNG 文件"),)
    assert (taken.pairs, shelf.files) == ((), {})


def test_a_file_for_a_field_that_takes_none_is_not_even_opened() -> None:
    shelf = Shelf()

    taken = shelf.take(*[Upload(name, "a.png", a_png()) for name in ("name", "members-0-name", "x", "_add")])

    assert (taken.pairs, taken.problems, shelf.files) == ((), (), {})


def test_the_number_of_files_is_limited() -> None:
    taken = Shelf().take(*[Upload("scan", "a.png", a_png()) for _ in range(60)])

    assert (len(taken.pairs), taken.problems[0].code) == (50, "too_much")


def test_a_shown_name_has_no_marks_that_turn_it_round() -> None:
    taken = Shelf().take(Upload("scan", "报告\u202egpj.pdf\x00", a_png()))

    assert list(taken.file_names.values()) == ["报告gpj.pdf"]


def test_a_digest_of_another_case_is_refused() -> None:
    foreign = hashlib.sha256(b"another case").hexdigest()
    form = FORMS["suspension_instruction"]

    problems = form.check({"instruction_scan": [foreign]}, now(is_draft=True)).problems

    assert [problem.field for problem in problems] == ["instruction_scan"]
