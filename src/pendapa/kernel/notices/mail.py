"""Digests by e-mail: sent where the operator named a mail server (or a folder, for trying out), else not offered at all.

``PENDAPA_EMAIL_HOST``, ``_PORT``, ``_USER``, ``_PASSWORD``, ``_TLS`` (``starttls``, ``ssl`` or ``none``), ``_FROM``;
``PENDAPA_EMAIL_FOLDER`` writes each message into a file instead. Read when asked, from the environment alone.
"""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from pendapa.kernel.notices import words
from pendapa.kernel.notices.models import Notice
from pendapa.kernel.tenancy.models import User

SECONDS = 10
SHOWN = 50
"""So many things a message names; the rest stand in Pendapa."""


def available() -> bool:
    """Did the operator name a way for e-mail?"""
    return bool(os.environ.get("PENDAPA_EMAIL_HOST") or os.environ.get("PENDAPA_EMAIL_FOLDER"))


def address(user: User) -> str:
    """Where a person gets e-mail: the address of the account, or the name to sign in where that is one. Invented people of a demo
    get none."""
    if user.is_demo:
        return ""
    return user.email or (user.username if "@" in user.username else "")


def base() -> str:
    """The address under which people reach this installation, without a slash at the end; empty where nobody told it."""
    return settings.CSRF_TRUSTED_ORIGINS[0].rstrip("/") if settings.CSRF_TRUSTED_ORIGINS else ""


def connection() -> BaseEmailBackend:
    """The way out."""
    folder = os.environ.get("PENDAPA_EMAIL_FOLDER")
    if folder:
        return get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    tls = os.environ.get("PENDAPA_EMAIL_TLS", "starttls")
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=os.environ.get("PENDAPA_EMAIL_HOST", ""),
        port=int(os.environ.get("PENDAPA_EMAIL_PORT") or {"ssl": 465, "none": 25}.get(tls, 587)),
        username=os.environ.get("PENDAPA_EMAIL_USER", ""),
        password=os.environ.get("PENDAPA_EMAIL_PASSWORD", ""),
        use_tls=tls == "starttls",
        use_ssl=tls == "ssl",
        timeout=SECONDS,
    )


def send(notice: Notice, items: list[dict[str, Any]]) -> None:
    """Send one digest, in the language of the installation. Raises what the mail server answers with."""
    with override(settings.LANGUAGE_CODE):
        lines = words.lines(items, notice.day)
        home = base()
        inbox = reverse("notices:mine", args=[notice.institution.code])
        facts = {
            "institution": notice.institution,
            "user": notice.user,
            "lines": lines[:SHOWN],
            "more": max(0, len(lines) - SHOWN),
            "base": home,
            "link": f"{home}{inbox}" if home else "",
        }
        message = EmailMultiAlternatives(
            subject=f"[Pendapa] {words.subject(items, notice.day)}",
            body=render_to_string("notices/mail.txt", facts),
            from_email=os.environ.get("PENDAPA_EMAIL_FROM", "pendapa@localhost"),
            to=[address(notice.user)],
            connection=connection(),
        )
        message.attach_alternative(render_to_string("notices/mail.html", facts), "text/html")
    message.send()
