"""Files are kept whole or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.db import DatabaseError

from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile
from tests.cast import Cast
from tests.kernel.kept import folder, left

__all__ = ["folder"]
pytestmark = pytest.mark.usefixtures("folder")


def test_a_file_is_kept_with_its_size_and_digest(cast: Cast, folder: Path) -> None:
    content = b"nama;opd\n" * 1000
    file = store.keep(io.BytesIO(content), "daftar.csv", cast.institution, cast.users["operator"], 10**6)
    assert store.path(file).read_bytes() == content
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert left(folder) == [store.path(file)]


def test_a_file_of_exactly_the_limit_is_kept(cast: Cast) -> None:
    assert store.keep(io.BytesIO(b"x" * 100), "a", cast.institution, None, 100).size == 100


def test_a_file_over_the_limit_leaves_nothing(cast: Cast, folder: Path) -> None:
    with pytest.raises(store.TooLarge):
        store.keep(io.BytesIO(b"x" * (3 * 1024 * 1024)), "a", cast.institution, None, 2 * 1024 * 1024)
    assert left(folder) == []
    assert not StoredFile.objects.exists()


def test_a_source_that_breaks_off_leaves_nothing(cast: Cast, folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(10)

    with pytest.raises(ConnectionError):
        store.keep(Broken(b"x" * 100), "a", cast.institution, None, 10**6)
    assert left(folder) == []


def test_a_row_that_cannot_be_saved_leaves_no_bytes(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: StoredFile) -> None:
        raise DatabaseError

    monkeypatch.setattr(StoredFile, "save", refuse)
    with pytest.raises(DatabaseError):
        store.keep(io.BytesIO(b"x"), "a", cast.institution, None, 10**6)
    assert left(folder) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a" * 1000 + ".csv", "", ".."])
def test_the_name_of_a_file_is_never_its_path(cast: Cast, folder: Path, name: str) -> None:
    file = store.keep(io.BytesIO(b"x"), name, cast.institution, None, 10)
    assert folder in store.path(file).parents
    assert "/" not in file.name and len(file.name) <= 255


def test_a_forgotten_file_is_gone_once_that_is_certain(
    cast: Cast,
    folder: Path,
    django_capture_on_commit_callbacks,
) -> None:
    file = store.keep(io.BytesIO(b"x"), "a", cast.institution, None, 10)
    with django_capture_on_commit_callbacks(execute=False):
        store.forget(file)
    assert len(left(folder)) == 1
    file = store.keep(io.BytesIO(b"x"), "b", cast.institution, None, 10)
    with django_capture_on_commit_callbacks(execute=True):
        store.forget(file)
    assert len(left(folder)) == 1
    assert not StoredFile.objects.exists()
