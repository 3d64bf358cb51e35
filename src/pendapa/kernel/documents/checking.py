"""What is handed in as a template or as arms, looked at before it is kept: by content, never by its name."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree  # type: ignore[import-untyped]

from pendapa.kernel.documents import making, shipped
from pendapa.kernel.documents.kinds import Kind
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tables.containers import UNREADABLE_ZIP

TEMPLATE_LIMIT, UNPACKED_LIMIT, MEMBERS = 5 << 20, 40 << 20, 500
LOGO_LIMIT, LOGO_SIDE = 2 << 20, 4000
_ACTIVE = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|\.bin$|attachedToolbars", re.IGNORECASE)
_FIELD = re.compile(r"\b(DDE|DDEAUTO|INCLUDE\w+)\b", re.IGNORECASE)
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def check_template(content: bytes, kind: Kind) -> None:
    """Raise :class:`Refused` unless this is a docx without macros that fills with all the names of ``kind``."""
    _check_container(content)
    try:
        used = set(making.placeholders(content))
    except making.NotMade as error:
        raise Refused(
            _(
                "The template cannot be read: %(why)s. Check that each {%% … %%} has its end and each {{ … }} its braces."
            )
            % {"why": _short(error)}
        ) from error
    if unknown := sorted(used - kind.names):
        raise Refused(
            _("Unknown placeholders: %(names)s. Those there are stand in the table of placeholders.")
            % {"names": ", ".join(unknown[:10])}
        )
    if missing := sorted(kind.needed - used):
        raise Refused(
            _("These placeholders are missing, and what they say must not be lost: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    try:
        making.docx(content, kind.sample, seconds=20)
    except making.NotMade as error:
        raise Refused(
            _("The template does not fill with sample data: %(why)s.") % {"why": _short(error)}
        ) from error
    if kind.probe is None:
        return
    try:
        kind.probe(content)
    except Exception as error:  # whatever it stumbles over, the work would stumble over it too
        raise Refused(
            _(
                "The document cannot be built from this template. Start from the shipped one; a placeholder that stands for chapters or contents needs a paragraph of its own, outside tables."
            )
        ) from error


def _short(error: making.NotMade) -> str:
    told = error.detail.strip().splitlines()[:1]
    return (told[0] if told else str(error))[:200].rstrip(".")


def _check_container(content: bytes) -> None:
    no_docx = _("This is no docx. Save the template in a word processor as “Word document (.docx)”.")
    if len(content) > TEMPLATE_LIMIT:
        raise Refused(_("The template is larger than %(size)s MB.") % {"size": TEMPLATE_LIMIT >> 20})
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED_LIMIT:
                raise Refused(_("The template unpacks to more than a letter needs."))
            if any(_ACTIVE.search(m.filename) for m in members):
                raise Refused(
                    _("The template holds macros or embedded objects. Save it without them as .docx.")
                )
            total = 0
            for member in members:
                with packed.open(member) as part:
                    read = part.read(UNPACKED_LIMIT - total + 1)
                total += len(read)
                if total > UNPACKED_LIMIT:
                    raise Refused(_("The template unpacks to more than a letter needs."))
                _check_part(member.filename, read, no_docx)
            if "word/document.xml" not in packed.namelist():
                raise Refused(no_docx)
    except UNREADABLE_ZIP as error:
        raise Refused(no_docx) from error


def _check_part(name: str, content: bytes, no_docx: str) -> None:
    if name == "[Content_Types].xml" and _DOCUMENT not in content:
        raise Refused(no_docx)
    if name.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in content[:4096]:
        raise Refused(no_docx)
    if not name.lower().endswith((".rels", ".xml")):
        return
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Refused(no_docx) from error
    if name.lower().endswith(".rels"):
        _check_relations(root)
    elif _FIELD.search(_fields(root)):
        raise Refused(
            _(
                "The template has a field that loads something (DDE, INCLUDE…). Take it out or put its content in."
            )
        )


def _check_relations(root: Any) -> None:
    for one in root.iter("{*}Relationship"):
        kind, away = one.get("Type", ""), one.get("TargetMode", "").strip().lower() == "external"
        if kind.endswith("/attachedTemplate") or (away and not kind.endswith("/hyperlink")):
            raise Refused(
                _(
                    "The template loads something from elsewhere (a picture or template by address). Put it into the file."
                )
            )


def _fields(root: Any) -> str:
    """The codes of all fields of a part; one code may be torn over several runs."""
    torn = "".join(one.text or "" for one in root.iter("{*}instrText"))
    return " ".join([torn, *(code for one in root.iter("{*}fldSimple") for code in one.attrib.values())])


def check_logo(content: bytes) -> None:
    """Raise :class:`Refused` unless this is a PNG or JPEG of a sensible size."""
    if len(content) > LOGO_LIMIT:
        raise Refused(_("The picture is larger than %(size)s MB.") % {"size": LOGO_LIMIT >> 20}, "logo")
    sides = _png(content) or _jpeg(content)
    if sides is None:
        raise Refused(_("This is no PNG or JPEG picture. Save the arms as PNG and try again."), "logo")
    if not all(0 < side <= LOGO_SIDE for side in sides):
        raise Refused(
            _("The picture is larger than %(side)s × %(side)s points. Make it smaller.")
            % {"side": LOGO_SIDE},
            "logo",
        )
    _print(content)


def _print(logo: bytes) -> None:
    """Really put the arms on a docx and a PDF: only that tells whether what follows the header is a picture."""
    made = shipped.blank()
    made.add_paragraph("{{ logo }}")
    name = "logo.png" if logo.startswith(b"\x89PNG") else "logo.jpg"
    try:
        making.docx(shipped.saved(made), {}, logo=logo, seconds=20)
        making.pdf("lambang.typ", {"logo": name}, files={name: logo}, seconds=20)
    except making.NotMade as error:
        raise Refused(_("This picture cannot be printed. Save it as PNG and try again."), "logo") from error


def _png(content: bytes) -> tuple[int, int] | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Width and height by the first frame header."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
