"""Keys with which programs act for a person, and the answers they may ask for twice."""

from __future__ import annotations

import uuid

from django.db import models


class ApiToken(models.Model):
    """A key (*kunci API*) of a person in one institution. Only its digest is kept; ``prefix`` tells keys apart.

    ``scopes`` are permissions; the key can never do more than its owner may today.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class IdempotencyKey(models.Model):
    """The answer to a request that a program may send again with the same ``Idempotency-Key``."""

    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)  # digest of method, address and body
    status = models.PositiveSmallIntegerField(default=0)  # 0 while the first request is still at work
    body = models.BinaryField(default=bytes)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_once")]
