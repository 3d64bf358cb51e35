"""The file that goes out is one of the format: the schema takes it, the matrix allows its relations, others read it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendapa.architecture.archimate.export import export
from pendapa.architecture.archimate.reading import read
from pendapa.architecture.archimate.records import Link, Property, Thing, clean, folded, unfolded
from pendapa.architecture.archimate.writing import Head, write
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import NotFound
from pendapa.regulations import packs
from tests.architecture.archimate_schema import illegal, matrix, schema
from tests.architecture.scene import join, make
from tests.architecture.test_archimate_reading import MINIMAL
from tests.architecture.test_archimate_round_trip import every_relation, out, saved
from tests.cast import Cast
from tools.testing.missing import give_up


def test_the_schema_takes_every_kind_and_relation(cast: Cast) -> None:
    every_relation(cast)
    schema().validate(out(cast))


def test_the_schema_takes_an_empty_register(cast: Cast) -> None:
    schema().validate(out(cast))


def test_the_schema_takes_what_a_foreign_model_brought(cast: Cast) -> None:
    saved(cast, MINIMAL, unit=cast.unit)
    file = out(cast)
    schema().validate(file)
    assert illegal(file) == []


def test_the_schema_takes_our_example() -> None:
    schema().validate(MINIMAL)


def test_the_matrix_allows_every_relation_that_goes_out(cast: Cast) -> None:
    made = every_relation(cast)
    file = out(cast)
    assert file.count(b"<relationship ") == len(made)
    assert illegal(file) == []


def test_a_relation_that_is_not_allowed_goes_out_as_an_association_that_names_it(cast: Cast) -> None:
    relation = join(
        make(cast.unit, "SIAP"), "application_server", make(cast.unit, "Server", "infrastructure")
    )
    # As an institution's overlay may make it: a server that is written as something a component runs not on.
    Element.objects.filter(pk=relation.target_id).update(domain="strategy", kind="visi")
    file = out(cast)
    assert illegal(file) == []
    assert b'xsi:type="Association"' in file
    assert b"application_server" in file


def test_our_own_table_allows_nothing_that_the_matrix_does_not() -> None:
    pack = packs.archimate()
    wrong = [one for one in pack.allowed if one[1] not in matrix()[one[0], one[2]]]
    assert wrong == []
    ends = {(s, t) for s, _relation, t in pack.allowed}
    assert all("Association" in matrix()[pair] for pair in ends)


def test_the_same_register_gives_the_same_bytes(cast: Cast) -> None:
    every_relation(cast)
    assert out(cast) == out(cast)


def test_folders_follow_the_type_the_domain_and_the_reference(cast: Cast) -> None:
    make(cast.unit, "SIAP", attributes={"raa": "RAA.01.01"})
    file = out(cast).decode()
    order = [file.index(f">{label}<") for label in ("Application", "Aplikasi")]
    assert order == sorted(order)
    assert "Kode referensi SPBE" in file


def test_what_a_person_may_not_see_is_not_in_the_file(cast: Cast) -> None:
    seen = make(cast.unit, "Aplikasi biasa")
    hidden = make(cast.other_unit, "Layanan rahasia", "services", classification="restricted")
    join(seen, "application_service", hidden)
    assert b"Layanan rahasia" in out(cast, "diskominfo")
    told = out(cast, "operator").decode()
    assert "Aplikasi biasa" in told
    for trace in ("Layanan rahasia", str(hidden.uid), hidden.code, "<relationship"):
        assert trace not in told


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
def test_who_has_no_part_in_the_institution_gets_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        export(cast.actor(who), cast.institution)


def test_personal_data_goes_out_only_to_who_works_with_it(cast: Cast) -> None:
    personal = [c.key for c in packs.metamodel().domain("applications").columns if c.personal]
    element = make(cast.unit, "SIAP")
    Element.objects.filter(pk=element.pk).update(attributes=dict.fromkeys(personal, "Ni Luh Contoh"))
    assert personal
    assert b"Ni Luh Contoh" in out(cast, "diskominfo")
    assert b"Ni Luh Contoh" not in out(cast, "assessor")


READER = """
import json, sys
from pyArchimate import Model
model = Model("x"); model.read(sys.argv[1])
print(json.dumps([len(model.elements), len(model.relationships), len(model.views)]))
"""


def outside_reader() -> list[str]:
    """A Python that has pyArchimate (GPL-3.0-only), in an environment of its own: it is no dependency of anything here."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        give_up("no uv to bring the outside reader of ArchiMate")
    command = [uv, "run", "--quiet", "--no-project", "--isolated", "--python", sys.executable]
    command += ["--with", "pyArchimate==2.0.0", "python"]
    if subprocess.run([*command, "-c", "import pyArchimate"], capture_output=True, timeout=240).returncode:
        give_up("no pyArchimate 2.0.0, an outside reader of ArchiMate: it is fetched through uv")
    return command


def test_an_outside_reader_takes_the_file(cast: Cast, tmp_path: Path) -> None:
    command = outside_reader()
    made = every_relation(cast)
    path = tmp_path / "model.xml"
    path.write_bytes(out(cast))
    done = subprocess.run(
        [*command, "-c", READER, str(path)], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    elements, relations, views = json.loads(done.stdout.splitlines()[-1])
    assert (elements, relations) == (Element.objects.count(), len(made))
    assert views == len({e.domain for e in Element.objects.all()})


ANY = st.text(st.characters(codec="utf-8"), max_size=60)
NAMES = ANY.filter(lambda text: text.strip())


@settings(max_examples=80)
@given(
    st.lists(st.tuples(NAMES, ANY, st.lists(st.tuples(NAMES, ANY), max_size=3)), min_size=1, max_size=4), ANY
)
def test_odd_characters_survive_or_are_shown_as_missing(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[str, str, list[tuple[str, str]]]], label: str
) -> None:
    pack = packs.archimate()
    things = [
        Thing(f"id-{n}", "Goal", name, text, tuple(Property(*one) for one in said), ("Motivation",))
        for n, (name, text, said) in enumerate(facts)
    ]
    links = [Link("r", "Association", "id-0", "id-0", label)]
    path = tmp_path_factory.mktemp("odd") / "model.xml"
    path.write_bytes(b"".join(write(pack, Head("m", "x"), things, links)))
    found = read(path, pack)
    assert [(t.name, t.text) for t in found.things] == [(clean(t.name), clean(t.text)) for t in things]
    for thing, back in zip(things, found.things, strict=True):
        assert [p.value for p in back.properties] == [clean(p.value) for p in thing.properties]
    assert found.links[0].name == clean(label)


@given(st.lists(st.tuples(ANY.filter(bool), ANY).map(lambda pair: Property(*pair)), max_size=5))
def test_properties_folded_into_one_text_unfold_to_themselves(properties: list[Property]) -> None:
    assert list(unfolded(folded(properties))) == properties


def test_a_relation_of_a_hidden_end_does_not_break_the_file(cast: Cast) -> None:
    hidden = make(cast.other_unit, "Rahasia", classification="restricted")
    join(hidden, "application_service", make(cast.unit, "Layanan", "services"))
    assert Relation.objects.count() == 1
    schema().validate(out(cast, "operator"))
