"""The pack of ArchiMate: complete for the register, and refused where it leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from pendapa.regulations import packs
from pendapa.regulations.archimate import ASSOCIATION, load_archimate
from pendapa.regulations.errors import PackError

FILE = packs.FOLDER / "archimate.yaml"


def test_every_kind_of_the_metamodel_goes_out_and_comes_back_as_itself():
    pack = packs.archimate()
    for domain in packs.metamodel().domains:
        for kind in domain.kinds:
            form = pack.element(domain.key, kind.key)
            back = pack.read_element(form.type, form.specialization)
            assert (back.domain, back.kind) == (
                domain.key,
                kind.key if len(domain.kinds) > 1 else "",
            )


def test_every_relation_that_is_offered_has_a_form_and_the_way_back():
    pack = packs.archimate()
    for relation in packs.metamodel().relations:
        if relation.offered:
            known = pack.relation(relation.key)
            assert known is not None
            for form in known.forms:
                assert (relation.key, form) in list(pack.readings(form.type))


def test_what_has_no_form_between_two_types_is_an_association():
    pack = packs.archimate()
    assert pack.form("application_server", "ApplicationComponent", "Goal").type == ASSOCIATION
    assert pack.form("unheard_of", "Node", "Node").type == ASSOCIATION
    assert not pack.allows("Node", "Assignment", "ApplicationComponent")


def test_a_type_that_nothing_reads_lies_outside():
    pack = packs.archimate()
    assert pack.read_element("Driver") is pack.outside
    assert pack.read_element("Requirement") is pack.outside
    assert pack.read_element("Requirement", "Audit keamanan").domain == "security"


def test_nothing_of_it_is_called_verified():
    pack = packs.archimate()
    assert not pack.verified
    assert not any(one.verified for one in (*pack.elements, *pack.relations))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("type: Facility, spec", "type: Fasility, spec", "unknown type 'Fasility'"),
        ("forms: [{type: Flow}]", "forms: [{type: Flows}]", "unknown relation 'Flows'"),
        ("specialization: Server,", "specialization: Periferal,", "the specialization is there twice"),
        ("reads: [ApplicationComponent]", "reads: [Node]", "the type that is read is there twice"),
        (
            "{relation: server_process, forms: [{type: Serving}]}",
            "{relation: server_process, forms: [{type: Serving}, {type: Serving, reversed: true}]}",
            "no way back",
        ),
    ],
)
def test_a_pack_that_leads_nowhere_is_refused(tmp_path: Path, before: str, after: str, told: str):
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    broken = tmp_path / "archimate.yaml"
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PackError, match=told):
        load_archimate(broken)
