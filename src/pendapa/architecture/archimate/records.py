"""Elements and relations as the exchange format knows them: plain values, no register and no XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

SPECIALIZATION = "specialization"
"""The definition by which the Archi tool knows a specialization; the name of no other one."""
OWN = "id-"
"""Identifiers of ours are this and the uid: a name of XML must not begin with a digit."""
RESERVED = "pendapa-"
"""Identifiers of definitions, folders and views, which are nobody else's."""

_NAME = re.compile(r"[^\W\d][\w.\-·]*")
# All that XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Property(NamedTuple):
    """One property, by the name of its definition."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Thing:
    """An element. ``folder`` is where it lies in the tree of the model, from the top; ``line`` where it was read."""

    id: str
    type: str
    name: str
    text: str = ""
    properties: tuple[Property, ...] = ()
    folder: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A relation between two identifiers. ``access``: Access, Read, Write, ReadWrite; ``modifier`` of an influence."""

    id: str
    type: str
    source: str
    target: str
    name: str = ""
    text: str = ""
    access: str = ""
    modifier: str = ""
    directed: bool = False
    properties: tuple[Property, ...] = ()
    line: int = 0


def clean(text: str) -> str:
    """The text as XML can hold it: a control character that it cannot is shown as �."""
    return _ILLEGAL.sub("\ufffd", text)


def is_identifier(text: str) -> bool:
    """Whether XML takes the text as an identifier (``xs:ID``)."""
    return _NAME.fullmatch(text) is not None


def folded(properties: Iterable[Property]) -> str:
    """Properties as one text, a line each; the way back is `unfolded`."""
    return "\n".join(
        f"{name}: {value}"
        if ": " not in name and "\n" not in name + value and not name.startswith('["')
        else json.dumps([name, value], ensure_ascii=False)
        for name, value in properties
    )


def unfolded(text: str) -> tuple[Property, ...]:
    """The properties of a text that `folded` made; of another text what looks like properties."""
    found = []
    for line in text.split("\n"):
        name, sign, value = line.partition(": ")
        if line.startswith('["'):
            try:
                name, value = json.loads(line)
                sign = ": "
            except ValueError:
                pass
        if sign and name:
            found.append(Property(str(name), str(value)))
    return tuple(found)
