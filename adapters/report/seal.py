"""The seal (公章) as a form: the site's own picture, or a drawn sample that says so."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from pathlib import Path

import pikepdf
from PIL import Image

from adapters.report.outlines import outlines

MM = 72 / 25.4
DIAMETER = 42 * MM  # of seals of institutions, 国发〔1999〕25号
RED = "0.86 0.08 0.10"
RING, STAR = 1.2 * MM, 7 * MM
SAMPLE = "样章"  # nobody shall take it for a real one
WORDS_RADIUS, WORDS_SIZE, LONGEST_ARC = 0.452, 0.115, 1.5 * pi  # of the diameter; from one end to the other
SAMPLE_SIZE, SAMPLE_DROP = 0.115, 0.30


class SealUnreadable(ValueError):  # noqa: N818 - says what is wrong with the picture
    """The picture is none, or has no transparent ground: it would cover what it stands on."""


@dataclass(frozen=True)
class Seal:
    """A circle of DIAMETER points around the origin."""

    unit: str
    face: Path  # for the words of the sample
    picture: Path | None = None

    def form(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        radius = DIAMETER / 2
        form = pdf.make_stream(b"")
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([-radius - 1, -radius - 1, radius + 1, radius + 1])
        ink = pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply)  # text shows through
        form.Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(Ink=ink))
        if self.picture is None:
            form.write(b"/Ink gs\n" + _drawn(self.unit, self.face))
            return form
        form.Resources.XObject = pikepdf.Dictionary(Picture=picture_form(pdf, self.picture))
        place = f"/Ink gs q {DIAMETER:.3f} 0 0 {DIAMETER:.3f} {-radius:.3f} {-radius:.3f} cm /Picture Do Q"
        form.write(place.encode())
        return form


@dataclass(frozen=True)
class Picture:
    """Colours and opacity of a picture, row by row."""

    width: int
    height: int
    colours: bytes
    opacity: bytes


def check_picture(path: Path | None) -> None:
    """At the start and not at the first report. Raises SealUnreadable."""
    if path is not None:
        read_picture(path)


@lru_cache(maxsize=8)
def read_picture(path: Path) -> Picture:
    """Raises SealUnreadable."""
    try:
        with Image.open(path, formats=("PNG",)) as image:
            whole = image.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise SealUnreadable(f"{path} is no PNG") from error
    opacity = whole.getchannel("A")
    if opacity.getextrema()[0] == 255:
        raise SealUnreadable(f"{path} has no transparent ground")
    return Picture(whole.width, whole.height, whole.convert("RGB").tobytes(), opacity.tobytes())


def picture_form(pdf: pikepdf.Pdf, path: Path) -> pikepdf.Object:
    """An image of one by one point."""
    picture = read_picture(path)
    image = _image(pdf, picture, picture.colours, pikepdf.Name.DeviceRGB)
    image.SMask = _image(pdf, picture, picture.opacity, pikepdf.Name.DeviceGray)
    return image


def _image(pdf: pikepdf.Pdf, picture: Picture, samples: bytes, space: pikepdf.Name) -> pikepdf.Object:
    image = pdf.make_stream(samples)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = picture.width, picture.height
    image.ColorSpace, image.BitsPerComponent = space, 8
    return image


@lru_cache(maxsize=8)
def _drawn(unit: str, face: Path) -> bytes:
    parts = [f"q {RED} rg {RED} RG {RING:.3f} w", _circle(DIAMETER / 2 - RING / 2), "S", _star(STAR), "f"]
    parts += _around(unit, face)
    parts += _below(face)
    return "\n".join([*parts, "Q"]).encode()


def _circle(radius: float) -> str:
    """Of four curves."""
    handle = radius * 0.5522847
    r, h = radius, handle
    curves = (
        (r, h, h, r, 0, r),
        (-h, r, -r, h, -r, 0),
        (-r, -h, -h, -r, 0, -r),
        (h, -r, r, -h, r, 0),
    )
    drawn = "\n".join(" ".join(f"{number:.3f}" for number in curve) + " c" for curve in curves)
    return f"{r:.3f} 0 m\n{drawn} h"


def _star(radius: float) -> str:
    points = [
        (sin(turn * pi / 5) * reach, cos(turn * pi / 5) * reach)
        for turn in range(10)
        for reach in (radius if turn % 2 == 0 else radius * 0.381966,)
    ]
    (x, y), *others = points
    return f"{x:.3f} {y:.3f} m\n" + "\n".join(f"{x:.3f} {y:.3f} l" for x, y in others) + " h"


def _around(unit: str, face: Path) -> list[str]:
    """The name of the unit on an arc, its middle at the top; narrower when it is long."""
    letters = list(outlines(unit, face))
    radius, size = DIAMETER * WORDS_RADIUS, DIAMETER * WORDS_SIZE
    step = min(LONGEST_ARC / max(len(letters), 1), 0.42)
    width = min(1.0, step * radius * 0.86 / size)
    parts = []
    for place, letter in enumerate(letters):
        turn = ((len(letters) - 1) / 2 - place) * step
        x, y = -sin(turn) * radius, cos(turn) * radius
        turned = f"{cos(turn):.5f} {sin(turn):.5f} {-sin(turn):.5f} {cos(turn):.5f} {x:.3f} {y:.3f} cm"
        sized = f"{size * width:.3f} 0 0 {size:.3f} {-size * width / 2:.3f} {-size * 0.85:.3f} cm"
        parts.append(f"q {turned} {sized}\n{letter.path}\nf Q")
    return parts


def _below(face: Path) -> list[str]:
    size, drop = DIAMETER * SAMPLE_SIZE, DIAMETER * SAMPLE_DROP
    return [
        f"q {size:.3f} 0 0 {size:.3f} {size * (place - 1) * 1.15:.3f} {-drop:.3f} cm\n{letter.path}\nf Q"
        for place, letter in enumerate(outlines(SAMPLE, face))
    ]
