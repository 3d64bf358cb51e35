"""What people say to each other about a recorded thing, and whom they call."""

from __future__ import annotations

import uuid

from django.db import models


class Comment(models.Model):
    """A remark (*komentar*) on a recorded thing. ``target_type`` is its recorded type; deleted ones keep their place."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    target_type = models.CharField(max_length=40)
    target_uid = models.UUIDField()
    author = models.ForeignKey("kernel.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["target_uid", "created_at"], name="comment_of_target")]


class Mention(models.Model):
    """A person called by a comment (*sebutan*), until it was read."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]
