"""Tests whose means are missing: a failure in CI, elsewhere a loud skip that is counted at the end of the run."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pytest

from tools.need import NEEDS, in_ci

ROOT = Path(__file__).resolve().parents[2]
_MARK = "missing here: "


def give_up(reason: str) -> NoReturn:
    if in_ci():
        pytest.fail(f"{reason} (in CI nothing may be missing)", pytrace=False)
    pytest.skip(_MARK + reason)


def require(name: str) -> str:
    """Path of the program (or what else was found); the test ends here when there is none."""
    need = NEEDS[name]
    found = need.find()
    if not found:
        give_up(f"no {need.title}; install with: {need.command}")
    return found


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the checkout: real files and facts that are not copied into the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        give_up("no folder 'shared' beside the checkout (real spreadsheets and published results)")
    return folder


def counted(reasons: list[str]) -> list[str]:
    """One line a reason: '12 tests skipped: no Chromium; install with …'."""
    found = Counter(
        match.group(1) for reason in reasons if (match := re.search(re.escape(_MARK) + r"(.+)", reason))
    )
    return [
        f"{number} {'test' if number == 1 else 'tests'} skipped: {reason}"
        for reason, number in found.most_common()
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    lines = counted([str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)])
    if lines:
        terminalreporter.write_sep("!", "not tested on this machine", yellow=True, bold=True)
        for line in lines:
            terminalreporter.write_line(line, yellow=True, bold=True)
