"""A folder of its own for the files that a test hands in, and what lies in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files are kept here while the test runs; it is not there until the first is."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    return tmp_path / "files"


def left(folder: Path) -> list[Path]:
    """The files that were kept, nothing half done among them."""
    return [one for one in folder.rglob("*") if one.is_file()]
