"""Reports are stamped by many threads of a worker at once."""

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.report import outlines
from adapters.report.check_mark import draw_check_mark
from adapters.report.fonts import FontSet
from adapters.report.layout import draw_numbers
from tests.adapters.report.printing import MARK

THREADS = 16
WORDS = "示例市居民家庭经济状况核对中心仅供天宁区民政局使用"


@pytest.fixture
def in_turn_all_the_time() -> Iterator[None]:
    """Threads change places so often that whatever is half done is met."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("in_turn_all_the_time")
def test_a_face_nobody_has_read_yet_is_read_right_by_many_at_once(font_set: FontSet, tmp_path: Path) -> None:
    expected = list(outlines.outlines(WORDS, font_set.body_face))
    unread = Path(shutil.copy(font_set.body_face, tmp_path))

    with ThreadPoolExecutor(THREADS) as pool:
        read = list(pool.map(lambda _: list(outlines.outlines(WORDS, unread)), range(THREADS)))
    outlines._opened(unread).close()

    assert read == [expected] * THREADS


@pytest.mark.usefixtures("in_turn_all_the_time")
def test_numbers_and_codes_are_drawn_right_by_many_at_once(font_set: FontSet) -> None:
    face = font_set.number_face
    expected = [(draw_check_mark(MARK, face), draw_numbers.__wrapped__(pages, face)) for pages in range(1, 9)]

    def drawn(pages: int) -> tuple[bytes, bytes]:
        return draw_check_mark(MARK, face), draw_numbers.__wrapped__(pages, face)

    with ThreadPoolExecutor(THREADS) as pool:
        many = list(pool.map(drawn, [*range(1, 9)] * 4))

    assert many == expected * 4
