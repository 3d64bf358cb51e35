"""Make the index anew where it was written by an older version: after a migration, before anybody asks."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import AppConfig
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from pendapa.kernel.search import index
from pendapa.kernel.search.models import SearchEntry, SearchWord

log = logging.getLogger(__name__)
VERSION = "index:2"
"""Kept among the words of each institution whose index is of this version; no word has a colon. Raise it when texts or
stems are made otherwise."""
CHUNK = 500


def after_migrations(sender: AppConfig, **_facts: Any) -> None:
    """Bring the index of every institution up to date, once for each version. Costs one query where nothing is to do."""
    from pendapa.kernel.tenancy.models import Institution

    if SearchWord._meta.db_table not in connection.introspection.table_names():
        return
    fresh = SearchWord.objects.filter(word=VERSION).values("institution")
    stale = Institution.objects.exclude(pk__in=fresh).order_by("pk")
    executor: MigrationExecutor | None = None
    for pk in list(stale.values_list("pk", flat=True)):
        executor = executor or MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return  # half way: the models of now do not fit yet
        rows = rebuild(pk)
        log.info("The search index of institution %s was made anew: %s things", pk, rows)


@transaction.atomic
def rebuild(institution_id: int) -> int:
    """Write index and words of one institution anew; how many things it holds."""
    from pendapa.kernel.history import actions as history
    from pendapa.kernel.tenancy.actions import hold
    from pendapa.kernel.tenancy.models import Institution

    hold(Institution.objects.get(pk=institution_id))
    SearchEntry.objects.filter(institution=institution_id).delete()
    SearchWord.objects.filter(institution=institution_id).delete()
    count = 0
    for name in history.types():
        known = history.registered(name)
        if known.text is None:
            continue
        live = known.model._default_manager.filter(institution=institution_id, deleted_at=None).order_by("pk")
        last = 0
        while rows := list(live.filter(pk__gt=last)[:CHUNK]):
            last = rows[-1].pk
            models.prefetch_related_objects(rows, *history.references(known.model))
            index.write(name, institution_id, [(row.pk, known.text(row)) for row in rows], fresh=True)
            count += len(rows)
    SearchWord.objects.create(institution_id=institution_id, word=VERSION)
    return count
