"""Backup and restore: identical rows and bytes on either database, and never half a restore."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kernel.homes import CAST, migrated, python
from tools.need import find_postgresql
from tools.testing.homes import Home
from tools.testing.missing import give_up

FURNISH = (
    CAST
    + """
import io
from tests.kernel.things import SYSTEM, edit, element, relation, write
from pendapa.kernel.files import store
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.jobs.models import Job
rows = [element(cast.unit, f"A{n}", f"Aplikasi é {n}", attributes={"n": n, "teks": "a\\\\nb", "daftar": ["x"]}) for n in range(5)]
write(cast.actor("operator"), cast.unit, "import", "a.xlsx", within=cast.unit, add=rows)
write(SYSTEM, cast.unit, add=[relation(rows[0], rows[1])])
edit(SYSTEM, rows[2], name="Lain")
undoing.undo(SYSTEM, edit(SYSTEM, rows[3], classification="public"))
for n in range(3):
    store.keep(io.BytesIO(bytes([n]) * (n * 700_000)), f"berkas {n}.bin", cast.institution, cast.users["operator"], 10**7)
Job.objects.create(institution=cast.institution, user=cast.users["operator"], name="x", state="done", result={"url": "/x"})
"""
)
# Every row of every table that a backup holds, and every file by its digest.
STATE = """
import hashlib, json
from django.core.serializers.json import DjangoJSONEncoder
from pendapa.kernel.backup.actions import tables
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.files.store import path
def state():
    rows = {m._meta.label: list(m._base_manager.order_by("pk").values()) for m in tables()}
    files = {f.uid.hex: hashlib.sha256(path(f).read_bytes()).hexdigest() for f in StoredFile.objects.all()}
    return json.dumps([rows, files], cls=DjangoJSONEncoder, sort_keys=True)
"""


def dump(home: Home) -> tuple[dict, dict]:
    rows, files = json.loads(python(home, STATE + "print(state())"))
    return rows, files


@pytest.fixture(scope="module")
def furnished(make_home: Callable[..., Home]) -> Home:
    home = migrated(make_home())
    python(home, FURNISH)
    return home


@pytest.fixture(scope="module")
def archive(furnished: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "pendapa.zip"
    said = furnished.run("backup", file).stdout
    assert "3 files" in said
    return file


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    from tools.postgres import private_cluster

    if not find_postgresql():
        give_up("no PostgreSQL")
    with private_cluster() as url:
        yield url


def holds_the_same(one: Home, other: Home) -> None:
    assert dump(one) == dump(other)
    assert len(dump(one)[1]) == 3
    # What follows works as well: numbers go on after the last, the search finds, the chain holds.
    after = """
