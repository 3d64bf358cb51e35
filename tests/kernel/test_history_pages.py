"""The history as people read it: within their scope, by names, and never more than they may see otherwise."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import queries
from pendapa.kernel.history.models import ChangeSet
from tests.cast import WHO, Cast
from tests.kernel.things import SYSTEM, edit, element, relation, write

LIST = "/di/uji/riwayat/"


def address(found: ChangeSet) -> str:
    return f"{LIST}{found.uid}/"


@pytest.mark.parametrize(
    ("who", "status"),
    [(who, 200) for who in ("operator", "other_operator", "head", "diskominfo", "sekda")]
    + [(who, 404) for who in ("assessor", "stranger", "foreigner")]
    + [("public", 302)],
)
def test_the_list_opens_for_who_may_read_history(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(LIST).status_code == status


def test_the_list_shows_sets_of_ones_unit_and_ones_own_newest_first(cast: Cast) -> None:
    write(
        SYSTEM,
        cast.unit,
        "import",
        "puskesmas.xlsx",
        within=cast.subunit,
        add=[element(cast.subunit, "A1", "Simpus")],
    )
    write(
        SYSTEM,
        cast.other_unit,
        "import",
        "capil.xlsx",
        within=cast.other_unit,
        add=[element(cast.other_unit, "B1", "Siak")],
    )
    write(cast.actor("operator"), cast.unit, add=[element(cast.unit, "A2", "Milik sendiri")])

    assert _titles(cast, "operator")[:2] == ["Milik sendiri", "puskesmas.xlsx"]
    assert _titles(cast, "head") == ["puskesmas.xlsx"]
    assert _titles(cast, "other_operator") == ["capil.xlsx"]
    assert _titles(cast, "diskominfo")[:3] == ["Milik sendiri", "capil.xlsx", "puskesmas.xlsx"]


def _titles(cast: Cast, who: str) -> list[str]:
    rows = queries.page(cast.actor(who), cast.institution).rows
    return [row.reason if row.kind == "import" else row.title for row in rows]


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(cast: Cast) -> None:
    for n in range(7):
        write(SYSTEM, cast.unit, add=[element(cast.unit, f"A{n}", f"Aplikasi {n}")])
    actor, seen, mark = cast.actor("sekda"), [], ""
    while True:
        found = queries.page(actor, cast.institution, after=mark, size=3)
        seen += [row.uid for row in found.rows]
        if not (mark := found.next):
            break
    assert len(seen) == len(set(seen)) == ChangeSet.objects.filter(institution=cast.institution).count()
    first = queries.page(actor, cast.institution, size=3)
    second = queries.page(actor, cast.institution, after=first.next, size=3)
    back = queries.page(actor, cast.institution, before=second.previous, size=3)
    assert [r.uid for r in back.rows] == [r.uid for r in first.rows]
    assert (back.previous, back.next) == ("", first.next)


@pytest.mark.parametrize(
    "mark",
    [
        "x",
        "|",
        "2020-01-01|3",
        "9999-99-99T00:00:00+00:00|1",
        "2020-01-01T00:00:00+00:00|" + "9" * 40,
        "0001-01-01T00:00:00+14:00|1",
        "9999-12-31T23:59:59-14:00|1",
    ],
)
def test_a_bad_mark_is_no_mark(cast: Cast, mark: str) -> None:
    client = cast.client("sekda")
    assert client.get(LIST, {"after": mark}).status_code == 200
    assert client.get(LIST, {"before": mark}).status_code == 200


def test_a_set_tells_before_and_after_by_name(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Simpus", attributes={"uraian": "Lama", "basis": "web"})
    write(SYSTEM, cast.unit, add=[row])
    changed = edit(
        SYSTEM,
        row,
        unit=cast.other_unit,
        attributes={"uraian": "Baru", "basis": "web"},
        classification="public",
    )

    [line] = queries.lines(cast.actor("diskominfo"), changed).rows
    told = {d.field: (d.before, d.after) for d in line.differences}
    assert told["unit"] == ("Dinas Kesehatan", "Dinas Kependudukan dan Pencatatan Sipil")
    assert told["attributes.uraian"] == ("Lama", "Baru")
    assert "attributes.basis" not in told
    assert set(told) == {"unit", "attributes.uraian", "classification"}
    assert "_" not in "".join(d.label for d in line.differences)

    page = cast.client("diskominfo").get(address(changed))
    text = re.sub(r"\s+", " ", page.content.decode())
    assert '<del class="muted">Lama</del>' in text and "<b>Baru</b>" in text
    assert "Simpus" in text


def test_the_pages_speak_both_languages(cast: Cast) -> None:
    done = write(SYSTEM, cast.unit, "import", "a.xlsx", add=[element(cast.unit, "A1")])
    client = cast.client("diskominfo")
    assert "Riwayat" in client.get(LIST).content.decode()
    assert "Batalkan impor" in client.get(address(done)).content.decode()
    assert "Undo import" in client.get("/en" + address(done)).content.decode()


def test_a_restricted_thing_of_another_unit_does_not_show_through_history(cast: Cast) -> None:
    secret = element(cast.other_unit, "B1", "Sistem rahasia", classification="restricted")
    plain = element(cast.other_unit, "B2", "Sistem biasa")
    mixed = write(SYSTEM, cast.unit, "import", "campur.xlsx", within=cast.unit, add=[secret, plain])
    alone = edit(SYSTEM, secret, name="Sistem rahasia sekali")
    ChangeSet.objects.filter(pk=alone.pk).update(unit=cast.unit)
    linked = write(SYSTEM, cast.unit, within=cast.unit, add=[relation(plain, secret)])

    operator, client = cast.actor("operator"), cast.client("operator")
    page = client.get(address(mixed)).content.decode()
    assert "Sistem biasa" in page and "rahasia" not in page
    assert queries.change_set(operator, cast.institution, mixed.uid)[1].counts == {"add": 1}
    assert queries.of_target(operator, cast.institution, secret.uid) == []
    for hidden in (alone, linked):
        assert client.get(address(hidden)).status_code == 404
    assert "rahasia" not in client.get(LIST).content.decode()

    assert "Sistem rahasia" in cast.client("diskominfo").get(address(mixed)).content.decode()
    assert len(queries.of_target(cast.actor("other_operator"), cast.institution, secret.uid)) == 2


def test_a_type_without_a_rule_of_sight_is_hidden_from_who_does_not_see_everything(cast: Cast) -> None:
    from pendapa.organisation.models import UnitAlias

    uids = [uuid4()]
    assert UnitAlias.recorded_type
    assert history.hidden(cast.actor("operator"), cast.institution, uids) == set()
    assert history.hidden(cast.actor("sekda"), cast.institution, uids) == set(uids)
    assert history.hidden(cast.actor("foreigner"), cast.institution, uids) == set()


def test_the_writes_of_one_thing_are_told_newest_first(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Satu")
    write(SYSTEM, cast.unit, add=[row])
    edit(cast.actor("diskominfo"), row, name="Dua")
    told = queries.of_target(cast.actor("operator"), cast.institution, row.uid)
    assert [(e.verb, e.version, e.author) for e in told] == [("change", 2, "Diskominfo"), ("add", 1, "uji")]
    assert [(d.field, d.before, d.after) for d in told[0].differences] == [("name", "Satu", "Dua")]
    assert queries.of_target(cast.actor("other_operator"), cast.institution, row.uid) == []


def test_recent_is_the_top_of_the_list(cast: Cast) -> None:
    for n in range(4):
        write(SYSTEM, cast.unit, add=[element(cast.unit, f"A{n}", f"Aplikasi {n}")])
    assert [r.title for r in queries.recent(cast.actor("sekda"), cast.institution, 2)] == [
        "Aplikasi 3",
        "Aplikasi 2",
    ]


def test_a_large_set_is_paged(cast: Cast) -> None:
    rows = [element(cast.unit, f"A{n:03}", f"Aplikasi {n:03}") for n in range(250)]
    done = write(SYSTEM, cast.unit, "import", "besar.xlsx", add=rows)
    actor, names, after = cast.actor("sekda"), [], 0
    while True:
        found = queries.lines(actor, done, after=after)
        names += [line.name for line in found.rows]
        if not (after := found.next):
            break
    assert names == [f"Aplikasi {n:03}" for n in range(250)]
    second = queries.lines(actor, done, after=queries.lines(actor, done).next)
    assert [r.name for r in queries.lines(actor, done, before=second.previous).rows] == names[:100]
    assert 'rel="next"' in cast.client("sekda").get(address(done)).content.decode()


def test_the_pages_ask_the_same_number_of_questions_however_long_they_are(
    cast: Cast, django_assert_max_num_queries
) -> None:
    rows = [element(cast.unit, f"A{n}") for n in range(60)]
    done = write(SYSTEM, cast.unit, "import", "a.xlsx", within=cast.unit, add=rows)
    for row in rows[:20]:
        edit(SYSTEM, row, name=f"{row.name} baru")
    for who in ("diskominfo", "operator"):
        client = cast.client(who)
        with django_assert_max_num_queries(23):
            client.get(LIST)
        with django_assert_max_num_queries(24):
            client.get(address(done))


def test_undo_is_pressed_in_the_page_and_told(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    done = write(cast.actor("operator"), cast.unit, "import", "a.xlsx", within=cast.unit, add=rows)
    edit(cast.actor("diskominfo"), rows[0], name="Satu <baru>")
    client = cast.client("operator")
    answer = client.post(address(done) + "batalkan/", follow=True)
    text = answer.content.decode()
    undone = ChangeSet.objects.get(undoes=done)
    assert answer.redirect_chain == [(address(undone), 302)]
    assert "Satu &lt;baru&gt;" in text and "Diskominfo" in text and "<ul><li><b>" in text
    again = client.post(address(done) + "batalkan/", follow=True)
    assert ChangeSet.objects.filter(undoes=done).count() == 1
    assert "Satu &lt;baru&gt;" in again.content.decode()


@pytest.mark.parametrize("who", WHO)
def test_the_undo_button_shows_to_who_may_press_it(cast: Cast, who: str) -> None:
    done = write(
        cast.actor("operator"),
        cast.unit,
        "import",
        "a.xlsx",
        within=cast.unit,
        add=[element(cast.unit, "A1")],
    )
    client, there = cast.client(who), address(done) + "batalkan/"
    page = client.get(address(done))
    may = who in ("operator", "diskominfo")
    assert (page.status_code == 200 and there in page.content.decode()) is may
    answer = client.post(there)
    assert answer.status_code == (302 if may or who == "public" else 404)
    assert ChangeSet.objects.filter(undoes=done).exists() is may


def test_undo_by_address_alone_is_refused(cast: Cast) -> None:
    done = write(SYSTEM, cast.unit, add=[element(cast.unit, "A1")])
    assert cast.client("diskominfo").get(address(done) + "batalkan/").status_code == 405


def test_an_absent_set_and_one_of_another_institution_look_the_same(cast: Cast) -> None:
    foreign = ChangeSet.objects.filter(institution=cast.other_institution).first()
    assert foreign is not None
    answers = [cast.client("diskominfo").get(f"{LIST}{uid}/") for uid in (foreign.uid, uuid4())]
    assert [a.status_code for a in answers] == [404, 404]
    strip = re.compile(rb"[0-9a-f-]{36}|value=\"[^\"]*\"|content=\"[^\"]*\"")
    assert strip.sub(b"", answers[0].content) == strip.sub(b"", answers[1].content)
    with pytest.raises(NotFound):
        queries.change_set(cast.actor("diskominfo"), cast.institution, foreign.uid)


def test_the_history_of_an_opd_of_a_person_and_of_imports(cast: Cast) -> None:
    """One list, narrowed by the address; a stranger's number is as absent as one that never was."""
    for who, unit, name in (
        ("operator", cast.unit, "SIMRS"),
        ("other_operator", cast.other_unit, "Adminduk"),
    ):
        write(cast.actor(who), unit, within=unit, add=[element(unit, name)])
    client = cast.client("diskominfo")
    of_unit = client.get(LIST, {"unit": str(cast.unit.uid)}).content.decode()
    assert "SIMRS" in of_unit and "Adminduk" not in of_unit
    of_person = client.get(LIST, {"orang": cast.users["other_operator"].pk}).content.decode()
    assert "Adminduk" in of_person and "SIMRS" not in of_person
    assert "SIMRS" not in client.get(LIST, {"jenis": "import"}).content.decode()
    for query in (
        {"orang": cast.users["stranger"].pk},
        {"orang": 987654},
        {"orang": "x"},
        {"unit": "x"},
        {"unit": str(cast.foreign_unit.uid)},
    ):
        assert client.get(LIST, query).status_code == 404
    # Of another OPD's person an operator learns nothing, not even that there is something.
    assert cast.client("operator").get(LIST, {"orang": cast.users["other_operator"].pk}).status_code == 404
