"""Indonesian for every message: each room that has a ``locale/`` keeps the catalogue of its own files.

python -m tools.messages            collects the messages of code and templates, compiles the catalogues
python -m tools.messages --check    names what is not translated, doubtful, or not compiled
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "pendapa"
CATALOGUE = Path("locale/id/LC_MESSAGES/django.po")
KINDS = {".py", ".html", ".txt"}
HEADER = {
    "Project-Id-Version": "pendapa",
    "Language": "id",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
Key = tuple[str | None, str]


def rooms(package: Path) -> list[Path]:
    return sorted(folder.parent for folder in package.rglob("locale") if folder.is_dir())


def files_by_owner(package: Path) -> dict[Path, list[Path]]:
    """Each file belongs to the nearest folder above it with a ``locale/``; the package itself takes the rest."""
    owners = [*rooms(package), package]
    found: dict[Path, list[Path]] = {owner: [] for owner in owners}
    for file in sorted(package.rglob("*")):
        if file.suffix in KINDS and file.is_file() and "static" not in file.relative_to(package).parts:
            owner = max(
                (folder for folder in owners if folder in file.parents), key=lambda path: len(path.parts)
            )
            found[owner].append(file)
    return found


def extract(package: Path, files: list[Path]) -> polib.POFile:
    """What Django's makemessages finds in these files, in a folder aside."""
    with tempfile.TemporaryDirectory(prefix="pendapa-messages-") as aside:
        for file in files:
            copy = Path(aside, file.relative_to(package))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        target = Path(aside, CATALOGUE)
        target.parent.mkdir(parents=True)
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--locale=id",
            "--domain=django",
            "--no-wrap",
        ]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(
            [*command, "--extension=html,txt,py", "--add-location=file"],
            cwd=aside, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"makemessages failed:\n{done.stderr}")
        return polib.pofile(str(target), wrapwidth=0) if target.exists() else polib.POFile(wrapwidth=0)


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def update(package: Path) -> None:
    memory: dict[Key, list[str]] = {}
    for owner in rooms(package):
        if (owner / CATALOGUE).exists():
            memory |= {
                key(entry): _texts(entry)
                for entry in polib.pofile(str(owner / CATALOGUE))
                if entry.translated()
            }
    for owner, files in files_by_owner(package).items():
        if owner in rooms(package):
            catalogue = merged(owner / CATALOGUE, extract(package, files), memory)
            open_ones = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
            print(
                f"{(owner / CATALOGUE).relative_to(package)}: {len(catalogue)} messages, {open_ones} to translate"
            )


def merged(path: Path, wanted: polib.POFile, memory: dict[Key, list[str]]) -> polib.POFile:
    """The catalogue with the messages now used; what moved here from another room brings its words along."""
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    catalogue.metadata = HEADER
    catalogue.merge(wanted)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    for entry in catalogue:
        texts = _texts(entry) if entry.translated() or entry.fuzzy else memory.get(key(entry), [""])
        if entry.msgid_plural:
            entry.msgstr_plural = {0: texts[0]}  # Indonesian has one form
        else:
            entry.msgstr = texts[0]
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return catalogue


def check(package: Path) -> list[str]:
    faults: list[str] = []
    said: dict[Key, tuple[str, Path]] = {}
    for owner, files in files_by_owner(package).items():
        path = owner / CATALOGUE
        name = path.relative_to(package)
        catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
        known = {key(entry): entry for entry in catalogue if not entry.obsolete}
        for entry in extract(package, files):
            faults += _missing(name, entry, known.get(key(entry)))
        for entry in known.values():
            text = _texts(entry)[0]
            other, where = said.setdefault(key(entry), (text, name))
            # Django throws all catalogues together: of two translations only one would ever be seen.
            if other != text:
                faults.append(f"{name}: “{entry.msgid}” is “{text}” here, and “{other}” in {where}")
        if path.exists():
            faults += _not_compiled(name, path, catalogue)
    return faults


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _missing(name: Path, used: polib.POEntry, known: polib.POEntry | None) -> list[str]:
    where = ", ".join(sorted({place for place, _line in used.occurrences}))
    if known is None and name == CATALOGUE:
        return [f"{where}: “{used.msgid}”, but the room has no folder locale/"]
    if known is None:
        return [f"{name}: “{used.msgid}” ({where}) is not in the catalogue (make messages)"]
    if not all(_texts(known)) or not _texts(known):
        return [f"{name}: “{used.msgid}” ({where}) has no translation"]
    if known.fuzzy:
        return [f"{name}: “{used.msgid}” ({where}) is marked fuzzy"]
    return []


def _not_compiled(name: Path, path: Path, catalogue: polib.POFile) -> list[str]:
    compiled = path.with_suffix(".mo")
    fresh = {key(entry): _texts(entry) for entry in catalogue.translated_entries()}
    if not compiled.exists():
        return [f"{name}: is not compiled (make messages)"]
    if {key(entry): _texts(entry) for entry in polib.mofile(str(compiled))} != fresh:
        return [f"{name}: the compiled catalogue is of another state (make messages)"]
    return []


def main() -> int:
    parser = argparse.ArgumentParser(description="Collect or check the translations.")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if not options.check:
        update(PACKAGE)
        return 0
    faults = check(PACKAGE)
    print("\n".join(faults) or "every message has its Indonesian")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
