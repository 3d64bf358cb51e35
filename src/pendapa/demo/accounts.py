"""The accounts of the demo: roles, not persons, with one password that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "pendapa-contoh"  # noqa: S105  public on purpose: `serve` refuses it on any address but loopback
CODE = "contoh"


@dataclass(frozen=True)
class Account:
    """Somebody who signs in. ``role`` is empty for the administrator of the installation; ``unit`` is a code of the OPD list."""

    username: str
    name: str
    role: str = ""
    unit: str = ""


ACCOUNTS = (
    Account("diskominfo@contoh.example", "Diskominfo (walidata)", "diskominfo"),
    Account("operator.dinkes@contoh.example", "Operator Dinas Kesehatan", "operator", "1.02"),
    Account("kepala.dinkes@contoh.example", "Kepala Dinas Kesehatan", "head", "1.02"),
    Account("operator.dukcapil@contoh.example", "Operator Dukcapil", "operator", "2.05"),
    Account("kepala.dukcapil@contoh.example", "Kepala Dukcapil", "head", "2.05"),
    Account("kepala.diskominfo@contoh.example", "Kepala Diskominfo", "head", "2.08"),
    Account("sekda@contoh.example", "Sekretaris Daerah", "sekda"),
    Account("bagian.organisasi@contoh.example", "Bagian Organisasi", "verifier"),
    Account("asesor@contoh.example", "Asesor internal", "assessor"),
    Account("admin@contoh.example", "Pengelola Pendapa"),
)


def demo_passwords_live() -> bool:
    """Whether anybody can sign in with the public password: a demo account that is not switched off. One cheap query."""
    from pendapa.kernel.tenancy.models import User

    return User.objects.filter(is_demo=True, is_active=True).exists()


def greeting() -> list[str]:
    """What ``serve`` tells below its address: the demo accounts, or on an empty home what to do next."""
    from pendapa.kernel.tenancy.models import Institution, User

    if demo_passwords_live():
        width = max(len(account.username) for account in ACCOUNTS)
        live = set(User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
        shown = [f"  {a.username:<{width}}  {a.name}" for a in ACCOUNTS if a.username in live]
        return [f"Demo data (invented). Sign in with the password {PASSWORD} as one of:", *shown]
    if not Institution.objects.exists():
        return [
            "This home is empty. Next, in another terminal with the same PENDAPA_HOME:",
            '  pendapa institution create CODE "NAME"   your institution',
            "  pendapa createadmin E-MAIL               the first account",
            "Or look around first: pendapa demo (in a home of its own).",
        ]
    return []
