"""A JSON document that cannot be taken: what is wrong with it and what to do, never read as another format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document as Words

from pendapa.kernel.tables.messages import Unreadable
from pendapa.kernel.tables.reading import read

HEAD = {"format": "pendapa-architecture", "version": 1, "columns": {"initiatives": ["rencana"]}}


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as told:
        for grid in read(path):
            list(grid.rows)
    return str(told.value)


def in_lines(*records: str) -> str:
    head = json.dumps(HEAD)[:-1]
    return f'{head},\n"elements": [\n' + ",\n".join(records) + "\n]\n}\n"


@pytest.mark.parametrize(
    "text, told",
    [
        ("{bukan json", "damaged near line 1"),
        ('{"format": "pendapa-architecture",\n"version": }', "damaged near line 2"),
        ("[]", "not one that Pendapa wrote"),
        ('[{"Nama Rencana": "Satu"}]', "not one that Pendapa wrote"),
        ('["a", "b"]', "not one that Pendapa wrote"),
        (json.dumps(HEAD | {"elements": [None]}), "Record 1 "),
        (json.dumps(HEAD | {"elements": "teks"}), "“elements”"),
        (
            in_lines('{"domain": "initiatives"}', "null"),
            "Record 2 of the JSON document holds no fields, but null",
        ),
        (in_lines('{"domain": "initiatives"}', '{"domain"'), "damaged near line 4"),
    ],
)
def test_a_json_document_that_cannot_be_taken_says_what_is_wrong_in_its_own_words(tmp_path, text, told):
    (tmp_path / "a.json").write_text(text)
    said = refusal(tmp_path / "a.json")
    assert told in said and "Expecting" not in said


def test_a_csv_whose_first_heading_stands_in_square_brackets_is_still_a_csv(tmp_path):
    (tmp_path / "a.csv").write_text("[Nama],[OPD]\nA,B\n")
    assert [line.cells for line in read(tmp_path / "a.csv")[0].rows] == [["[Nama]", "[OPD]"], ["A", "B"]]


def test_a_text_document_is_refused_with_the_advice_to_copy_its_table(tmp_path):
    Words().save(str(tmp_path / "a.docx"))
    assert "Copy its table into a spreadsheet" in refusal(tmp_path / "a.docx")
