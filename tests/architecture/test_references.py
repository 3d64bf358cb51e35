"""The import, the forms and the pages find the same reference in the same words."""

from __future__ import annotations

import pytest

from pendapa.kernel.tables.references import ReferenceIndex
from pendapa.regulations import packs

SPELLINGS = [
    "RAB.06.01", "rab 6.1", "RAB-06-01: Pendidikan", "06.01", "6.1 Pendidikan", "Pendidikan", " PENDIDIKAN ",
    "RAB Pendidikan", "Pendidikan (urusan wajib)", "RAB.06.01 Pendidikn", "RAB.06.01 Kesehatan", "RAB.99.99", "RAL.06.01",
    "Urusan Luar Negeri", "RAB.01.02 Urusan Luar Negeri", "Hubungan Luar Negeri", "RAB.03.05 Pembangunan Kawasan",
    "RAB.03.05 Sama Sekali Lain", "Rumpun", "RAB", "²", "6.", "x" * 500, "Akuntabilitas Kinerja", "Pertahanan",
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
@pytest.mark.parametrize("tree", ["RAB", "RAL", "RAA"])
def test_both_doors_read_a_cell_alike(text: str, tree: str) -> None:
    references = packs.references()
    node = references.lookup(text, tree)
    code, remark = ReferenceIndex(tree, references.entries(tree)).find(text)
    assert code == (node.code if node else None)
    assert (remark is None) == (node is not None)


@pytest.mark.parametrize("tree", packs.references().trees)
def test_every_name_of_a_node_is_read_by_both(tree: str) -> None:
    references = packs.references()
    index = ReferenceIndex(tree, references.entries(tree))
    for node in references.tree(tree):
        texts = [f"{node.code} {name}" for name in (node.name, *node.also)] if node.code else []
        for text in texts:
            assert references.lookup(text, tree) is node and index.find(text) == (node.code, None)


def test_other_names_of_a_reference_are_known_to_the_import() -> None:
    references = packs.references()
    index = ReferenceIndex("RAB", references.entries("RAB"))
    assert index.find("Urusan Luar Negeri") == ("RAB.01.02", None)
