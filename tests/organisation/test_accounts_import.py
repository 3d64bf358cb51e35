"""Accounts from a spreadsheet: all faults at once, nothing made before the confirmation, links once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.organisation import actions
from pendapa.organisation.actions import Refused
from pendapa.organisation.models import AccountBatch
from tests.cast import Cast, cast

__all__ = ["cast"]
NIP = "198001012005011001"
HEADER = "Nama;NIP/Surel;Peran;OPD;Plt;Mulai;Sampai"
GOOD = f"""{HEADER}
Rina Contoh;rina@uji.example;operator;Din. Kesehatan;;;
Budi Contoh;{NIP};Plt. Kepala OPD;2.12;;1 Januari 2026;31/12/2030
Ani Contoh;ani@uji.example;asesor;;;;
"""


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"organisation:{name}", args=[cast.institution.code, *args])


def hand_in(cast: Cast, who: str, content: str | bytes, name: str = "akun.csv") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return cast.client(who).post(address(cast, "accounts"), {"file": SimpleUploadedFile(name, raw)})


def staged(cast: Cast, who: str, content: str | bytes, name: str = "akun.csv") -> AccountBatch:
    page = hand_in(cast, who, content, name)
    assert page.status_code == 302, page.content.decode()[-3000:]
    batch = AccountBatch.objects.latest("pk")
    assert page.url == address(cast, "accounts_preview", batch.uid)
    return batch


def verdicts(cast: Cast, who: str, batch: AccountBatch) -> list[tuple[int, str, list[str]]]:
    checked = actions.preview(cast.actor(who), cast.institution, batch)
    return [(one.row, one.verdict, [fault.field for fault in one.faults]) for one in checked]


def test_nothing_is_made_until_it_is_confirmed(cast: Cast) -> None:
    people = User.objects.count()
    batch = staged(cast, "diskominfo", GOOD)
    page = cast.client("diskominfo").get(address(cast, "accounts_preview", batch.uid))
    assert page.status_code == 200 and "Belum ada yang dibuat" in page.content.decode()
    assert verdicts(cast, "diskominfo", batch) == [(2, "new", []), (3, "new", []), (4, "new", [])]
    assert User.objects.count() == people


def test_confirming_makes_people_roles_and_links_that_work(cast: Cast) -> None:
    batch = staged(cast, "diskominfo", GOOD)
    page = cast.client("diskominfo").post(address(cast, "accounts_make", batch.uid))
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    budi = User.objects.get(username=NIP)
    role = Assignment.objects.get(user=budi)
    assert (role.role, role.unit, role.acting) == ("head", cast.other_unit, True)
    assert (str(role.valid_from), str(role.valid_to)) == ("2026-01-01", "2030-12-31")
    assert Assignment.objects.get(user__username="ani@uji.example").unit is None
    rina = User.objects.get(username="rina@uji.example")
    assert not rina.has_usable_password() and rina.email == "rina@uji.example"
    link = {one.username: link for one, link in page.context["people"]}[rina.username]
    opened = Client().get(link, follow=True)
    assert opened.status_code == 200 and "Rina Contoh" in opened.content.decode()


def test_all_faults_are_told_at_once_and_nothing_is_made(cast: Cast) -> None:
    content = f"""{HEADER}