from pendapa.architecture.models import Element
from pendapa.kernel.history import actions as history
from pendapa.kernel.search import index
from pendapa.kernel.tenancy.models import Institution, Unit
from tests.kernel.things import SYSTEM, element, write
unit = Unit.objects.get(code="1.02", institution__code="uji")
write(SYSTEM, unit, add=[element(unit, "Z1", "Sesudah pulih")])
assert [history.verify(i) for i in Institution.objects.all()] == [[], []]
print(sorted(Element.objects.filter(pk__in=index.matching("element", "aplikasi e")).values_list("code", flat=True)))
print(sorted(Element.objects.filter(pk__in=index.matching("element", "sesudah")).values_list("code", flat=True)))
"""
    assert python(other, after) == "['A0', 'A1', 'A3', 'A4']\n['Z1']"


def test_a_restore_gives_back_every_row_and_every_byte(furnished: Home, archive: Path, home: Home) -> None:
    home.run("restore", archive)
    holds_the_same(furnished, home)


def test_a_backup_goes_from_sqlite_to_postgresql_and_back(
    furnished: Home, archive: Path, cluster: str, tmp_path: Path
) -> None:
    if "DATABASE_URL" in furnished.env:
        pytest.skip("the other way round is tested from SQLite")
    there = Home(tmp_path / "there", cluster)
    there.run("restore", archive)
    back_again = tmp_path / "back.zip"
    there.run("backup", back_again)
    back = Home(tmp_path / "back")
    back.run("restore", back_again)
    assert dump(back) == dump(furnished)
    holds_the_same(furnished, there)


def test_a_backup_is_its_owners_alone_and_readable_without_pendapa(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(archive) as inside:
        manifest = json.loads(inside.read("manifest.json"))
        names = inside.namelist()
        people = inside.read("data/kernel.user.jsonl").decode()
    assert manifest["format"] == 1 and manifest["files"] == 3
    assert not any("session" in name or "axes" in name for name in names)
    assert "operator@uji.example" in people
    assert list(archive.parent.iterdir()) == [archive]


@pytest.mark.parametrize("where", ["", "no/such/folder/x.zip"])
def test_a_backup_that_cannot_be_written_says_so(home: Home, tmp_path: Path, where: str) -> None:
    done = migrated(home).run("backup", tmp_path / where if where else tmp_path, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr and "folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_holds_something_is_not_overwritten_unasked(furnished: Home, archive: Path) -> None:
    before = dump(furnished)
    done = furnished.run("restore", archive, check=False)
    assert done.returncode == 2 and "--replace" in done.stderr
    assert dump(furnished) == before


def test_replace_puts_the_backup_in_place_of_what_was_there(
    archive: Path, furnished: Home, home: Home
) -> None:
    python(
        migrated(home),
        FURNISH
        + "\nfrom pendapa.kernel.tenancy.models import User\nUser.objects.filter(username__startswith='sekda').update(name='Lain')",
    )
    old = set((home.path / "files").rglob("*"))
    home.run("restore", archive, "--replace")
    assert dump(home) == dump(furnished)
    assert not old & {file for file in (home.path / "files").rglob("*") if file.is_file()}


def test_work_that_was_waiting_is_told_to_be_started_again(
    home: Home, make_home: Callable[..., Home], tmp_path: Path
) -> None:
    waiting = """
from pendapa.kernel.jobs.models import Job
for state in ("waiting", "running", "done"):
    Job.objects.create(institution=cast.institution, name=state, state=state)
