"""How a table is drawn: one line, pairs of label and value as in MZ/T 072-2016 附录D, or a grid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from adapters.report.columns import align, count_lines, measure, share_width
from engine.domain.report import PrintedMember, PrintedTable

Row = tuple[str, ...]
Pair = tuple[str, str]
MEMBER_LABELS = ("序号", "姓名", "性别", "民族", "证件类型", "证件号", "与户主关系")
CONTINUED = "（续）"
GRID_COLUMNS = 6  # the records of a person with more fields than this are drawn in pairs
# A grid is cut into pieces of so many lines, each with its own head and none broken by the end of a page.
PIECE_LINES = 8
TALL_LINES = 24  # of the some thirty that a page has
NOTE_WIDTH, PAIR_WIDTH, WHOLE_WIDTH = 26.0, 11.4, 29.8  # ems of the cells as the template divides a table
HOUSEHOLD_LINES = 14  # for the tables with a row for each member
LONG_VALUE = 22  # ems; a longer value has the line for itself in pairs
GRID_VALUE = 33  # ems; a longer value does not go into the column of a grid


@dataclass(frozen=True)
class TableView:
    """A table ready to draw. `opens` are the groups that begin with it."""

    shape: str  # note | pairs | grid
    name: str
    opens: Row
    note: str
    labels: Row = ()
    rows: tuple[Row, ...] = ()
    lines: tuple[tuple[Pair, ...], ...] = ()
    widths: tuple[float, ...] = ()
    aligned: Row = ()  # left | middle | right of each column

    @property
    def columns(self) -> int:
        return {"note": 2, "pairs": 4}.get(self.shape, len(self.labels))

    @property
    def is_tall(self) -> bool:
        """Higher than a page may be: it must be broken somewhere, the others are kept whole."""
        lines = ceil(measure(self.note) / NOTE_WIDTH)
        lines += sum(count_lines(row, self.widths) for row in self.rows)
        lines += sum(count_lines(*_values(pairs)) for pairs in self.lines)
        return lines > TALL_LINES


@dataclass
class Joins:
    """Which continued pieces of grids stand below the piece before them on the same page and are drawn with
    it, counted through the whole report as they are drawn. That is known when it has been printed once."""

    joined: frozenset[int] = frozenset()
    drawn: int = 0

    def next_is_joined(self) -> bool:
        self.drawn += 1
        return self.drawn in self.joined


def view_tables(tables: Iterable[PrintedTable], is_personal: bool, joins: Joins) -> Iterator[TableView]:
    """One record of a person is drawn in pairs as in the sample, several as lines under one head."""
    group: Row = ()
    for table in tables:
        levels = tuple(table.group.split("/")) if table.group else ()
        opens = levels[_common(levels, group) :]
        group = levels
        if not table.rows:
            yield TableView("note", table.name, opens, table.note)
        elif is_personal and not _fits_grid(table):
            yield from _in_pairs(table, opens)
        else:
            lines = PIECE_LINES if is_personal else HOUSEHOLD_LINES
            yield from _in_grid(table, opens, lines, joins)


def member_tables(members: tuple[PrintedMember, ...]) -> Iterator[TableView]:
    """家庭成员基本信息 of the overview sheet, numbered from one."""
    rows = tuple(
        (str(n), m.name, m.sex, m.ethnic_group, m.id_type, m.id_no, m.relation)
        for n, m in enumerate(members, start=1)
    )
    return _in_grid(PrintedTable("", None, MEMBER_LABELS, rows, ""), (), HOUSEHOLD_LINES, Joins())


def _fits_grid(table: PrintedTable) -> bool:
    """Several records of few fields, none of them a long text."""
    longest = max(measure(cell) for row in table.rows for cell in row)
    return len(table.rows) > 1 and len(table.labels) <= GRID_COLUMNS and longest <= GRID_VALUE


def _in_pairs(table: PrintedTable, opens: Row) -> Iterator[TableView]:
    """A table for each record, so that a page can end between two of them."""
    last = len(table.rows)
    for number, row in enumerate(table.rows, start=1):
        name = table.name if last == 1 else f"{table.name}（第{number}条，共{last}条）"
        note = table.note if number == last else ""
        yield TableView("pairs", name, opens if number == 1 else (), note, lines=_lines(table.labels, row))


def _in_grid(table: PrintedTable, opens: Row, lines: int, joins: Joins) -> Iterator[TableView]:
    """The renderer neither repeats a head nor keeps a row together, so the pieces are cut here."""
    widths = share_width(table.labels, table.rows)
    aligned = align(table.rows, widths)
    pieces = _joined(_pieces(table.rows, widths, lines), joins)
    for number, piece in enumerate(pieces):
        title = f"{table.name}{CONTINUED}" if number and table.name else table.name
        note = table.note if number == len(pieces) - 1 else ""
        yield TableView(
            "grid", title, () if number else opens, note, table.labels, piece, (), widths, aligned
        )


def _joined(pieces: tuple[tuple[Row, ...], ...], joins: Joins) -> list[tuple[Row, ...]]:
    first, *others = pieces
    joined = [first]
    for piece in others:
        if joins.next_is_joined():
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _pieces(rows: tuple[Row, ...], widths: tuple[float, ...], lines: int) -> tuple[tuple[Row, ...], ...]:
    """As few as need be and about equally high; none of more than so many lines, unless a single row is."""
    heights = [count_lines(row, widths) for row in rows]
    target = ceil(sum(heights) / ceil(sum(heights) / lines))
    pieces: list[list[Row]] = [[]]
    filled = 0
    for row, height in zip(rows, heights, strict=True):
        if pieces[-1] and filled + height > target:
            pieces.append([])
            filled = 0
        pieces[-1].append(row)
        filled += height
    return tuple(tuple(piece) for piece in pieces)


def _lines(labels: Row, row: Row) -> tuple[tuple[Pair, ...], ...]:
    """Two pairs a line, a long value and an odd last one alone."""
    lines: list[tuple[Pair, ...]] = []
    waiting: tuple[Pair, ...] = ()
    for label, cell in zip(labels, row, strict=True):
        pair = (label, cell)
        if measure(cell) > LONG_VALUE:
            lines.extend(line for line in (waiting, (pair,)) if line)
            waiting = ()
        elif waiting:
            lines.append((*waiting, pair))
            waiting = ()
        else:
            waiting = (pair,)
    return (*lines, waiting) if waiting else tuple(lines)


def _values(pairs: tuple[Pair, ...]) -> tuple[Row, tuple[float, ...]]:
    """The values of a line of pairs, and the width each of them has."""
    width = PAIR_WIDTH if len(pairs) == 2 else WHOLE_WIDTH
    return tuple(cell for _, cell in pairs), (width,) * len(pairs)


def _common(one: Row, other: Row) -> int:
    """How many levels two groups share from the top."""
    count = 0
    for ours, theirs in zip(one, other, strict=False):
        if ours != theirs:
            break
        count += 1
    return count
