"""The archive package (归档) of a case: its files, the closing report and a manifest of digests."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from engine.domain.zip_file import Packed, pack, zip_of


@dataclass(frozen=True)
class ClosingReport:
    """办结报告 with the four items DB32/T 3319-2017 6.3.2 demands: category, number, time, retention."""

    category: str
    number: str
    case_no: str
    commission_no: str
    received_at: str
    issued_at: str
    receipt_at: str
    retention: str

    def text(self) -> str:
        rows = (
            ("事项类别", self.category),
            ("编号", self.number),
            ("核对编号", self.case_no),
            ("委托编号", self.commission_no),
            ("受理时间", self.received_at),
            ("出具时间", self.issued_at),
            ("办结时间", self.receipt_at),
            ("保管期限", self.retention),
        )
        return "办结报告\n\n" + "".join(f"{label}：{value}\n" for label, value in rows)


def build_package(closing: ClosingReport, files: Mapping[str, bytes | Packed]) -> bytes:
    """A ZIP with manifest.json last: path, size and SHA-256 of every other file."""
    contents = {
        **files,
        "办结报告.txt": closing.text().encode(),
        "closing_report.json": _json(asdict(closing)),
    }
    packed = [(path, _packed(content)) for path, content in sorted(contents.items())]
    return zip_of([*packed, ("manifest.json", pack(_manifest(packed)))])


def _packed(content: bytes | Packed) -> Packed:
    return content if isinstance(content, Packed) else pack(content)


def find_damage(package: bytes) -> tuple[str, ...]:
    """Paths that differ from the manifest, are missing or are not in it; empty when all is well."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            names = set(archive.namelist())
            listed = {
                row["path"]: row["sha256"] for row in json.loads(archive.read("manifest.json"))["files"]
            }
            damaged = {
                path
                for path, digest in listed.items()
                if path not in names or hashlib.sha256(archive.read(path)).hexdigest() != digest
            }
            return tuple(sorted(damaged | (names - set(listed) - {"manifest.json"})))
    except (zipfile.BadZipFile, KeyError, ValueError):
        return ("manifest.json",)


def _manifest(files: Iterable[tuple[str, Packed]]) -> bytes:
    """A line for each. Asked to indent, the library would write it in Python and not in C."""
    rows = [{"path": path, "size": file.size, "sha256": file.digest} for path, file in files]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"files": [\n{lines}\n]}}\n'.encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode()
