"""The allow-list lets in what the project may ship with, and nothing that would bind its users."""

from email.message import Message

import pytest

from tools import check_licences


def package(name="sample", **fields):
    metadata = Message()
    metadata["Name"], metadata["Version"] = name, "1.0"
    for field, value in fields.items():
        for one in [value] if isinstance(value, str) else value:
            metadata[field.replace("_", "-")] = one
    return metadata


@pytest.mark.parametrize(
    "fields",
    [
        {"License_Expression": "GPL-3.0-or-later"},
        {"License_Expression": "AGPL-3.0-only"},
        {"License_Expression": "MIT AND GPL-2.0-only"},
        {"License_Expression": "LGPL-3.0-only"},
        {"License": "GPL"},
        {"License": "see the file"},
        {"Classifier": "License :: OSI Approved :: GNU Affero General Public License v3"},
        {},
    ],
)
def test_refuses(fields):
    assert check_licences.refused([package(**fields)]) != []


@pytest.mark.parametrize(
    "fields",
    [
        {"License_Expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"},
        {"License_Expression": "GPL-3.0-only OR MIT"},
        {"License_Expression": "Apache-2.0 WITH LLVM-exception"},
        {"License": "MIT License\n\nCopyright (c) somebody"},
        {"Classifier": ["License :: OSI Approved", "License :: OSI Approved :: BSD License"]},
    ],
)
def test_lets_in(fields):
    assert check_licences.refused([package(**fields)]) == []


def test_the_lesser_licence_only_for_the_database_driver():
    lesser = {"License_Expression": "LGPL-3.0-only"}
    assert check_licences.refused([package("psycopg-binary", **lesser)]) == []
    assert check_licences.refused([package("psycopg_binary", **lesser)]) == []
    assert check_licences.refused([package("other", **lesser)]) == ["other 1.0: LGPL-3.0-only"]


def test_refuses_a_part_of_the_front_end(tmp_path):
    lock = tmp_path / "package-lock.json"
    lock.write_text('{"packages": {"": {}, "node_modules/good": {"license": "MIT"}, "node_modules/bad": {}}}')
    assert check_licences.refused_in_frontend(lock) == ["bad: names no licence"]
