"""What goes into the archive package of a case: read in a transaction, written as files outside of any."""

from engine.service_tasks.archiving.data_files import data_files
from engine.service_tasks.archiving.index import Contents, index_page
from engine.service_tasks.archiving.record import CaseRecord, read_record
from engine.service_tasks.archiving.stored import PackageSearch

__all__ = ["CaseRecord", "Contents", "PackageSearch", "data_files", "index_page", "read_record"]
