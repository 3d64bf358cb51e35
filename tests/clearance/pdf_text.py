"""The text of a PDF as typst writes it: glyphs looked up in the ToUnicode map of their font. Enough for our own letters."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\nendstream", re.DOTALL)
_OPERATOR = re.compile(rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f]+)>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All that its pages show, in the order in which it is drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    told = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b", body):
            fonts = _fonts(objects, body)
            for number in re.findall(rb"/Contents\s+\[?\s*(\d+) 0 R", body):
                told.append(_shown(_content(objects[int(number)]), fonts))
    return "\n".join(told)


def _content(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found, "no stream"
    # What stands behind its last byte is a line end, and so may that byte be: the data say themselves where they end.
    return zlib.decompressobj().decompress(found[1])


def _fonts(objects: dict[int, bytes], page: bytes) -> dict[bytes, dict[int, str]]:
    resources = page
    if reference := re.search(rb"/Resources\s+(\d+) 0 R", page):
        resources = objects[int(reference[1])]
    fonts = {}
    for name, number in re.findall(rb"/(f\d+)\s+(\d+) 0 R", resources):
        cmap = re.search(rb"/ToUnicode\s+(\d+) 0 R", objects[int(number)])
        fonts[name] = _cmap(_content(objects[int(cmap[1])])) if cmap else {}
    return fonts


def _cmap(cmap: bytes) -> dict[int, str]:
    known = {}
    for glyph, letters in re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*\n", cmap):
        known[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return known


def _shown(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    told, font = [], {}
    for name, literal, code in _OPERATOR.findall(content):
        if name:
            font = fonts[name]
            continue
        glyphs = bytes.fromhex(code.decode()) if code else _ESCAPE.sub(_escaped, literal)
        pairs = zip(glyphs[::2], glyphs[1::2], strict=False)
        told.append("".join(font.get(high * 256 + low, "") for high, low in pairs))
    return "".join(told)


def _escaped(match: re.Match[bytes]) -> bytes:
    said = match[1]
    return bytes([int(said, 8)]) if said[:1].isdigit() else _PLAIN.get(said, said)
