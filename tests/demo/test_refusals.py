"""Where the demo does not go, and what stays when it breaks off."""

from __future__ import annotations

import pytest

from pendapa.architecture.models import Element
from pendapa.demo import load
from pendapa.kernel.tenancy.models import Institution, User


def test_a_home_with_a_real_institution_is_refused(db: None) -> None:
    Institution.objects.create(code="nyata", name="Kabupaten Nyata")
    with pytest.raises(load.Refused, match=r"Kabupaten Nyata.*PENDAPA_HOME"):
        load.load()
    assert Institution.objects.count() == 1
    assert not User.objects.exists()


def test_a_demo_that_became_real_is_refused(db: None) -> None:
    Institution.objects.create(code="contoh", name="Kabupaten Contoh")
    with pytest.raises(load.Refused):
        load.load()


def test_what_fails_on_the_way_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_more: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(load, "_leave_waiting", broken)
    with pytest.raises(RuntimeError):
        load.load()
    assert not Institution.objects.exists()
    assert not Element.objects.exists()
    monkeypatch.undo()
    assert load.load() == ["contoh"]
