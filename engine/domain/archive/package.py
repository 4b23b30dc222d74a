"""Put a package together: the files of the case, the closing report, a guide and the digests of them all."""

import json
from collections.abc import Mapping
from dataclasses import asdict

from engine.domain.archive.closing import ClosingReport
from engine.domain.archive.guide import GUIDE, GUIDE_FILE
from engine.domain.archive.manifest import MANIFEST, SUMS, Listed, write_manifest, write_sums
from engine.domain.zip_file import Packed, pack, zip_of

CLOSING_REPORT = "办结报告.txt"
_GUIDE = pack(GUIDE.encode())


def build_package(closing: ClosingReport, files: Mapping[str, bytes | Packed]) -> bytes:
    """The same content gives the same bytes. The manifest lists all but itself and SHA256SUMS, which lists
    all but itself."""
    contents = {
        **files,
        CLOSING_REPORT: closing.text().encode(),
        GUIDE_FILE: _GUIDE,
        "closing_report.json": _json(asdict(closing)),
    }
    packed = [(path, _packed(content)) for path, content in sorted(contents.items())]
    manifest = pack(write_manifest(Listed(path, file.size, file.digest) for path, file in packed))
    packed.append((MANIFEST, manifest))
    sums = pack(write_sums((path, file.digest) for path, file in packed))
    return zip_of([*packed, (SUMS, sums)])


def _packed(content: bytes | Packed) -> Packed:
    return content if isinstance(content, Packed) else pack(content)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode()
