"""The command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from adapters.vault.ciphers import CipherName
from adapters.vault.key_file import KeyFile
from adapters.vault.vault import KeyVault
from engine.store.units import TOKEN_SECRET, CommissioningUnit
from web import cli as command_line
from web.cli import cli, main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HEDUI_DATA_DIR", str(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def test_a_unit_gets_keys_of_its_own_in_a_private_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    secrets_file = tmp_path / "unit.env"

    result = run(
        *("unit", "add", "--code", "320402001", "--name", "甲区民政局"),
        *("--callback-url", "https://unit.invalid/callbacks", "--secrets-file", str(secrets_file)),
    )

    assert result.exit_code == 0
    assert secrets_file.stat().st_mode & 0o777 == 0o600
    with Session(create_engine(f"sqlite:///{tmp_path}/data/hedui.db")) as session:
        unit = session.scalars(select(CommissioningUnit)).one()
    told = dict(line.split("=", 1) for line in secrets_file.read_text().splitlines())
    vault = KeyVault(KeyFile(tmp_path / "data" / "keys.json"), CipherName.AES_256_GCM)
    assert TOKEN_SECRET.open(vault, unit).decode() == told["TOKEN_SECRET"]
    assert told["TOKEN_SECRET"] not in result.output
    assert told["TOKEN_SECRET"].encode() not in (tmp_path / "data" / "hedui.db").read_bytes()


def test_nothing_waits_on_an_empty_database(run) -> None:  # type: ignore[no-untyped-def]
    assert run("waiting").output == ""


def test_an_incident_that_is_not_there_cannot_be_retried(  # type: ignore[no-untyped-def]
    run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["hedui", "retry", "work", "7", "--who", "U001"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "没有找到" in capsys.readouterr().err


def test_a_wrong_setting_ends_the_start_with_its_name(  # type: ignore[no-untyped-def]
    run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEDUI_REGION_CODE", "x")
    monkeypatch.setattr("sys.argv", ["hedui", "migrate"])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert ended.value.code == 2
    assert "HEDUI_REGION_CODE" in capsys.readouterr().err


def test_the_shipped_diagrams_pass_the_check(run) -> None:  # type: ignore[no-untyped-def]
    result = run("check", "processes")

    assert (result.exit_code, result.output.strip()) == (0, "19 个文件，0 处问题")


def test_a_wrong_diagram_is_told_with_element_fault_and_remedy(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shipped = (ROOT / "processes" / "automatic_handling.bpmn").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.bpmn"
    wrong.write_text(shipped.replace('calledElement="issue_report"', 'calledElement="nowhere"'))

    result = run("check", "--json", str(wrong), "processes/shared", "processes/decisions")

    findings = json.loads(result.output)
    assert result.exit_code == 1
    assert {finding["file"] for finding in findings} == {str(wrong)}
    assert any(finding["element_id"] == "call_issue_report" for finding in findings)
    assert all(finding["message"] and finding["remedy"] for finding in findings)


@pytest.mark.clause("M 1", "J 1-2")
def test_the_clauses_are_counted(run) -> None:  # type: ignore[no-untyped-def]
    result = run("standards")

    assert result.exit_code == 0
    assert "proved" in result.output
