"""`hedui archive verify` and `hedui report replay`: words, paths, exit status, database or not."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from engine.domain.report import ReportContent
from engine.domain.zip_file import pack, zip_of
from engine.handling.replaying import NotReplayable
from engine.ports import CheckMark, RenderedReport
from tests.case_files import CaseFiles
from tests.engine.handling.packages import newest_package
from tests.engine.handling.test_rechecking import F, closed, recheck
from tests.engine.house import House
from tests.fakes.outside import FakeClock
from web.cli import cli
from web.database import Database
from web.settings import read_settings
from web.wiring import open_notary, open_signer

Run = Callable[..., Result]


class BlankRenderer:
    """A real PDF, so that it can be signed, with nothing on it."""

    def render(self, content: ReportContent, mark: CheckMark, template: str) -> RenderedReport:
        body, blank = io.BytesIO(), pikepdf.new()
        blank.add_blank_page()
        blank.docinfo["/Title"] = content.number  # no two reports are the same file
        blank.save(body)
        return RenderedReport(body.getvalue(), 1)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """On a machine that has no platform yet."""
    monkeypatch.setenv("HEDUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HEDUI_DATABASE_URL", raising=False)
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Iterator[House]:
    """The database, signer and notary that the command finds by its settings."""
    (tmp_path / "data").mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / 'data' / 'hedui.db'}")
    database = Database(engine)
    database.migrate()
    house = House(database, clock=FakeClock(datetime.now(UTC)))
    settings = read_settings({"HEDUI_DATA_DIR": str(tmp_path / "data")})
    own = {"signer": open_signer(settings), "notary": open_notary(settings), "renderer": BlankRenderer()}
    house.platform = replace(house.platform, **own)
    yield house
    engine.dispose()


@pytest.fixture
def package(house_elsewhere: House, tmp_path: Path) -> Path:
    CaseFiles(house_elsewhere).closed()
    path = tmp_path / "case.zip"
    path.write_bytes(newest_package(house_elsewhere))
    return path


@pytest.fixture
def house_elsewhere(sqlite_database: Database) -> House:
    return House(sqlite_database)


def with_file(package: Path, path: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy in which one file is another one."""
    source, target = zipfile.ZipFile(package), package.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, change(source.read(name)) if name == path else source.read(name))
    return target


@pytest.mark.clause("M 6.4 c")
def test_a_whole_package_is_told_so_without_any_database(run: Run, package: Path, tmp_path: Path) -> None:
    result = run("archive", "verify", package)

    assert result.exit_code == 0
    assert f"{package}：完整" in result.output
    assert "没有连接数据库" in result.output
    assert not (tmp_path / "data").exists()  # nothing is created by looking


def test_the_damaged_path_is_named_and_the_others_are_still_examined(run: Run, package: Path) -> None:
    changed = with_file(package, f"report/{F}.pdf", lambda content: content + b"x")

    result = run("archive", "verify", changed, package)

    assert result.exit_code == 1
    assert f"{changed}：不完整" in result.output
    assert f"report/{F}.pdf：内容已被改动" in result.output
    assert f"{package}：完整" in result.output


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\5\6" + bytes(18)])
def test_what_is_no_package_is_told_so(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(content)

    result = run("archive", "verify", path, tmp_path / "missing.zip")

    assert result.exit_code == 1
    assert "不完整" in result.output
    assert "missing.zip：无法读取" in result.output


def test_a_hostile_name_is_shown_harmlessly(run: Run, tmp_path: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("../\x1b[2Jetc/passwd", b"x")
    path = tmp_path / "hostile.zip"
    path.write_bytes(body.getvalue())

    result = run("archive", "verify", path)

    assert result.exit_code == 1
    assert "路径不安全，不得解开" in result.output
    assert "\x1b" not in result.output
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hostile.zip"]


def test_a_hostile_content_writes_no_line_of_its_own(run: Run, tmp_path: Path) -> None:
    closing = pack(json.dumps({"case_no": "1\n  已登记\x1b[2J", "missing": ["\ud800\r"]}).encode())
    row = {"path": "closing_report.json", "size": closing.size, "sha256": closing.digest}
    manifest = pack(json.dumps({"files": [row]}).encode())
    path = tmp_path / "hostile.zip"
    path.write_bytes(zip_of([("closing_report.json", closing), ("manifest.json", manifest)]))

    result = run("archive", "verify", path)

    assert "核对编号 1�  已登记�[2J，" in result.output
    assert not {"\x1b", "\r", "\ud800"} & set(result.output)


def test_at_home_the_register_and_the_anchors_are_asked_as_well(
    run: Run, home: House, tmp_path: Path
) -> None:
    desk = closed(home)
    first = tmp_path / "first.zip"
    first.write_bytes(newest_package(home))
    recheck(desk, F)
    second = tmp_path / "second.zip"
    second.write_bytes(newest_package(home))

    result = run("archive", "verify", first, second)

    assert result.exit_code == 0
    assert result.output.count("已登记，与数据库一致") == 2
    assert result.output.count("另有较新的归档包") == 1
    assert result.output.count("签名有效") == 3


def test_an_anchor_that_is_not_of_this_house_is_told(run: Run, home: House, tmp_path: Path) -> None:
    closed(home)
    path = tmp_path / "first.zip"
    path.write_bytes(newest_package(home))
    (tmp_path / "data" / "keys.json").unlink()  # another house: its keys are made when they are missing

    result = run("archive", "verify", path)

    assert result.exit_code == 1
    assert "个锚点的签名不是本机构的签名" in result.output


def test_a_package_made_anew_with_a_manifest_that_fits_is_not_the_registered_one(
    run: Run, home: House, package: Path
) -> None:
    result = run("archive", "verify", package)

    assert result.exit_code == 1
    assert "数据库没有登记过这个归档包" in result.output


@pytest.mark.clause("M 6.3 a")
def test_a_report_is_computed_again_from_its_package(run: Run, package: Path) -> None:
    result = run("report", "replay", F, "--from", package)

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "一致")


def test_what_has_changed_is_named_with_both_values(run: Run, package: Path) -> None:
    changed = with_file(
        package, "evaluations/1-limits.json", lambda content: content.replace(b'"12"', b'"24"', 1)
    )
    table = with_file(
        package,
        "diagrams/decisions/economic_limits.dmn",
        lambda content: content.replace(b"<text>false</text>", b"<text>true</text>"),
    )

    for path in (changed, table):
        result = run("report", "replay", F, "--from", path)

        assert (result.exit_code, result.output.splitlines()[-1]) == (1, "不一致")
        assert "当地标准" in result.output or "决策表" in result.output


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("case.json", b'"sha256":"', b'"sha256":"\\ud800'),
        ("answers/TY-17-1.json", b'"source":"', b'"source":"\\ud800'),
        ("answers/JR-9-1.json", b'"decimal":"', b'"decimal":"x'),
        ("answers/RS-14-1.json", b'"decimal":"', b'"decimal":"1E+400000'),
    ],
)
def test_made_up_texts_in_a_package_end_in_an_answer(
    run: Run, package: Path, path: str, old: bytes, new: bytes
) -> None:
    whole = zipfile.ZipFile(package).read(path)
    changed = with_file(package, path, lambda content: content.replace(old, new))

    result = run("report", "replay", F, "--from", changed)

    assert old in whole
    assert isinstance(result.exception, SystemExit | NotReplayable)


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_a_file_that_is_no_package_cannot_be_computed(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(content)

    result = run("report", "replay", F, "--from", path)

    assert result.exit_code == 1
    assert "不是归档包" in result.output
