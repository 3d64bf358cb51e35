"""Letterheads, templates and documents that were made."""

from __future__ import annotations

import uuid

from django.db import models


class DocumentLetterhead(models.Model):
    """The head of an institution's letters as somebody set it; the newest one holds, older ones tell how it was.

    ``content``: ``lines``, ``place``, ``number_pattern`` and ``official`` (``office``, ``name``, ``acting``, ``rank``, ``nip``).
    """

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)
    logo = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)


class DocumentTemplate(models.Model):
    """An institution's own docx template of a kind of document; the newest one holds. Without ``file`` the shipped one
    holds again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "kind", "-id"], name="document_template_newest")]


class GeneratedDocument(models.Model):
    """A document that somebody asked for: of what (``subject``, such as the code of a release), how, and the file once it is
    made. It shows what its owner may see, so that only the owner reads it."""

    FORMATS = [("docx", "docx"), ("pdf", "PDF")]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey("kernel.User", on_delete=models.CASCADE, null=True, related_name="+")
    job = models.ForeignKey("kernel.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=300)
    format = models.CharField(max_length=4, choices=FORMATS)
    options = models.JSONField(default=dict)
    pages = models.PositiveIntegerField(null=True)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "owner", "-id"], name="generated_document_recent")]

    def __str__(self) -> str:
        return self.title
