"""Which letterhead and template hold, and which documents somebody had made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.documents import kinds
from pendapa.kernel.documents.models import DocumentLetterhead, DocumentTemplate, GeneratedDocument
from pendapa.kernel.documents.permissions import TEMPLATES
from pendapa.kernel.documents.rules import PATTERN, Letterhead, Official
from pendapa.kernel.files import store
from pendapa.kernel.tenancy.models import Institution


def letterhead(institution: Institution) -> Letterhead:
    """The letterhead that holds; the bare name of the institution where nobody has set one."""
    kept = letterhead_row(institution)
    if kept is None:
        return Letterhead(lines=(institution.name,))
    facts: dict[str, Any] = kept.content
    official = facts.get("official") or {}
    return Letterhead(
        lines=tuple(facts.get("lines") or ()),
        place=str(facts.get("place") or ""),
        number_pattern=str(facts.get("number_pattern") or PATTERN),
        official=Official(**{key: str(official.get(key) or "") for key in Official.__dataclass_fields__}),
        logo=store.path(kept.logo).read_bytes() if kept.logo else b"",
    )


def letterhead_row(institution: Institution) -> DocumentLetterhead | None:
    """The row of the letterhead that holds, with who set it and when."""
    found = DocumentLetterhead.objects.filter(institution=institution).select_related("logo")
    return found.order_by("-pk").first()


def template(institution: Institution, key: str) -> bytes:
    """The docx template that holds for a kind. Raises :class:`NotFound` for an unknown kind."""
    kind = kinds.find(key)
    if kind is None:
        raise NotFound
    kept = template_row(institution, key)
    return store.path(kept.file).read_bytes() if kept and kept.file else kind.shipped()


def template_row(institution: Institution, key: str) -> DocumentTemplate | None:
    """The newest row of a kind: the institution's own template, or the way back to the shipped one."""
    found = DocumentTemplate.objects.filter(institution=institution, kind=key).select_related("file")
    return found.order_by("-pk").first()


def templates(actor: Actor, institution: Institution) -> list[tuple[kinds.Kind, DocumentTemplate | None]]:
    """Every kind with the institution's own template, or None while the shipped one holds. For the secretariat."""
    actor.require(TEMPLATES, institution)
    newest: dict[str, DocumentTemplate] = {}
    rows = DocumentTemplate.objects.filter(institution=institution).select_related("file").order_by("pk")
    for row in rows:
        newest[row.kind] = row
    owned = {key: row for key, row in newest.items() if row.file}
    return [(kind, owned.get(kind.key)) for kind in kinds.kinds()]


Sight = Callable[[Actor, Institution], str]
_sights: dict[str, Sight] = {}


def shows(kind: str, sight: Sight) -> None:
    """Register what documents of ``kind`` show: ``sight`` gives the same word to whoever sees the same."""
    _sights[kind] = sight


def sight_of(actor: Actor, institution: Institution, kind: str) -> str:
    """The word for what a document of ``kind`` shows the actor today; empty for a kind that tells none."""
    told = _sights.get(kind)
    return told(actor, institution) if told else ""


def documents(actor: Actor, institution: Institution) -> QuerySet[GeneratedDocument]:
    """What the actor had made, newest first. Nobody sees what another one had made: it shows what that one may see. Nor does
    the actor, where the rights have changed since."""
    found = GeneratedDocument.objects.filter(institution=institution).select_related("job", "file")
    if actor.user is None or not actor.belongs(institution):
        return found.none()
    if actor.scopes is not None:  # a key reads what a key with the same rights asked for
        found = found.filter(options__scopes=sorted(actor.scopes))
    for kind in _sights:
        found = found.filter(~Q(kind=kind) | Q(options__sight=sight_of(actor, institution, kind)))
    return found.filter(owner=actor.user).order_by("-pk")


def underway(actor: Actor, institution: Institution) -> list[GeneratedDocument]:
    """The actor's own documents that a job has still to make, by whatever key they were asked for."""
    if actor.user is None or not actor.belongs(institution):
        return []
    found = GeneratedDocument.objects.filter(institution=institution, owner=actor.user)
    return list(found.filter(job__state__in=("waiting", "running")).order_by("pk"))


def document(actor: Actor, institution: Institution, uid: UUID) -> GeneratedDocument:
    """One document of the actor's own. Raises :class:`NotFound`."""
    found = documents(actor, institution).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
