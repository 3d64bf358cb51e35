"""The first officer of an institution: somebody must be able to give the first role."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Assignment, Institution

LEADING = "diskominfo"


def unled(user: Any) -> list[Institution]:
    """Institutions without a secretariat today, for an administrator of the installation; nothing for others."""
    if not user.is_platform_admin:
        return []
    return list(Institution.objects.exclude(pk__in=_led().values("institution")).order_by("code")[:50])


def any_institution() -> bool:
    """Whether the installation has one at all."""
    return Institution.objects.exists()


def _led() -> Any:
    today = timezone.localdate()
    return Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        role=LEADING,
        accepted_at__isnull=False,
        user__is_active=True,
    )


@transaction.atomic
def take_charge(user: Any, code: str) -> Institution:
    """Give an administrator the secretariat's role where nobody holds it; :class:`NotFound` otherwise.

    Once somebody leads, an administrator has no way in: the role is then given by those who hold it.
    """
    here = Institution.objects.filter(code__iexact=code).first()
    if here is None or not user.is_platform_admin:
        raise NotFound
    hold(here)
    if _led().filter(institution=here).exists():
        raise NotFound
    Assignment.objects.update_or_create(
        user=user,
        institution=here,
        role=LEADING,
        unit=None,
        defaults={"valid_from": None, "valid_to": None, "accepted_at": timezone.now()},
    )
    bus.emit("people.assigned", institution_id=here.pk, user_id=user.pk)
    return here
