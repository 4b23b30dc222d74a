"""`hedui account …` over a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from web.cli import cli

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faces of the report, made once for all tests."""
    return tmp_path_factory.mktemp("faces")


@pytest.fixture
def run(tmp_path: Path, faces: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(ROOT)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fonts").symlink_to(faces)
    monkeypatch.setenv("HEDUI_DATA_DIR", str(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(cli, ["account", *arguments])


def test_an_account_begins_with_a_code_that_is_stored_as_a_digest_only(run: Run, tmp_path: Path) -> None:
    added = run("add", "S001", "--post", "督查主任岗", "--who", "T001")

    code = added.output.split()[1][:19]
    engine = create_engine(f"sqlite:///{tmp_path}/data/hedui.db")
    with engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM account")).all())
        told = str(connection.execute(text("SELECT facts FROM audit_event")).all())
    engine.dispose()
    assert added.exit_code == 0
    assert len(code.replace("-", "")) == 16
    assert code not in stored + told
    assert "督查主任岗" in added.output
    assert "已批准" in added.output


def test_once_there_is_a_supervisor_posts_wait_for_one(run: Run) -> None:
    run("add", "S001", "--post", "督查主任岗", "--who", "T001")

    added = run("add", "A001", "--post", "受理岗", "--who", "T001")

    assert "待批准" in added.output
    assert "A001  在用  未启用  -" in run("list").output


def test_posts_are_proposed_with_days_and_ended_at_once(run: Run) -> None:
    run("add", "A001", "--post", "受理岗", "--who", "T001")
    run("add", "A002", "--who", "T001")

    proposed = run(
        *("posts", "A002", "--add", "受理岗", "--stand-in-for", "A001"),
        *("--from", "2026-12-01", "--until", "2026-12-03", "--who", "T001"),
    )
    ended = run("posts", "A001", "--end", "1", "--who", "T001")
    nobody = run("posts", "A001", "--end", "1")

    assert "A002  受理岗（代 A001）  2026-12-01 00:00 至 2026-12-04 00:00" in proposed.output
    assert "长期" not in ended.output
    assert nobody.exit_code == 2


def test_an_account_is_closed_opened_and_begun_anew(run: Run) -> None:
    run("add", "A001", "--who", "T001")

    run("disable", "A001", "--who", "T001")
    closed = run("list").output
    run("enable", "A001", "--who", "T001")
    reset = run("reset", "A001", "--who", "T001")

    assert "A001  停用" in closed
    assert "A001  在用" in run("list").output
    assert reset.output.startswith("一次性代码 ")


def test_lanes_of_a_post_are_replaced(run: Run) -> None:
    assert run("lanes", "前台服务岗", "受理岗", "核对报告岗", "--who", "S001").exit_code == 0
    assert run("lanes", "前台服务岗", "厨房", "--who", "S001").exit_code == 2


@pytest.mark.parametrize("name", ["", "1A", "A 1", "赵甲", "A" * 41, "320402198506150010"])
def test_a_name_that_is_no_staff_number_is_refused(run: Run, name: str) -> None:
    assert run("add", name, "--who", "T001").exit_code == 1
