"""Institutions, their units, people and the roles people hold.

An institution (*instansi*: a kabupaten, kota, provinsi …) is the tenant: nothing is shared between two of them.
A unit (*unit kerja*; at the top an OPD, *organisasi perangkat daerah*) has a place in one tree.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tables.names import unit_key


class Institution(models.Model):
    """A tenant. ``code`` stands in every address; ``settings`` holds what the institution chose for itself."""

    KINDS = [
        ("kabupaten", _("Regency")),
        ("kota", _("City")),
        ("provinsi", _("Province")),
        ("kementerian", _("Ministry")),
        ("lembaga", _("Agency")),
    ]

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS, default="kabupaten")
    is_demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Unit(Recorded):
    """A work unit. ``path`` is ``/12/40/`` (own id last): a subtree is a prefix. ``name_key`` is the matching key."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, db_index=True)
    short_name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    path = models.CharField(max_length=400, blank=True, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    recorded_type: ClassVar[str] = "unit"
    recorded_fields: ClassVar[tuple[str, ...]] = (
        "parent",
        "code",
        "name",
        "short_name",
        "kind",
        "valid_from",
        "valid_to",
    )
    derived_fields: ClassVar[tuple[str, ...]] = ("name_key",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code"], condition=Q(deleted_at=None), name="unit_code_once"
            ),
        ]
        indexes = [models.Index(fields=["institution", "name", "id"], name="unit_by_name")]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.name_key = unit_key(self.name, institution_names(self.institution))[:300]


def institution_names(institution: Institution) -> tuple[str, ...]:
    """The names by which an institution may stand at the end of a unit's name."""
    return (institution.name, *institution.settings.get("other_names", ()))


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, name: str, password: str | None = None, **extra: object) -> User:
        user = self.model(username=self.model.normalise(username), name=name, **extra)
        user.set_password(password)  # None makes the password unusable until a one-time link sets it
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=self.model.normalise(username or ""))


class User(AbstractBaseUser):
    """A person who signs in with an office e-mail or NIP. ``is_platform_admin`` runs the installation, not an OPD."""

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_platform_admin = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def normalise(username: str) -> str:
        """Names for signing in are compared without case and outer spaces."""
        return username.strip().lower()


class Assignment(models.Model):
    """A role (*peran*) a person holds, with its scope and dates; ``acting`` for Pj., Pjs., Plt.

    Without ``accepted_at`` it grants nothing yet: an account that another institution made may be in other hands than
    those it was meant for, so its owner accepts the role by a link that this institution hands over.
    """

    ROLES = [
        ("operator", _("OPD operator")),
        ("head", _("OPD head")),
        ("diskominfo", _("SPBE secretariat (Diskominfo)")),
        ("sekda", _("Regional secretary or leader")),
        ("verifier", _("Verifier (organisation bureau)")),
        ("assessor", _("Assessor")),
    ]
    UNIT_ROLES: ClassVar[frozenset[str]] = frozenset({"operator", "head"})

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    role = models.CharField(max_length=20, choices=ROLES)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    acting = models.BooleanField(default=False)
    accepted_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    taken_over_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="handed_over_to"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(role__in=["operator", "head"]) & Q(unit__isnull=False))
                | (~Q(role__in=["operator", "head"]) & Q(unit__isnull=True)),
                name="assignment_scope_fits_role",
            ),
            models.UniqueConstraint(
                fields=["user", "institution", "unit", "role"],
                condition=Q(unit__isnull=False),
                name="assignment_once_in_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "institution", "role"],
                condition=Q(unit__isnull=True),
                name="assignment_once_in_institution",
            ),
        ]
