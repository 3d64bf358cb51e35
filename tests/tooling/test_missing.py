"""What cannot be tested on a machine is counted aloud; in CI it fails."""

import pytest

from tools.testing import missing


def test_skips_for_the_same_reason_are_counted_together():
    lines = missing.counted(
        [
            "Skipped: missing here: no Chromium; install with: x",
            "Skipped: missing here: no Chromium; install with: x",
        ]
        + ["Skipped: missing here: no gettext; install with: y", "Skipped: some other reason"]
    )
    assert lines == [
        "2 tests skipped: no Chromium; install with: x",
        "1 test skipped: no gettext; install with: y",
    ]


def test_elsewhere_a_missing_program_skips(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="missing here: nothing"):
        missing.give_up("nothing")


def test_in_ci_a_missing_program_fails(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="nothing"):
        missing.give_up("nothing")
