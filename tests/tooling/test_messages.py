"""A message without its Indonesian does not get past the check."""

import polib
import pytest

from tools import messages
from tools.testing.missing import require

CODE = 'from django.utils.translation import gettext as _, ngettext\n_("Save")\nngettext("%(n)s row", "%(n)s rows", 2)\n'


@pytest.fixture
def package(tmp_path):
    require("gettext")
    room = tmp_path / "room"
    (room / "locale").mkdir(parents=True)
    (room / "views.py").write_text(CODE)
    return tmp_path


def catalogue(package):
    return polib.pofile(str(package / "room" / messages.CATALOGUE))


def translate(package, **words):
    for entry in (found := catalogue(package)):
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "%(n)s baris"}
        else:
            entry.msgstr = words.get(entry.msgid, entry.msgstr)
    found.save()


def test_collected_translated_and_compiled_is_clean(package):
    messages.update(package)
    translate(package, Save="Simpan")
    messages.update(package)
    assert messages.check(package) == []
    assert [entry.msgid for entry in catalogue(package)] == ["%(n)s row", "Save"]


def test_a_message_that_is_not_collected(package):
    faults = messages.check(package)
    assert any("“Save” (room/views.py) is not in the catalogue" in fault for fault in faults)


def test_a_message_without_translation(package):
    messages.update(package)
    translate(package)
    assert any("“Save” (room/views.py) has no translation" in fault for fault in messages.check(package))


def test_a_doubtful_translation(package):
    messages.update(package)
    translate(package, Save="Simpan")
    found = catalogue(package)
    found.find("Save").flags.append("fuzzy")
    found.save()
    assert any("is marked fuzzy" in fault for fault in messages.check(package))


def test_a_catalogue_that_was_not_compiled_again(package):
    messages.update(package)
    translate(package, Save="Simpan")
    assert any("the compiled catalogue is of another state" in fault for fault in messages.check(package))


def test_two_rooms_that_say_it_differently(package):
    (package / "other" / "locale").mkdir(parents=True)
    (package / "other" / "views.py").write_text(CODE)
    messages.update(package)
    translate(package, Save="Simpan")
    messages.update(package)
    assert messages.check(package) == []
    other = polib.pofile(str(package / "other" / messages.CATALOGUE))
    other.find("Save").msgstr = "Rekam"
    other.save()
    assert any("“Save” is “Simpan” here, and “Rekam” in" in fault for fault in messages.check(package))


def test_a_message_in_a_room_that_keeps_no_catalogue(package):
    (package / "bare").mkdir()
    (package / "bare" / "views.py").write_text('_("Lost")\n')
    messages.update(package)
    translate(package, Save="Simpan")
    messages.update(package)
    assert messages.check(package) == ["bare/views.py: “Lost”, but the room has no folder locale/"]
