"""`hedui holidays …` over a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.configuration.holidays import published_schedule
from web.cli import cli

ROOT = Path(__file__).parents[2]
LAST = max(published_schedule().known)
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faces of the report, made once."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture
def run(tmp_path: Path, fonts: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(ROOT)
    (tmp_path / "fonts").symlink_to(fonts)
    monkeypatch.setenv("HEDUI_DATA_DIR", str(tmp_path))

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["holidays", *arguments])

    return command


def test_loading_tells_the_years_and_a_second_time_that_nothing_has_changed(run: Run) -> None:
    first, second = run("load"), run("load")

    assert first.exit_code == second.exit_code == 0
    assert first.stdout == f"新载入或者有变动的年度：2004—{LAST}\n已知年度：2004—{LAST}\n"
    assert second.stdout == f"新载入或者有变动的年度：无\n已知年度：2004—{LAST}\n"


def test_a_year_is_shown_with_its_free_weekdays_and_worked_weekends(run: Run) -> None:
    run("load")

    shown = run("show", "2026").stdout.splitlines()

    assert shown[:3] == ["2026-01-01 星期四 放假", "2026-01-02 星期五 放假", "2026-01-04 星期日 上班"]
    assert sum(line.endswith("上班") for line in shown) == 6


def test_a_year_that_was_not_loaded_is_refused(run: Run) -> None:
    refused = run("show", "2003")

    assert refused.exit_code != 0
