"""The bench harness tells slow from quick."""

import time

from bench import run
from bench.harness import Result, compare


def test_a_ratio_over_its_limit_fails_the_run(capsys):
    over = compare(
        "too slow",
        floor=lambda: time.sleep(0.002),
        ours=lambda: time.sleep(0.02),
        limit=2.0,
        rounds=3,
        warm=0,
    )
    assert over.ratio > 2
    assert run.report([over]) == 1
    assert "OVER" in capsys.readouterr().out


def test_a_ratio_within_its_limit_passes(capsys):
    assert run.report([Result("fine", ratio=1.9, limit=2.0, floor_ms=1, ours_ms=1.9)]) == 0
    assert "1 measured, 0 over their limit" in capsys.readouterr().out


def test_floor_and_ours_take_turns():
    calls = []
    compare(
        "turns", floor=lambda: calls.append("f"), ours=lambda: calls.append("o"), limit=9, rounds=2, warm=1
    )
    assert calls == ["f", "o", "f", "o", "o", "f"]


def test_what_comes_before_is_not_measured():
    quick = lambda: None  # noqa: E731
    result = compare("x", floor=quick, ours=quick, limit=9, rounds=1, warm=0, before=lambda: time.sleep(0.05))
    assert result.ours_ms < 40


def test_every_bench_is_found(tmp_path):
    assert "harness.same_work_twice" in run.collect(run.Path(run.__file__).parent)
