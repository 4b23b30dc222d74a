"""The archive package (归档) of a case: one ZIP that anybody can read and check without this software."""

from engine.domain.archive.closing import ClosingReport
from engine.domain.archive.examination import Damage, Examined, Fault, examine, find_damage
from engine.domain.archive.package import build_package
from engine.domain.archive.reading import PackageUnreadable, data_files_of, file_of_digest

__all__ = [
    "ClosingReport",
    "Damage",
    "Examined",
    "Fault",
    "PackageUnreadable",
    "build_package",
    "data_files_of",
    "examine",
    "file_of_digest",
    "find_damage",
]