;bukan nip;raja;Dinas Entah;mungkin;kemarin;32/01/2026
Siti;1980;operator;;;;
Tono;tono@uji.example;operator;Dinas Kesehatan;;2026-02-01;2026-01-01
Tini;tono@uji.example;operator;Dinas Kesehatan;;;
Tini;tini@uji.example;head;Dinas Kesehatan;;;
Tini;tini@uji.example;kepala opd;dinas kesehatan;;;
Lama;lama@uji.example;sekda;;;;2020-01-01
"""
    people = User.objects.count()
    batch = staged(cast, "diskominfo", content)
    assert verdicts(cast, "diskominfo", batch) == [
        (2, "faulty", ["name", "username", "role", "unit", "acting", "valid_from", "valid_to"]),
        (3, "faulty", ["username", "unit"]),
        (4, "faulty", ["valid_to"]),
        (5, "new", []),
        (6, "new", []),
        (7, "faulty", ["username"]),
        (8, "faulty", ["valid_to"]),
    ]
    text = cast.client("diskominfo").get(address(cast, "accounts_preview", batch.uid)).content.decode()
    assert "raja" in text and "Dinas Entah" in text and "32/01/2026" in text
    page = cast.client("diskominfo").post(address(cast, "accounts_make", batch.uid))
    assert page.status_code == 422 and User.objects.count() == people


def test_the_good_rows_alone_are_made_only_when_asked_for(cast: Cast) -> None:
    batch = staged(cast, "diskominfo", GOOD + "Rusak;;operator;;;;\n")
    with pytest.raises(Refused):
        actions.make_accounts(cast.actor("diskominfo"), cast.institution, batch)
    page = cast.client("diskominfo").post(address(cast, "accounts_make", batch.uid), {"tanpa-salah": "1"})
    assert page.status_code == 200 and page.context["left_out"] == 1 and len(page.context["people"]) == 3


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    actions.make_accounts(cast.actor("diskominfo"), cast.institution, staged(cast, "diskominfo", GOOD))
    roles = Assignment.objects.count()
    batch = staged(cast, "diskominfo", GOOD)
    assert {verdict for _row, verdict, _faults in verdicts(cast, "diskominfo", batch)} == {"same"}
    actions.make_accounts(cast.actor("diskominfo"), cast.institution, batch)
    assert Assignment.objects.count() == roles


def test_a_batch_is_made_once(cast: Cast) -> None:
    batch = staged(cast, "diskominfo", GOOD)
    client = cast.client("diskominfo")
    assert client.post(address(cast, "accounts_make", batch.uid)).status_code == 200
    again = client.post(address(cast, "accounts_make", batch.uid))
    assert again.status_code == 302 and again.url == address(cast, "people")


def test_a_head_makes_accounts_of_the_own_unit_only(cast: Cast) -> None:
    content = f"""{HEADER}
