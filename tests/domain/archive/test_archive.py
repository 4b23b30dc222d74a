"""The archive package: closing report, manifest, damage."""

import io
import json
import zipfile

import pytest

from engine.domain.archive import ClosingReport, build_package, find_damage

CLOSING = ClosingReport(
    category="最低生活保障",
    number="第32040020261100001aaf1号",
    case_no="320400202611210000001",
    commission_no="WT-1",
    received_at="2026-11-21 09:00:00",
    issued_at="2026-11-21 09:05:00",
    receipt_at="2026-11-21 09:06:00",
    retention="永久",
)
FILES = {"commission/1.json": b"{}", "report/r.pdf": b"%PDF-"}


def rewritten(package: bytes, path: str, content: bytes | None) -> bytes:
    """The package with one file changed, added or (None) taken out."""
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    contents = {name: source.read(name) for name in source.namelist()} | {path: content}
    with zipfile.ZipFile(target, "w") as copy:
        for name, body in contents.items():
            if body is not None:
                copy.writestr(name, body)
    return target.getvalue()


@pytest.mark.clause("J 6.3.2")
def test_the_closing_report_states_category_number_time_and_retention() -> None:
    with zipfile.ZipFile(io.BytesIO(build_package(CLOSING, FILES))) as package:
        text = package.read("办结报告.txt").decode()
        data = json.loads(package.read("closing_report.json"))

    assert "事项类别：最低生活保障" in text
    assert "编号：第32040020261100001aaf1号" in text
    assert "办结时间：2026-11-21 09:06:00" in text
    assert "保管期限：永久" in text
    assert data["retention"] == "永久"


@pytest.mark.clause("J 6.3.1", "M 6.4 c")
def test_the_manifest_lists_every_file_with_its_digest() -> None:
    package = build_package(CLOSING, FILES)

    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        listed = {row["path"] for row in json.loads(archive.read("manifest.json"))["files"]}

    assert listed == {*FILES, "办结报告.txt", "closing_report.json", "说明.txt"}
    assert find_damage(package) == ()


def test_the_same_case_gives_the_same_bytes() -> None:
    assert build_package(CLOSING, FILES) == build_package(CLOSING, dict(reversed(FILES.items())))


@pytest.mark.parametrize(
    ("path", "content"),
    [("report/r.pdf", b"%PDF+"), ("report/r.pdf", None), ("stranger.txt", b"?")],
)
def test_a_changed_missing_or_foreign_file_is_found(path: str, content: bytes | None) -> None:
    package = rewritten(build_package(CLOSING, FILES), path, content)

    assert find_damage(package) == (path,)


@pytest.mark.parametrize(
    "package", [b"", b"not a zip", rewritten(build_package(CLOSING, {}), "manifest.json", None)]
)
def test_what_is_no_package_is_damaged(package: bytes) -> None:
    assert find_damage(package) == ("manifest.json",)
