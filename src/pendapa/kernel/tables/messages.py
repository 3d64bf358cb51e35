"""What the import has to say: English message ids with named placeholders, translated only where they are shown.

These files know nothing of Django, so nothing is translated here. `_` marks a text for the message catalogue
and returns it unchanged; the page, the command or the API passes ``message.msgid`` through its own translation and then
applies ``message.params``. ``str(message)`` is the English sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


def _(msgid: str) -> str:
    """Mark ``msgid`` for the message catalogue; returns it as it is."""
    return msgid


class Words(dict[str, str]):
    """A text that comes in its languages (``{"id": …, "en": …}``) instead of through the catalogue, from a pack."""

    def __str__(self) -> str:
        return self.get("en") or self.get("id", "")


@dataclass(frozen=True)
class Message:
    """One sentence: an English message id and what fills its ``%(name)s`` places."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.render(_)

    def render(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language that ``translate`` gives for the message id."""
        text = translate(self.msgid)
        return text % self.params if self.params else text.replace("%%", "%")


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot keep: NUL is shown by its picture."""
    return text.replace("\0", "\u2400")


def kept(message: Message) -> dict[str, Any]:
    """A message as it is stored: id and parameters; put into words when somebody reads it."""
    params = {n: dict(v) if isinstance(v, Words) else storable(str(v)) for n, v in message.params.items()}
    return {"msgid": message.msgid, "params": params}


def say(msgid: str, **params: Any) -> Message:
    """A `Message` with its places filled by name."""
    return Message(msgid, params)


class Remark(NamedTuple):
    """What is said about one text: the sentence and, where there is one, the text that would be right."""

    message: Message
    suggestion: str | None = None


class Finding(NamedTuple):
    """A remark with its place: ``{"row", "column", "value", "message", "suggestion"}`` of the import report.

    ``row`` is the number that the spreadsheet shows, ``column`` the header as written there.
    """

    row: int
    column: str
    value: str
    message: Message
    suggestion: str | None = None


class TableError(Exception):
    """The whole file or sheet cannot be taken; ``reason`` says why, ``advice`` what to do about it."""

    def __init__(self, reason: Message, advice: Message) -> None:
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return self.render(_)

    def render(self, translate: Callable[[str], str]) -> str:
        """Reason and advice in one line, in the language of ``translate``."""
        return f"{self.reason.render(translate)} {self.advice.render(translate)}"


class Unreadable(TableError):
    """The file is not a table that can be read: wrong format, locked, broken, too big."""


class UnknownHeader(TableError):
    """No row of the sheet is a header of a known kind. ``seen`` holds the likeliest row, ``nearest`` known headers."""

    def __init__(
        self, reason: Message, advice: Message, seen: tuple[str, ...] = (), nearest: tuple[str, ...] = ()
    ) -> None:
        super().__init__(reason, advice)
        self.seen = seen
        self.nearest = nearest
