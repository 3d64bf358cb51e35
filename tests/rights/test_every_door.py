"""An OPD meets nothing of what another OPD keeps to itself, at any door: with the secrets in the house and without them,
every request is answered alike.

What is accepted all the same stands in ``ACCEPTED``, with its reason; such an answer names no secret either.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tenancy.models import Unit
from tests.rights.doors import Answer, Knock, Listener, knocks
from tests.rights.kitchen import FROZEN, RARE, WORD, make_house, world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.first,
    pytest.mark.timeout(900),
]
WHO = ["operator", "assessor", "stranger", "foreigner", "public"]
MARKS = re.compile(f"(?i){WORD}|{RARE}")

TAKEN = re.compile(r"Kode \S+ sudah dipakai, atau pernah diberikan kepada objek lain\.")
MORE = re.compile(r"dan \d+ lagi")
ACCEPTED: dict[str, tuple[re.Pattern[str], str]] = {
    "architecture:new POST": (
        TAKEN,
        "a code is unique in the institution: a taken one is refused, whose it is is not told",
    ),
    "architecture:edit POST": (TAKEN, "the same"),
    "api /api/v1/institutions/{code}/elements POST": (TAKEN, "the same"),
    "api /api/v1/institutions/{code}/elements/bulk PUT": (TAKEN, "the same"),
    "api /api/v1/institutions/{code}/elements/{uid} PATCH": (TAKEN, "the same"),
    "architecture:delete GET": (
        MORE,
        "who deletes the own element is told how many hidden ones hang on it, by number alone",
    ),
    "architecture:delete POST": (MORE, "the same"),
    "api /api/v1/institutions/{code}/elements/{uid} DELETE": (MORE, "the same"),
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("who", WHO)
def test_every_door_answers_as_if_the_secrets_were_not_there(who: str) -> None:
    house = make_house()
    open_ones = {
        str(uid)
        for model in (Element, Relation, ChangeSet, Unit)
        for uid in model._default_manager.values_list("uid", flat=True)
    }
    with world(house, kitchen=True, evidence=who != "assessor") as kitchen:
        known = frozenset(open_ones | kitchen.uids | {FROZEN})
        asked = knocks(house, kitchen)
        told = answers(Listener(house, who, known), asked)
        secrets = kitchen.uids
    with world(house, kitchen=False):
        plain = answers(Listener(house, who, known), list(told))
    faults = [
        f"{knock}\n    {why}" for knock in told if (why := fault(knock, plain[knock], told[knock], secrets))
    ]
    assert len(told) > 500
    assert not faults, f"{len(faults)} of {len(told)} answers tell of the secrets:\n" + "\n".join(faults)


def answers(listener: Listener, asked: list[Knock]) -> dict[Knock, Answer]:
    """What was answered; an address that knows no such method is asked once."""
    found: dict[Knock, Answer] = {}
    closed: set[tuple[str, str]] = set()
    for knock in asked:
        if (knock.name, knock.method) not in closed:
            found[knock] = listener.ask(knock)
            if found[knock].status == 405:
                closed.add((knock.name, knock.method))
    return found


def fault(knock: Knock, plain: Answer, told: Answer, secrets: set[str]) -> str:
    """How an answer tells of the secrets; nothing where it does not."""
    said = f"{told.headers}\n{told.body}"
    if not knock.tells and MARKS.search(said):
        return "names a secret: " + parted("", said[MARKS.search(said).start() :])  # type: ignore[union-attr]
    named = {uid for uid in secrets if uid in said and uid not in f"{knock.path}{knock.data}"}
    if named:
        return f"tells the uid of a secret: {named}"
    if told == plain:
        return ""
    pattern, _why = ACCEPTED.get(f"{knock.name} {knock.method}", (None, ""))
    if pattern is not None and pattern.search(told.body) and not pattern.search(plain.body):
        return ""
    return difference(plain, told)


def difference(plain: Answer, told: Answer) -> str:
    if plain.status != told.status:
        return f"{plain.status} without the secrets, {told.status} with them; {told.body[-300:]}"
    pairs = ((plain.headers, told.headers), (plain.body, told.body))
    return "; ".join(parted(one, other) for one, other in pairs if one != other)


def parted(one: str, other: str) -> str:
    """Where two texts part, and how they go on."""
    at = next(
        (n for n, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other))
    )
    text = f"…{one[max(at - 60, 0) : at]}⟦{one[at : at + 120]}⟧ → ⟦{other[at : at + 120]}⟧"
    return text.replace("\n", "⏎")
