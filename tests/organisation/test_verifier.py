"""Bagian Organisasi verifies: it reads all that the secretariat reads, and changes neither units nor people nor elements."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pendapa.architecture import permissions as architecture
from pendapa.evaluation import permissions as evaluation
from pendapa.kernel import permissions as kernel
from pendapa.organisation import actions, permissions
from pendapa.organisation.rules.accounts import role_of
from tests.cast import Cast, cast

__all__ = ["cast"]


def test_the_verifier_reads_everywhere_restricted_things_and_history_too(cast: Cast) -> None:
    actor = cast.actor("verifier")
    for right in (
        architecture.VIEW,
        architecture.RESTRICTED,
        evaluation.VIEW,
        kernel.HISTORY,
        kernel.JOBS,
        permissions.VIEW,
        "cockpit.home",
    ):
        assert actor.scope(right, cast.institution).everything, right


@pytest.mark.parametrize(
    "right",
    [
        architecture.EDIT,
        evaluation.EDIT,
        evaluation.PUBLISH,
        kernel.IMPORT,
        kernel.UNDO_ANY,
        permissions.MANAGE,
        permissions.PEOPLE,
        permissions.SEE_PEOPLE,
    ],
)
def test_the_verifier_writes_nothing(cast: Cast, right: str) -> None:
    assert not cast.actor("verifier").may(right, cast.institution)


def test_the_verifier_reads_all_of_what_is_to_be_verified(cast: Cast) -> None:
    """A proposal is decided on as it was written, with who is named in it."""
    assert cast.actor("verifier").may(architecture.PERSONAL, cast.institution)


@pytest.mark.parametrize(
    "word",
    ["verifikator", "Bagian Organisasi", "Kabag Organisasi", "verifier", "Plt. Kepala Bagian Organisasi"],
)
def test_a_spreadsheet_may_call_the_verifier_as_people_do(word: str) -> None:
    assert role_of(word) == "verifier"


def test_a_head_of_an_opd_cannot_make_a_verifier_but_diskominfo_can(cast: Cast) -> None:
    form: Client = cast.client("diskominfo")
    answer = form.get(reverse("organisation:invite", args=["uji"]))
    assert 'value="verifier"' in answer.content.decode()
    assert 'value="verifier"' not in cast.client("head").get(answer.wsgi_request.path).content.decode()
    made = actions.invite(
        cast.actor("diskominfo"), cast.institution, username="baru@uji.example", name="Baru", role="verifier"
    )
    assert made.assignment.unit is None
