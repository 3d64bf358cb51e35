"""Make institutions, units' keys and administrators."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.review.rules import DEFAULT
from pendapa.kernel.tenancy.models import Institution, User


def hold(institution: Institution) -> None:
    """Queue up behind whoever writes in this institution; free again when the transaction ends.

    Call it first in the transaction, before what is read to be checked, and before any other lock. "No key": rows that
    point to the institution hold its key, and their writers would else wait for each other for ever.
    """
    Institution.objects.select_for_update(no_key=True).filter(pk=institution.pk).values_list("pk").first()


@transaction.atomic
def create_institution(code: str, name: str, kind: str, *, is_demo: bool = False) -> Institution:
    """A new tenant, whose OPD propose and are reviewed. Raises :class:`Refused` for a bad or taken code."""
    code, name = code.strip(), " ".join(name.split())
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", code):
        raise Refused(
            f"'{code}' cannot be a code. Accepted: 1 to 40 letters, digits, dots, hyphens; e.g. KAB-CONTOH."
        )
    if not name:
        raise Refused("The name is empty.")
    taken = Institution.objects.filter(code__iexact=code).first()
    if taken:
        raise Refused(f"There is already an institution with the code '{taken.code}': {taken.name}.")
    settings = {"review": {"steps": list(DEFAULT), "secretariat": False}}
    return Institution.objects.create(code=code, name=name, kind=kind, is_demo=is_demo, settings=settings)


@transaction.atomic
def create_admin(username: str, name: str, password: str) -> User:
    """An administrator of the installation; an existing one gets the new password."""
    username = User.normalise(username)
    user = User.objects.filter(username=username).first() or User(username=username, name=name)
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages)) from fault
    user.is_platform_admin, user.is_active = True, True
    user.set_password(password)
    user.save()
    return user
