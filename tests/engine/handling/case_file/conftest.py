"""Cases of every kind, and their files as somebody reads them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from engine.handling.case_file.reading import CaseFile, read_case_file
from tests.case_files import CaseFiles
from tests.engine.house import House

Reading = Callable[[int], AbstractContextManager[CaseFile]]


@pytest.fixture
def files(house: House) -> CaseFiles:
    return CaseFiles(house)


@pytest.fixture
def reading(house: House) -> Reading:
    @contextmanager
    def read(case_id: int) -> Iterator[CaseFile]:
        with house.database.reading() as session:
            yield read_case_file(session, house.platform, case_id)

    return read
