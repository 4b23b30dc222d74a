"""`hedui keys …` and `hedui audit …` over a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from web.cli import cli
from web.environment import SettingError
from web.settings import read_settings
from web.wiring import open_keys

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faces of the report, made once for all tests."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture
def run(tmp_path: Path, fonts: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A platform with one unit, so that there is a sealed value and an audit event."""
    monkeypatch.chdir(ROOT)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fonts").symlink_to(fonts)
    monkeypatch.setenv("HEDUI_DATA_DIR", str(tmp_path / "data"))

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    unit = ("--code", "320402001", "--name", "甲区民政局", "--callback-url", "https://unit.invalid/callbacks")
    assert command("unit", "add", *unit, "--secrets-file", str(tmp_path / "unit.env")).exit_code == 0
    return command


def tamper(tmp_path: Path, *statements: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/data/hedui.db")
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_rotation_and_a_resealing_are_told_and_on_record(run: Run, tmp_path: Path) -> None:
    before = run("keys", "show").output

    rotated = run("keys", "rotate", "--who", "U001")
    resealed = run("keys", "reseal", "--who", "U001")

    shown = run("keys", "show").output
    assert rotated.exit_code == resealed.exit_code == 0
    assert (before.count("加密"), shown.count("加密")) == (1, 2)
    assert "commissioning_unit.token_secret: 共 1，重新加密 1，无法打开 0" in resealed.output
    engine = create_engine(f"sqlite:///{tmp_path}/data/hedui.db")
    with engine.connect() as connection:
        actions = connection.execute(text("SELECT actor, action FROM audit_event ORDER BY id")).all()
    engine.dispose()
    assert actions[1:] == [("U001", "key_rotated"), ("U001", "values_resealed")]


def test_values_that_cannot_be_opened_end_the_resealing_with_one(run: Run, tmp_path: Path) -> None:
    run("keys", "rotate", "--who", "U001")
    tamper(tmp_path, "UPDATE commissioning_unit SET token_secret = callback_secret")

    resealed = run("keys", "reseal", "--who", "U001")

    assert resealed.exit_code == 1
    assert "commissioning_unit.token_secret: 共 1，重新加密 0，无法打开 1" in resealed.output


def test_a_new_signing_key_is_told_and_the_log_signed_before_it_stays_sound(run: Run) -> None:
    run("audit", "anchor")

    rotated = run("keys", "rotate", "--kind", "signing", "--who", "U001")

    shown = run("keys", "show").output
    run("audit", "anchor")
    assert "旧锚点仍用旧公钥验证" in rotated.output
    assert (shown.count("只用于验证"), shown.count("签名")) == (1, 2)
    assert run("audit", "verify").output == "已检查 2 条记录，2 个锚点\n完好\n"


def test_earlier_index_keys_are_kept_until_a_run_finds_nothing_left_to_do(run: Run, tmp_path: Path) -> None:
    run("keys", "rotate", "--kind", "index", "--who", "U001")
    shown = run("keys", "show").output

    forgotten = run("keys", "reindex", "--forget", "--who", "U001")

    assert "另有 1 个旧的仍用于查找" in shown
    assert (forgotten.exit_code, forgotten.output) == (0, "案件 0，重新索引 0，无法打开 0\n")
    assert "旧的" not in run("keys", "show").output
    engine = create_engine(f"sqlite:///{tmp_path}/data/hedui.db")
    with engine.connect() as connection:
        actions = connection.execute(text("SELECT actor, action, facts FROM audit_event ORDER BY id")).all()
    engine.dispose()
    assert [(actor, action) for actor, action, _ in actions[1:]] == [
        ("U001", "key_rotated"),
        ("U001", "persons_reindexed"),
    ]


def test_a_log_nobody_touched_is_sound(run: Run) -> None:
    assert "已签名，新写出锚点 1 个" in run("audit", "anchor").output

    verified = run("audit", "verify")

    assert (verified.exit_code, verified.output) == (0, "已检查 1 条记录，1 个锚点\n完好\n")


def test_without_anchors_the_limit_of_the_examination_is_told(run: Run) -> None:
    assert "没有锚点" in run("audit", "verify").output


@pytest.mark.clause("M 5.1 c")
def test_the_first_bad_place_is_told_in_words(run: Run, tmp_path: Path) -> None:
    run("audit", "anchor")
    tamper(tmp_path, "DROP TRIGGER audit_event_no_update", "UPDATE audit_event SET actor = 'somebody'")

    verified = run("audit", "verify")

    assert verified.exit_code == 1
    assert "第 1 条，记录号 1：日志记录的内容已被改动" in verified.output


def test_copies_kept_by_units_show_a_log_that_was_cut_off(run: Run, tmp_path: Path) -> None:
    run("audit", "anchor")
    ours = tmp_path / "data" / "anchors" / "anchors.jsonl"
    of_a_unit = tmp_path / "unit.jsonl"
    of_a_unit.write_bytes(ours.read_bytes())
    ours.unlink()
    tables = ("audit_anchor", "audit_link", "audit_event")
    tamper(tmp_path, *(f"DROP TRIGGER {table}_no_delete" for table in tables))
    tamper(tmp_path, *(f"DELETE FROM {table}" for table in tables))

    assert run("audit", "verify").exit_code == 0
    verified = run("audit", "verify", "--anchors", str(of_a_unit))

    assert verified.exit_code == 1
    assert "日志尾部被删除" in verified.output


def test_a_file_that_holds_no_anchors_is_refused(run: Run, tmp_path: Path) -> None:
    strange = tmp_path / "strange.jsonl"
    strange.write_text("not an anchor\n")

    assert run("audit", "verify", "--anchors", str(strange)).exit_code == 2


def test_a_key_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    settings = read_settings(
        {"HEDUI_KEYS_FILE": str(tmp_path / "none.json"), "HEDUI_DATA_DIR": str(tmp_path)}
    )

    with pytest.raises(SettingError, match=r"HEDUI_KEYS_FILE: .*none\.json cannot be read"):
        open_keys(settings)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("cipher", "index"), [("aes-256-gcm", "sha-256"), ("sm4-gcm", "sm3")])
def test_the_first_start_makes_keys_that_fit_the_cipher(tmp_path: Path, cipher: str, index: str) -> None:
    settings = read_settings({"HEDUI_CIPHER": cipher, "HEDUI_DATA_DIR": str(tmp_path / "data")})

    assert open_keys(settings).read().index_hash == index
