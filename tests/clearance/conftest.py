"""The cast is at hand in every test of clearance; files are kept in a folder of the test."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.cast import cast

__all__ = ["cast"]


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
