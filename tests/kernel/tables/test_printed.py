"""What ``pendapa import`` prints on a terminal is put into the language of the installation."""

from __future__ import annotations

import re

from django.utils import translation

from pendapa.kernel.commands import Format
from pendapa.kernel.tables import cli


def test_every_heading_of_the_printed_report_goes_through_the_translation(monkeypatch, capsys):
    monkeypatch.setattr(translation, "gettext", lambda text: "§" + text)
    monkeypatch.setenv("COLUMNS", "300")
    finding = {"row": 2, "column": "C", "value": "V", "message": "M"}
    report = {"kind": "units", "sheet": "S", "header_row": 1, **dict.fromkeys(cli.COUNTED, 1), "batch": "B-1"}
    cli._tell({**report, "errors": [finding], "warnings": [finding | {"suggestion": "U"}]}, Format.table)
    printed = capsys.readouterr().out
    assert len(re.findall("§", printed)) == 8 + 1 + 4 + 1 + 5 + 1, printed
    assert "§Saved as B-1" in printed
