"""One line of text for everything that can be found, written in the same transaction as the thing itself.

SQLite keeps an FTS5 index over this table by triggers, PostgreSQL a GIN index (migration 0002).
"""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """``text`` is normalised (see :func:`pendapa.kernel.search.index.normalise`); ``target`` is the row's own id."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    target_type = models.CharField(max_length=20)
    target = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target_type", "target"], name="search_target_once")]


class SearchWord(models.Model):
    """A word that stands in some indexed text, for finding what was meant by a misspelt one."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "word"], name="search_word_once")]
