"""A page that breaks quietly does not pass: script errors and foreign hosts are noted."""

from pathlib import Path

import pytest

from tools.testing.browser import watch

pytestmark = pytest.mark.browser
pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def watched(chromium):
    context = chromium.new_context()
    page, problems = context.new_page(), []
    watch(page, problems)
    yield page, problems
    context.close()


def test_a_script_error_is_noted(watched):
    page, problems = watched
    page.set_content("<script>setTimeout(() => { throw new Error('broken') })</script>")
    page.wait_for_timeout(200)
    assert any("broken" in problem for problem in problems)


def test_a_foreign_host_is_noted(watched):
    page, problems = watched
    page.route("**/*", lambda route: route.abort())
    page.set_content('<img src="https://tiles.example/1.png">')
    assert problems == ["about:blank asked a foreign host: https://tiles.example/1.png"]


def test_a_quiet_page_has_no_problems(watched):
    page, problems = watched
    page.set_content("<p>Pendapa</p>")
    assert problems == []


def test_a_screenshot_tells_width_and_theme_in_its_name(new_page, shoot):
    page = new_page(width=390, dark=True)
    page.set_content("<p>Pendapa</p>")
    file = shoot(page, "03 Errors, all at once")
    assert file.name == "03-errors-all-at-once-390-dark.png"
    assert file.stat().st_size > 100


def test_a_file_after_one_with_a_browser_may_start_an_event_loop_of_its_own(pytester):
    pytester.makeini(f"[pytest]\npythonpath = {ROOT}\n")
    pytester.makepyfile(
        test_1_opens="def test_opens(chromium):\n    chromium.new_page().close()\n",
        test_2_runs="""
            import asyncio

            async def answer():
                return 42

            def test_runs():
                assert asyncio.run(answer()) == 42
        """,
    )
    options = ("-p", "no:cacheprovider", "-p", "tools.testing.browser")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=2)
