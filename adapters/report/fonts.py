"""The font folder of the report: built once from the fonts found, the same on every machine."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from adapters.report.faces import Face, build_face, open_face, read_characters
from adapters.report.number_face import build_number_face
from adapters.report.stand_ins import BASIC, assign_stand_ins

BODY = "Hedui Body"
SONG = "Hedui Song"
HEADING = "Hedui Heading"
LATIN = "DejaVu Sans"
RECIPE = b"4"  # raise it when the way of building changes: the digest of the folder follows
SIMPLIFIED_CHINESE = 2  # the place of the SC face in the collections of Noto CJK
SYSTEM_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/dejavu"))
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/faces</dir>
  <cachedir>{folder}/cache</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


class FontError(FileNotFoundError):
    """A font the report cannot do without is not there; the message names it and where it was sought."""


@dataclass(frozen=True)
class FontSet:
    """A finished font folder and every character it can print."""

    folder: Path
    names: tuple[str, ...]  # PostScript names as the PDF shows them, that of the body first
    characters: frozenset[int]
    stand_ins: Mapping[int, int]

    @property
    def fontconfig(self) -> Path:
        return self.folder / "fonts.conf"

    @property
    def number_face(self) -> Path:
        return self.folder / "page_number.ttf"

    @property
    def body_face(self) -> Path:
        """For outlines, as song_face."""
        return self._face(0)

    @property
    def song_face(self) -> Path:
        return self._face(1)

    def _face(self, place: int) -> Path:
        return next((self.folder / "faces").glob(f"{place}.*"))


def prepare_fonts(source_dir: Path, cache_dir: Path, site_face: Path | None = None) -> FontSet:
    """The font folder for these inputs, built on first use. `site_face` is the site's own licensed 仿宋.

    Raises FontError. Safe to call from several processes at once: a folder appears complete or not at all.
    """
    faces = _faces(source_dir, site_face)
    folder = cache_dir.resolve() / f"report-{_digest(faces)[:16]}"
    if not folder.exists():
        _build(faces, folder)
    return _read(folder)


def _faces(source_dir: Path, site_face: Path | None) -> tuple[Face, ...]:
    """In the order in which the template falls back, the body face of a site before ours."""
    site = (Face(site_face, BODY),) if site_face else ()
    if site_face and not site_face.is_file():
        raise FontError(f"{site_face}: the site's own face is not there")
    serif = _find(source_dir, "NotoSerifCJK-Regular.ttc", "fonts-noto-cjk")
    bold = _find(source_dir, "NotoSerifCJK-Bold.ttc", "fonts-noto-cjk")
    body = site or (Face(_find(source_dir, "FandolFang-Regular.otf", "texlive-lang-chinese"), BODY),)
    return (
        *body,
        Face(serif, SONG, SIMPLIFIED_CHINESE),
        Face(bold, HEADING, SIMPLIFIED_CHINESE),
        Face(_find(source_dir, "DejaVuSans.ttf", "fonts-dejavu-core"), LATIN),
    )


def _find(source_dir: Path, name: str, package: str) -> Path:
    folders = (source_dir, *SYSTEM_FOLDERS)
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    looked_in = ", ".join(str(folder) for folder in folders)
    raise FontError(f"{name} (Debian package {package}) is in none of: {looked_in}")


def _digest(faces: Iterable[Face]) -> str:
    digest = hashlib.sha256(RECIPE)
    for face in faces:
        with face.file.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        digest.update(face.family.encode())
    return digest.hexdigest()


def _build(faces: tuple[Face, ...], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="report-", dir=folder.parent))
    try:
        _fill(faces, scratch)
        (scratch / "fonts.conf").write_text(FONTCONFIG.format(folder=escape(str(folder))))
        scratch.chmod(0o755)  # mkdtemp's 0700 would lock out the workers of another user
        scratch.rename(folder)
    except OSError:
        if not folder.exists():  # else another process was quicker, and its folder is as good as ours
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _fill(faces: tuple[Face, ...], folder: Path) -> None:
    """The faces, the face of the page numbers, and what is to be known about them without opening them."""
    (folder / "faces").mkdir()
    characters = set[int]().union(*map(read_characters, faces))
    stand_ins = assign_stand_ins(characters)
    names = [
        build_face(face, folder / "faces" / f"{place}{face.suffix}", stand_ins)
        for place, face in enumerate(faces)
    ]
    with open_face(faces[0]) as body:
        build_number_face(body, folder / "page_number.ttf")
    printable = (code for code in characters if code < BASIC or code in stand_ins)
    facts = {"names": names, "characters": list(_ranges(printable))}
    (folder / "facts.json").write_text(json.dumps(facts))


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring code points as first and last, so that 45,000 of them are read in no time."""
    ordered = sorted(codes)
    first = last = ordered[0]
    for code in ordered[1:]:
        if code != last + 1:
            yield first, last
            first = code
        last = code
    yield first, last


def _read(folder: Path) -> FontSet:
    facts = json.loads((folder / "facts.json").read_text())
    characters = frozenset(code for first, last in facts["characters"] for code in range(first, last + 1))
    return FontSet(folder, tuple(facts["names"]), characters, assign_stand_ins(characters))
