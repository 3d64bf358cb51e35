"""What was told to whom, and by which ways a person wants to be told."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One digest (*ringkasan pengingat*) to a person: all that is due, in one message a day and channel.

    ``items`` is a list of ``{"key", "title", "detail", "url", "due", "rung", "why", "who"}``, with ``"sent": true`` once it went out
    by this way; ``send_after`` is the end of the quiet hours.
    """

    CHANNELS = [("page", _("In Pendapa")), ("email", _("E-mail")), ("whatsapp", "WhatsApp")]
    STATES = [
        ("waiting", _("Waits")),
        ("sent", _("Sent")),
        ("failed", _("Failed")),
        ("read", _("Read")),
    ]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    day = models.DateField()
    subject = models.CharField(max_length=300)
    items = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=STATES, default="waiting")
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "user", "channel", "day"], name="notice_one_digest_a_day"
            )
        ]
        indexes = [models.Index(fields=["state", "send_after"], name="notice_to_send")]

    def __str__(self) -> str:
        return self.subject


class Told(models.Model):
    """Which rung of the ladder a due thing has reached for a person, so that it is told once a rung and not each day.

    ``key`` is the room's name of the thing, such as ``action:<uid>``; ``by_hand`` counts the reminders sent by a button. ``due``
    is the day it was due then: put off to another day, it climbs the ladder anew.
    """

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    rung = models.CharField(max_length=20)
    due = models.DateField()
    day = models.DateField()
    by_hand = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "user", "key", "rung", "due"], name="told_once_a_rung"
            )
        ]
        indexes = [models.Index(fields=["institution", "key"], name="told_of_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.rung}"


class Reach(models.Model):
    """By which ways a person wants to be told in an institution; ``phone`` in international form, given by the person."""

    institution = models.ForeignKey("kernel.Institution", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("kernel.User", on_delete=models.CASCADE, related_name="+")
    email = models.BooleanField(default=True)
    whatsapp = models.BooleanField(default=False)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "user"], name="reach_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"
