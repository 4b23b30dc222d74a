"""The list of a package's files with their digests, for programs and for sha256sum."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
LARGEST_MANIFEST = 32 * 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


class ManifestInvalid(ValueError):  # noqa: N818 - says what it is
    """Not a manifest of ours."""


@dataclass(frozen=True)
class Listed:
    path: str
    size: int
    digest: str  # SHA-256


def write_manifest(files: Iterable[Listed]) -> bytes:
    """With one call: asked to indent, the library would write it in Python and not in C."""
    rows = [{"path": file.path, "size": file.size, "sha256": file.digest} for file in files]
    return json.dumps({"files": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def write_sums(files: Iterable[tuple[str, str]]) -> bytes:
    """Path and digest of each, as `sha256sum -c` reads them."""
    return "".join(f"{digest}  {path}\n" for path, digest in files).encode()


def read_manifest(content: bytes) -> tuple[Listed, ...]:
    """Raises ManifestInvalid, whatever the bytes are."""
    try:
        rows = json.loads(content)["files"]
        listed = tuple(_listed(row) for row in rows)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ManifestInvalid("not a manifest") from error
    if len({file.path for file in listed}) < len(listed):
        raise ManifestInvalid("a path twice")
    return listed


def _listed(row: dict[str, object]) -> Listed:
    path, size, digest = row["path"], row["size"], row["sha256"]
    if not isinstance(path, str) or type(size) is not int or size < 0:
        raise ManifestInvalid("a row")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest) or path in (MANIFEST, SUMS):
        raise ManifestInvalid("a row")
    return Listed(path, size, digest)
