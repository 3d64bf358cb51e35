"""All tables of the ground floor, gathered for Django; each is described where it lives."""

from pendapa.kernel.calendars.models import Feed, Holiday
from pendapa.kernel.comments.models import Comment, Mention
from pendapa.kernel.documents.models import DocumentLetterhead, DocumentTemplate, GeneratedDocument
from pendapa.kernel.events.models import StreamEvent
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history.models import ChangeItem, ChangeSet, LedgerEntry, Review, Revision
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.notices.models import Notice, Reach, Told
from pendapa.kernel.overlays.models import Overlay
from pendapa.kernel.saved.models import SavedView
from pendapa.kernel.search.models import SearchEntry, SearchWord
from pendapa.kernel.tables.models import HeaderMemory, ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.kernel.tokens.models import ApiToken, IdempotencyKey
from pendapa.kernel.webhooks.models import Delivery, Webhook

__all__ = [
    "ApiToken",
    "Assignment",
    "ChangeItem",
    "ChangeSet",
    "Comment",
    "Delivery",
    "DocumentLetterhead",
    "DocumentTemplate",
    "Feed",
    "GeneratedDocument",
    "HeaderMemory",
    "Holiday",
    "IdempotencyKey",
    "ImportBatch",
    "Institution",
    "Job",
    "LedgerEntry",
    "Mention",
    "Notice",
    "Overlay",
    "Reach",
    "Review",
    "Revision",
    "SavedView",
    "SearchEntry",
    "SearchWord",
    "StagedRow",
    "StoredFile",
    "StreamEvent",
    "Told",
    "Unit",
    "User",
    "Webhook",
]
