"""A drawing that is put on a page: a form, where it stands, and what is shown of it."""

from dataclasses import dataclass

import pikepdf

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawing:
    """`origin` is where its own origin comes to lie, in points; `window` (x, y, width, height on the page) is
    the part that shows. Named by us: names of chance would make no two prints alike. What is behind the text
    is marked as an artifact, so that readers aloud pass over it."""

    name: str
    form: pikepdf.Object
    origin: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    window: Box | None = None
    is_behind: bool = False

    def operators(self, name: str) -> bytes:
        shown = f"{_box(self.window)} re W n " if self.window else ""
        placed = f"{self.scale[0]:.4f} 0 0 {self.scale[1]:.4f} {self.origin[0]:.4f} {self.origin[1]:.4f} cm"
        drawn = f"q {shown}{placed} {name} Do Q\n"
        return (
            f"/Artifact <</Type /Background>> BDC {drawn}EMC\n".encode() if self.is_behind else drawn.encode()
        )


def _box(box: Box) -> str:
    return " ".join(f"{number:.4f}" for number in box)
