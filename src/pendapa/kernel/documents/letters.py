"""A letter of an institution as PDF or docx, on its letterhead and by its own template where it has one."""

from __future__ import annotations

from pendapa.kernel.documents import making, queries
from pendapa.kernel.documents.kinds import LETTER
from pendapa.kernel.documents.rules import Letter, letter_data
from pendapa.kernel.tenancy.models import Institution


def letter_pdf(institution: Institution, letter: Letter) -> bytes:
    """The letter as a tagged PDF on the institution's letterhead. Raises :class:`making.NotMade`."""
    head = queries.letterhead(institution)
    name = logo_name(head.logo)
    data = letter_data(letter, head) | {"logo": name}
    return making.pdf("surat.typ", data, files={name: head.logo} if name else {}, seconds=30)


def letter_docx(institution: Institution, letter: Letter) -> bytes:
    """The letter as docx, by the institution's own template or the shipped one. Raises :class:`making.NotMade`."""
    head = queries.letterhead(institution)
    return making.docx(
        queries.template(institution, LETTER.key), letter_data(letter, head), logo=head.logo, seconds=30
    )


def logo_name(logo: bytes) -> str:
    """A name that tells the type of the picture by its content; empty without one."""
    if not logo:
        return ""
    return "logo.png" if logo.startswith(b"\x89PNG") else "logo.jpg"
