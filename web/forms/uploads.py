"""Uploaded files of a form: cleaned and stored first, so that the form holds only their digests."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.domain.uploads import FileCleaner, UploadRefused
from engine.form_definitions import FieldProblem, FormDefinition, Language, Word
from engine.form_definitions.components import Component, FileField, Repetition, keyed
from web.forms.paths import joined, path_of
from web.forms.posted import ROW

MOST_FILES, LONGEST_NAME = 50, 100


@dataclass(frozen=True)
class Upload:
    """One file as it was posted."""

    name: str  # of the input
    file_name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Taken:
    """`pairs` go to read_posted with the other posted pairs; `file_names` by digest, for people."""

    pairs: tuple[tuple[str, str], ...]
    problems: tuple[FieldProblem, ...]
    file_names: Mapping[str, str] = field(repr=False)


def take_uploads(
    form: FormDefinition,
    uploads: Iterable[Upload],
    clean: FileCleaner,
    put: Callable[[bytes], str],
    language: Language = Language.CHINESE,
) -> Taken:
    """`put` stores a cleaned file and gives its digest. What is refused is told at its field.

    The reasons for refusing a file are Chinese only, as in engine.domain.uploads.
    """
    pairs: list[tuple[str, str]] = []
    problems: list[FieldProblem] = []
    names: dict[str, str] = {}
    for number, upload in enumerate(uploads):
        if not _takes_files(form.components, upload.name):
            continue
        if number >= MOST_FILES:
            problems.append(FieldProblem("too_much", path_of(upload.name), Word.TOO_MUCH.say(language)))
            break
        try:
            digest = put(clean(upload.content).content)
        except UploadRefused as refused:
            problems.append(FieldProblem(refused.fault.value, path_of(upload.name), refused.fault.reason))
        else:
            pairs.append((upload.name, digest))
            names[digest] = _shown_name(upload.file_name)
    return Taken(tuple(pairs), tuple(problems), names)


def _takes_files(components: Sequence[Component], name: str, prefix: str = "") -> bool:
    """Anything else is no field of ours: it is neither opened nor stored."""
    for part in keyed(components):
        if isinstance(part, FileField) and part.readonly_from is None and joined(prefix, part.key) == name:
            return True
        if isinstance(part, Repetition) and (match := ROW.fullmatch(name)) and match[1] == part.key:
            return _takes_files(part.components, name, f"{match[1]}-{match[2]}")
    return False


def _shown_name(file_name: str) -> str:
    """The last part, without controls and marks that turn the direction of writing."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return plain[-LONGEST_NAME:]
