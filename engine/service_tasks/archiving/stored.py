"""Files of a case from where they are: the document store, or its packages once working copies are gone."""

from collections.abc import Iterable

from engine.domain.archive import file_of_digest
from engine.ports import DocumentStore, PermanentFailure


class PackageSearch:
    """Opens a package only when a file is not in the store any more. Not inside a transaction."""

    def __init__(self, documents: DocumentStore, packages: Iterable[str]) -> None:
        """`packages` are digests, those to be searched first before the others."""
        self._documents = documents
        self._packages = tuple(packages)

    def content(self, digest: str) -> bytes:
        """Raises TemporaryFailure, and PermanentFailure when it is nowhere."""
        try:
            return self._documents.get(digest)
        except PermanentFailure:
            found = self._in_packages(digest)
            if found is None:
                raise
            return found

    def _in_packages(self, digest: str) -> bytes | None:
        for package in self._packages:
            try:
                found = file_of_digest(self._documents.get(package), digest)
            except PermanentFailure:
                continue
            if found is not None:
                return found
        return None
