"""All tables of the ground floor, gathered for Django; each is described where it lives."""

from pendapa.kernel.events.models import StreamEvent
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history.models import ChangeSet, LedgerEntry, Revision
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.search.models import SearchEntry
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User

__all__ = [
    "Assignment",
    "ChangeSet",
    "ImportBatch",
    "Institution",
    "Job",
    "LedgerEntry",
    "Revision",
    "SearchEntry",
    "StagedRow",
    "StoredFile",
    "StreamEvent",
    "Unit",
    "User",
]
