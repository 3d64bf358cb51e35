"""The command line: the rooms' commands put together, and one place where failures become clean words."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import datetime


def main() -> None:
    """Entry of the console script. Never shows a traceback: that goes to ``PENDAPA_HOME/log/``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pendapa.web.settings")
    from pendapa.cli.app import app
    from pendapa.kernel.commands import Fault

    try:
        app(prog_name="pendapa")
    except Fault as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(fault.code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)
    except Exception as error:
        plain = _setting_at_fault(error)
        sys.stderr.write(f"{plain or _in_short(error)}\n")
        sys.exit(2 if plain else 70)


def _setting_at_fault(error: Exception) -> str:
    """What is wrong with the environment or the words of the call; empty when the fault is ours."""
    from pendapa.web.home import BadDatabaseUrl, BadHome

    if isinstance(error, (BadDatabaseUrl, BadHome)):
        return str(error)
    if isinstance(error, UnicodeEncodeError):
        return "A word of this command is not valid UTF-8 text. Write it again, or set the terminal to UTF-8."
    return ""


def _in_short(error: Exception) -> str:
    """One line for people; the whole story in a log file where one can be written."""
    from pendapa.web.home import home

    story = traceback.format_exc()
    try:
        folder = home() / "log"
        folder.mkdir(exist_ok=True)
        with (folder / "commands.log").open("a", encoding="utf-8") as log:
            log.write(f"--- {datetime.now().astimezone().isoformat()} {sys.argv[1:]}\n{story}\n")
        where = f"Details: {folder / 'commands.log'}"
    except OSError as cannot:
        where = f"(no log could be written: {cannot.strerror})"
    return f"Unexpected {type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}. {where}"
