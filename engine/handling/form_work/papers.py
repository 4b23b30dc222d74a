"""The files of a filled-in form as papers of the case: named by their fields, not by whoever scanned them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.domain.uploads import SIGNATURES, UploadKind
from engine.form_definitions import FormDefinition
from engine.form_definitions.components import Component, FileField, Repetition, keyed
from engine.handling.submission import SCAN, ScannedPaper
from engine.ports import DocumentStore

ENDINGS = {UploadKind.PDF: "pdf", UploadKind.JPEG: "jpg", UploadKind.PNG: "png"}


@dataclass(frozen=True)
class _Found:
    kind: str
    name: str
    digest: str


def papers_in(
    documents: DocumentStore, form: FormDefinition, values: Mapping[str, object]
) -> tuple[ScannedPaper, ...]:
    """Reads the files: not inside a transaction. A file's own name often is a person's name: not kept."""
    return tuple(_paper(documents, found) for found in _files(form.components, values, ""))


def _files(components: Sequence[Component], values: Mapping[str, object], where: str) -> Iterator[_Found]:
    for part in keyed(components):
        value = values.get(part.key)
        listed = value if isinstance(value, list) else []
        label = f"{where}{part.label.chinese}"
        if isinstance(part, Repetition):
            for number, row in enumerate(listed, 1):
                yield from _files(part.components, row, f"{label} {number} ")
        elif isinstance(part, FileField):
            for number, digest in enumerate(listed, 1):
                name = label if len(listed) == 1 else f"{label} {number}"
                yield _Found(part.material_type or SCAN, name, str(digest))


def _paper(documents: DocumentStore, found: _Found) -> ScannedPaper:
    content = documents.get(found.digest)
    ending = next(ENDINGS[kind] for sign, kind in SIGNATURES.items() if content.startswith(sign))
    return ScannedPaper(f"{found.name}.{ending}", found.digest, len(content), found.kind)
