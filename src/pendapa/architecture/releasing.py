"""The verb that freezes the architecture: a release (*rilis*), set by a decree."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture.models import Element, Relation, Release, ReleaseItem
from pendapa.architecture.permissions import RELEASE
from pendapa.architecture.queries.moments import TYPES, revisions
from pendapa.architecture.rules.moments import NOW, moment
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution


@transaction.atomic
def create_release(
    actor: Actor,
    institution: Institution,
    *,
    code: str,
    name: str = "",
    decree_number: str = "",
    decree_date: date | None = None,
    note: str = "",
) -> Release:
    """Freeze all elements and relations as they stand. Raises :class:`Refused` for a bad or taken code, or an empty register.

    The items name the current revisions: nothing is copied, and nobody can change a revision. ``digest`` is the sha256 over
    their salted digests in the order of their uids, so that a changed annex shows.
    """
    actor.require(RELEASE, institution)
    hold(institution)
    code = _code(institution, code)
    found = Release.objects.create(
        institution=institution,
        code=code,
        name=" ".join(name.split())[:200] or code,
        decree_number=" ".join(decree_number.split())[:120],
        decree_date=decree_date,
        note=note.strip(),
        author=actor.user,
        author_name=actor.name,
        created_at=timezone.now(),
        counts=_counts(institution),
    )
    for recorded_type in TYPES:
        _freeze(found, recorded_type)
    if not found.items.exists():
        raise Refused(_("There is nothing to freeze: the register is empty."))
    found.digest = digest(found)
    found.save(update_fields=["digest"])
    bus.emit("release.created", release_id=found.pk)
    return found


def _code(institution: Institution, code: str) -> str:
    code = " ".join(code.split())
    if not re.fullmatch(r"[\w][\w./ -]{0,39}", code):
        raise Refused(
            _(
                "“%(code)s” cannot be the code of a release. Accepted: 1 to 40 letters, digits, . / - and spaces, e.g. 2026."
            )
            % {"code": code[:60]},
            "code",
        )
    read = moment(code)
    if read is None or read.kind != "release" or read.code != code:
        raise Refused(
            _("“%(code)s” already means a date or a plan; choose another code.") % {"code": code}, "code"
        )
    if Release.objects.filter(institution=institution, code=code).exists():
        raise Refused(_("There is a release “%(code)s” already.") % {"code": code}, "code")
    return code


def _counts(institution: Institution) -> dict[str, int]:
    live = Element.objects.filter(institution=institution, deleted_at=None).order_by()
    counts = dict(live.values_list("domain").annotate(n=Count("pk")))
    counts["relations"] = Relation.objects.filter(institution=institution, deleted_at=None).count()
    return counts


def _freeze(found: Release, recorded_type: str) -> None:
    """One statement: the current revisions become the items."""
    current = revisions(found.institution, NOW, recorded_type).order_by()
    wanted = current.values_list("target_type", "target_uid", "pk")
    sql, params = wanted.query.sql_with_params()
    table = connection.ops.quote_name(ReleaseItem._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (release_id, target_type, target_uid, revision_id) "  # noqa: S608  our own names
            f"SELECT {int(found.pk)}, picked.* FROM ({sql}) AS picked",
            params,
        )


def digest(found: Release) -> str:
    """The digest of a release's items as they are now: the same as its own while nobody tampered with them."""
    chain = hashlib.sha256()
    rows = found.items.order_by("target_uid").values_list("target_uid", "revision__digest")
    # As the database gives them: hundreds of thousands of uids need no object each.
    with connection.chunked_cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        while some := cursor.fetchmany(5000):
            chain.update("".join(f"{_dashed(uid)}|{own}\n" for uid, own in some).encode())
    return chain.hexdigest()


def _dashed(uid: UUID | str) -> str:
    """An uid in its usual letters; a database that knows no uids keeps them as 32."""
    text = str(uid)
    if len(text) > 32:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
