"""The Open Group's schema and Archi's matrix of allowed relations, which are not ours to give away.

They lie in the folder ``shared`` beside the checkout.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tools.testing.missing import ROOT, give_up

NAMESPACE = "{http://www.opengroup.org/xsd/archimate/3.0/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
LETTERS = {
    "a": "Access", "c": "Composition", "f": "Flow", "g": "Aggregation", "i": "Assignment", "n": "Influence",
    "o": "Association", "r": "Realization", "s": "Specialization", "t": "Triggering", "v": "Serving",
}  # fmt: skip


def folder() -> Path:
    found = ROOT.parent / "shared" / "reference" / "peers" / "archimate-xsd"
    if not (found / "archimate3_Diagram.xsd").exists():
        give_up("no ArchiMate schema in the folder 'shared' beside the checkout")
    return found


@lru_cache(maxsize=1)
def schema() -> Any:
    import xmlschema

    place = folder()
    return xmlschema.XMLSchema10(
        place / "archimate3_Diagram.xsd",
        locations={"http://www.w3.org/XML/1998/namespace": str(place / "xml.xsd")},
        uri_mapper=lambda uri: str(place / "xml.xsd") if uri.startswith("http://www.w3.org") else uri,
    )


@lru_cache(maxsize=1)
def matrix() -> dict[tuple[str, str], frozenset[str]]:
    """(source type, target type) → relations that are allowed between them."""
    root = ElementTree.parse(folder() / "relationships.xml").getroot()
    return {
        (source.get("concept", ""), target.get("concept", "")): frozenset(
            LETTERS[letter] for letter in target.get("relations", "")
        )
        for source in root
        for target in source
    }


def illegal(content: bytes) -> list[tuple[str, str, str]]:
    """The relations of a file that the matrix does not allow: (source type, relation, target type)."""
    root = ElementTree.fromstring(content)
    types = {e.get("identifier"): e.get(f"{XSI}type", "") for e in root.iter(f"{NAMESPACE}element")}
    found = [
        (types[r.get("source")], r.get(f"{XSI}type", ""), types[r.get("target")])
        for r in root.iter(f"{NAMESPACE}relationship")
    ]
    return [one for one in found if one[1] not in matrix()[one[0], one[2]]]
