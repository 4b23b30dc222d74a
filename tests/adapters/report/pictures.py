"""Pages as pictures: what is red, what is grey, what is black, in millimetres."""

from functools import cache
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageStat

INCH = 25.4
DIAMETER = 42
RIGHT_EDGE = 210
MIDDLE = 297 / 2
Box = tuple[float, float, float, float]  # left, top, right, bottom


@cache
def pictures(pdf: bytes, dpi: int = 100) -> tuple[Image.Image, ...]:
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document)


def cut(picture: Image.Image, box: Box) -> Image.Image:
    """A part of an A4 page."""
    scale = picture.width / RIGHT_EDGE
    left, top, right, bottom = (round(edge * scale) for edge in box)
    return picture.crop((left, top, right, bottom))


def chromatic(picture: Image.Image, tolerance: int = 12) -> Image.Image:
    """255 where there is a colour; what is drawn in greys has none beside the smoothing of its edges."""
    red, green, blue = picture.split()
    highest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    lowest = ImageChops.darker(ImageChops.darker(red, green), blue)
    return ImageChops.subtract(highest, lowest).point(lambda value: 255 if value > tolerance else 0)


def reddish(picture: Image.Image) -> Image.Image:
    """255 where it is clearly red."""
    red, green, blue = picture.split()
    return ImageChops.subtract(red, ImageChops.lighter(green, blue)).point(lambda v: 255 if v > 90 else 0)


def dark(picture: Image.Image) -> Image.Image:
    """255 where there is black ink, on white or over a seal."""
    return picture.split()[0].point(lambda value: 255 if value < 110 else 0)


def share(mask: Image.Image) -> float:
    """How much of a mask is set."""
    return ImageStat.Stat(mask).mean[0] / 255


def box_of(mask: Image.Image) -> Box | None:
    """Of what is set on a whole page, in millimetres."""
    found = mask.getbbox()
    scale = mask.width / RIGHT_EDGE
    return (found[0] / scale, found[1] / scale, found[2] / scale, found[3] / scale) if found else None


def seal_box(picture: Image.Image) -> Box | None:
    """Of the red that is no slice at the right edge."""
    without_edge = picture.copy()
    width, height = picture.size
    ImageDraw.Draw(without_edge).rectangle((width * 190 // 210, 0, width, height), "white")
    return box_of(reddish(without_edge))


def straddled(pdf: bytes, first: int = 0, last: int | None = None, dpi: int = 200) -> Image.Image:
    """The right edges of these pages laid side by side, as if the paper were fanned out."""
    pages = pictures(pdf, dpi)[first:last]
    width = DIAMETER / len(pages)
    box = (RIGHT_EDGE - width, MIDDLE - DIAMETER / 2, RIGHT_EDGE, MIDDLE + DIAMETER / 2)
    side = round(DIAMETER / INCH * dpi)
    fan = Image.new("RGB", (side, side), "white")
    for place, page in enumerate(pages):
        left, right = round(place * side / len(pages)), round((place + 1) * side / len(pages))
        fan.paste(cut(page, box).resize((right - left, side)), (left, 0))
    return fan


def difference(one: Image.Image, other: Image.Image) -> float:
    """From 0, the same, to 1."""
    same_size = other.resize(one.size)
    return sum(ImageStat.Stat(ImageChops.difference(one, same_size)).mean) / 3 / 255


def as_png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