"""
    python(migrated(home), CAST + waiting)
    home.run("backup", tmp_path / "b.zip")
    other = make_home()
    other.run("restore", tmp_path / "b.zip")
    states = "from pendapa.kernel.jobs.models import Job\nprint(list(Job.objects.order_by('name').values_list('name', 'state')))"
    assert python(other, states) == "[('done', 'done'), ('running', 'failed'), ('waiting', 'failed')]"


# ---- archives that may not be taken


def rebuilt(archive: Path, target: Path, **changed: bytes | None) -> Path:
    """The archive with members replaced (None: left out); ``__`` in a name stands for ``/``."""
    swap = {name.replace("__", "/"): content for name, content in changed.items()}
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = swap.get(name, swap.get(name.partition("/")[0] + "/*", old.read(name)))
            if content is not None:
                new.writestr(name, content)
    return target


def damaged(kind: str, archive: Path, folder: Path) -> Path:
    target = folder / "bad.zip"
    manifest = json.loads(zipfile.ZipFile(archive).read("manifest.json"))
    people = zipfile.ZipFile(archive).read("data/kernel.user.jsonl")
    units = zipfile.ZipFile(archive).read("data/kernel.unit.jsonl")
    match kind:
        case "absent":
            return folder / "nothing.zip"
        case "folder":
            return folder
        case "empty":
            target.write_bytes(b"")
        case "no archive":
            target.write_bytes(b"%PDF-1.7" + b"x" * 5000)
        case "cut off":
            target.write_bytes(archive.read_bytes()[:-3000])
        case "bits turned":
            shutil.copy(archive, target)
            with zipfile.ZipFile(archive) as inside:
                start = inside.getinfo("data/architecture.element.jsonl").header_offset
            with target.open("r+b") as file:
                file.seek(start + 120)
                file.write(bytes(255 - byte for byte in archive.read_bytes()[start + 120 : start + 160]))
        case "no manifest":
            rebuilt(archive, target, **{"manifest.json": None})
        case "manifest of nonsense":
            rebuilt(archive, target, **{"manifest.json": b"[1, 2]"})
        case "another version":
            manifest["migrations"] = ["kernel.0999_later"]
            rebuilt(archive, target, **{"manifest.json": json.dumps(manifest).encode()})
        case "a table is missing":
            rebuilt(archive, target, **{"data__kernel.unit.jsonl": None})
        case "a row is missing":
            rebuilt(archive, target, **{"data__kernel.user.jsonl": people.partition(b"\n")[2]})
        case "a row of nonsense":
            rebuilt(
                archive, target, **{"data__kernel.user.jsonl": people.replace(b'"id": 1', b'"id": "satu"')}
            )
        case "an unknown field":
            rebuilt(
                archive, target, **{"data__kernel.user.jsonl": people.replace(b'"is_active"', b'"is_root"')}
            )
        case "a reference to nothing":
            rebuilt(
                archive,
                target,
                **{"data__kernel.unit.jsonl": units.replace(b'"parent_id": null', b'"parent_id": 999')},
            )
        case "no files":
            rebuilt(archive, target, **{"files/*": None})
        case "other files":
            rebuilt(archive, target, **{"files/*": b"lain"})
    return target


KINDS = [
    "absent", "folder", "empty", "no archive", "cut off", "bits turned", "no manifest", "manifest of nonsense", "another version",
    "a table is missing", "a row is missing", "a row of nonsense", "an unknown field", "a reference to nothing", "no files",
    "other files",
]  # fmt: skip
TRY = (
    STATE
    + """
from pathlib import Path
from pendapa.kernel.backup.actions import Refused, restore
before, told = state(), {}
for kind, bad in archives.items():
    try:
        restore(Path(bad), replace=True)
        told[kind] = "taken", "", False
    except Exception as error:
        told[kind] = type(error).__name__, str(error), state() == before
print(json.dumps(told))
"""
)


@pytest.fixture(scope="module")
def refusals(furnished: Home, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """What each bad archive led to: kind of exception, its text, and whether all data stayed as they were."""
    archives = {kind: str(damaged(kind, archive, tmp_path_factory.mktemp("bad"))) for kind in KINDS}
    return json.loads(python(furnished, TRY, archives=archives))


@pytest.mark.hostile
@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_archive_is_refused_and_everything_stays(
    furnished: Home, refusals: dict[str, list], kind: str
) -> None:
    how, text, same = refusals[kind]
    assert (how, same) == ("Refused", True), text
    assert text and "\n" not in text
    assert not list((furnished.path / "files").rglob("*unfinished*"))


def test_a_refusal_is_one_line_for_the_person_at_the_terminal(
    furnished: Home, archive: Path, tmp_path: Path
) -> None:
    done = furnished.run("restore", damaged("cut off", archive, tmp_path), "--replace", check=False)
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1
    assert "not a whole backup" in done.stderr


def test_other_writers_do_not_wait_for_a_backup(furnished: Home) -> None:
    """A backup reads one moment of the database and takes no lock that a writer needs."""
    script = """
import threading, time
from django.db import connection
from pendapa.kernel.backup import actions
from pendapa.kernel.tenancy.models import Institution
took = []
def write():
    began = time.monotonic()
    Institution.objects.filter(code="uji").update(name="Kabupaten Uji")
    took.append(time.monotonic() - began)
    connection.close()
with actions._one_moment():
    Institution.objects.count()
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
print(took[0] < 2)
"""
    assert python(furnished, script) == "True"