A;a@uji.example;operator;Dinas Kesehatan;;;
B;b@uji.example;operator;UPT Puskesmas Uji;;;
C;c@uji.example;operator;2.12;;;
D;d@uji.example;sekda;;;;
"""
    batch = staged(cast, "head", content)
    assert verdicts(cast, "head", batch) == [
        (2, "new", []),
        (3, "new", []),
        (4, "faulty", ["unit"]),
        (5, "faulty", ["role"]),
    ]


def test_an_existing_account_gets_the_role_and_keeps_its_name_and_password(cast: Cast) -> None:
    content = f"{HEADER}\nNama Lain;FOREIGNER@uji.example;assessor;;;;\n"
    batch = staged(cast, "diskominfo", content)
    preview = cast.client("diskominfo").get(address(cast, "accounts_preview", batch.uid)).content.decode()
    assert "Kota Lain" not in preview and ">Foreigner<" not in preview
    page = cast.client("diskominfo").post(address(cast, "accounts_make", batch.uid))
    [(told, link)] = page.context["people"]
    assert told.accepts and told.name == "Nama Lain" and "/terima/" in link and page.context["added"] == 1
    user = User.objects.get(username="foreigner@uji.example")
    assert user.name == "Foreigner" and user.has_usable_password() and user.assignments.count() == 2


def test_cells_that_look_like_formulas_are_harmless(cast: Cast) -> None:
    content = f"{HEADER}\n\"=cmd|' /C calc'!A0\";x@uji.example;operator;Dinas Kesehatan;;;\n"
    batch = staged(cast, "diskominfo", content)
    cast.client("diskominfo").post(address(cast, "accounts_make", batch.uid))
    file = cast.client("diskominfo").post(address(cast, "accounts_links", batch.uid))
    cell = openpyxl.load_workbook(io.BytesIO(file.content)).active["A2"]
    assert cell.data_type == "s" and cell.value == "'=cmd|' /C calc'!A0"


def test_markup_in_cells_stays_text(cast: Cast) -> None:
    batch = staged(cast, "diskominfo", f"{HEADER}\n<script>alert(1)</script>;<b>;<i>;<u>;;;\n")
    text = cast.client("diskominfo").get(address(cast, "accounts_preview", batch.uid)).content.decode()
    assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_an_xlsx_with_titles_and_english_words_is_read(cast: Cast) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Accounts 2026"],
        [],
        ["No", "Name", "E-mail", "Role", "Unit"],
        [1, "A", "a@uji.example", "Head", "1.02"],
        [2, "B", "b@uji.example", "regional secretary", None],
    ):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    batch = staged(cast, "diskominfo", target.getvalue(), "akun.xlsx")
    assert verdicts(cast, "diskominfo", batch) == [(4, "new", []), (5, "new", [])]


def test_the_words_that_the_message_names_are_accepted(cast: Cast) -> None:
    rows = "\n".join(
        f"Orang;o{n}@uji.example;{label};1.02;;;" for n, (_role, label) in enumerate(Assignment.ROLES)
    )
    batch = staged(cast, "diskominfo", f"{HEADER}\n{rows}\n")
    assert {verdict for _row, verdict, _faults in verdicts(cast, "diskominfo", batch)} == {"new"}


def test_a_nip_that_the_spreadsheet_rounded_is_told(cast: Cast) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Nama", "NIP", "Peran", "OPD"])
    sheet.append(["A", 198001012005011001, "operator", "1.02"])
    target = io.BytesIO()
    book.save(target)
    batch = staged(cast, "diskominfo", target.getvalue(), "akun.xlsx")
    assert verdicts(cast, "diskominfo", batch) == [(2, "faulty", ["username"])]


def test_the_empty_spreadsheet_can_be_handed_in_again(cast: Cast) -> None:
    template = cast.client("head").get(address(cast, "accounts_template"))
    assert template.status_code == 200
    batch = staged(cast, "head", template.content, "akun.xlsx")
    assert verdicts(cast, "head", batch) == [(2, "new", [])]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "kosong"),
        (b"%PDF-1.7 bukan tabel", "PDF"),
        (b"Aplikasi;Fungsi\nA;B\n", "Peran"),
        (HEADER.encode() + b"\n", "tidak ada orang"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(cast: Cast, content: bytes, told: str) -> None:
    page = hand_in(cast, "diskominfo", content)
    assert page.status_code == 422 and told.lower() in page.content.decode().lower()
    assert not AccountBatch.objects.exists()


def test_more_than_two_thousand_people_are_refused(cast: Cast) -> None:
    rows = "\n".join(f"Orang {n};o{n}@uji.example;asesor;;;;" for n in range(2001))
    page = hand_in(cast, "diskominfo", f"{HEADER}\n{rows}\n")
    assert page.status_code == 422 and "2000" in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_people(cast: Cast) -> None:
    def cost(count: int) -> int:
        rows = "\n".join(
            f"Orang {count}-{n};o{count}-{n}@uji.example;operator;Dinas Kesehatan;;;" for n in range(count)
        )
        batch = staged(cast, "diskominfo", f"{HEADER}\n{rows}\n")
        with CaptureQueriesContext(connection) as queries:
            actions.make_accounts(cast.actor("diskominfo"), cast.institution, batch)
        return len(queries)

    assert cost(5) == cost(100)


def test_links_are_fetched_again_only_by_who_made_them_and_within_the_hour(cast: Cast) -> None:
    batch = staged(cast, "diskominfo", GOOD)
    url = address(cast, "accounts_links", batch.uid)
    client = cast.client("diskominfo")
    assert client.post(url).status_code == 404
    client.post(address(cast, "accounts_make", batch.uid))
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 200
    assert cast.client("head").post(url).status_code == 404
    AccountBatch.objects.update(made_at=timezone.now() - timedelta(hours=2))
    assert client.post(url).status_code == 404


def test_a_batch_belongs_to_who_handed_it_in(cast: Cast) -> None:
    batch = staged(cast, "diskominfo", GOOD)
    for who in ("head", "operator", "sekda", "foreigner", "stranger"):
        client = cast.client(who)
        assert client.get(address(cast, "accounts_preview", batch.uid)).status_code == 404
        assert client.post(address(cast, "accounts_make", batch.uid)).status_code == 404
        assert client.post(address(cast, "accounts_discard", batch.uid)).status_code == 404
    assert cast.client("diskominfo").post(address(cast, "accounts_discard", batch.uid)).status_code == 302
    assert not AccountBatch.objects.exists()
