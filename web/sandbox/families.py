"""Who lives together: the shape of an invented household, before anybody has a name or a job."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

THIS_YEAR = 2026  # the sandbox stands still; ages move with the day asked
SINGLE, MARRIED, WIDOWED, DIVORCED = "10", "21", "30", "40"  # GB/T 2261.2


@dataclass(frozen=True)
class Shape:
    """What kind of household. Ages are of the head and of the children at home."""

    weight: int
    head_age: tuple[int, int]
    couple: bool = False
    children: tuple[tuple[int, int], ...] = ()  # spans of age
    parents: int = 0
    grandparents: int = 0
    supporters: int = 0  # grown-up children elsewhere
    divorced: bool = False


SHAPES = {
    "single": Shape(10, (25, 54)),
    "couple": Shape(12, (30, 54), couple=True),
    "one_child": Shape(26, (30, 46), couple=True, children=((3, 17),)),
    "two_children": Shape(12, (33, 46), couple=True, children=((9, 16), (2, 7))),
    "single_parent": Shape(8, (30, 46), children=((4, 17),), divorced=True),
    "pensioner_couple": Shape(12, (62, 80), couple=True, supporters=2),
    "widowed": Shape(8, (64, 84), supporters=1),
    "three_generations": Shape(9, (35, 46), couple=True, children=((5, 16),), parents=2),
}
NINE_MEMBERS = Shape(
    0, (40, 42), couple=True, children=((16, 17), (13, 14), (10, 11), (7, 8)), parents=2, grandparents=1
)
HARDSHIP = Shape(0, (70, 78))
STUDENT = Shape(0, (44, 50), couple=True, children=((19, 21),))


@dataclass(frozen=True)
class Kin:
    """One place in a household. `spouse` is the place of the husband or wife, if at home."""

    ref: str
    relation: str  # GB/T 4761
    male: bool
    birth_year: int
    marital: str
    spouse: str | None = None
    supports: tuple[str, ...] = ()


def draw_shape(rng: random.Random) -> Shape:
    shapes = list(SHAPES.values())
    return rng.choices(shapes, [shape.weight for shape in shapes])[0]


def make_family(rng: random.Random, shape: Shape) -> tuple[Kin, ...]:
    """The head comes first, then spouse, children, parents, grandparents, supporters."""
    family = [*_couple(rng, shape)]
    family += _children(rng, shape, len(family) + 1, max(kin.birth_year for kin in family))
    family += _parents(rng, shape.parents, "51", "52", family[0].birth_year, len(family))
    if shape.grandparents:
        family += _parents(rng, 1, "60", "60", family[-1].birth_year, len(family))
    family += _supporters(rng, shape.supporters, family)
    return tuple(family)


def _couple(rng: random.Random, shape: Shape) -> Iterator[Kin]:
    male, born = rng.random() < 0.6, THIS_YEAR - rng.randint(*shape.head_age)
    alone = DIVORCED if shape.divorced else WIDOWED if shape.supporters else SINGLE
    if not shape.couple:
        yield Kin("p1", "02", male, born, alone)
        return
    yield Kin("p1", "02", male, born, MARRIED, "p2")
    yield Kin("p2", "12" if male else "11", not male, born + rng.randint(-1, 2), MARRIED, "p1")


def _children(rng: random.Random, shape: Shape, first: int, parent_born: int) -> Iterator[Kin]:
    for place, span in enumerate(shape.children):
        male = rng.random() < 0.52
        born = max(THIS_YEAR - rng.randint(*span), parent_born + 20)
        yield Kin(f"p{first + place}", "20" if male else "30", male, born, SINGLE)


def _parents(
    rng: random.Random, count: int, father: str, mother: str, child_born: int, before: int
) -> Iterator[Kin]:
    born = child_born - rng.randint(23, 28)
    refs = (f"p{before + 1}", f"p{before + 2}")
    if count == 2:
        yield Kin(refs[0], father, True, born, MARRIED, refs[1])
        yield Kin(refs[1], mother, False, born + rng.randint(0, 2), MARRIED, refs[0])
    elif count == 1:
        yield Kin(refs[0], mother, False, born, WIDOWED)


def _supporters(rng: random.Random, count: int, family: list[Kin]) -> Iterator[Kin]:
    supported = tuple(kin.ref for kin in family)
    youngest = max(kin.birth_year for kin in family)
    for place in range(count):
        male = rng.random() < 0.5
        born = youngest + 24 + 2 * place + rng.randint(0, 1)
        yield Kin(f"s{place + 1}", "20" if male else "30", male, born, MARRIED, supports=supported)
