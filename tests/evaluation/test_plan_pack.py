"""The assumptions of the planner: complete for every instrument, told as assumptions, refused where they are wrong."""

import pytest
import yaml

from pendapa.evaluation.rules.circles import circle
from pendapa.evaluation.rules.planning import read_problem
from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.planning import load_planning


@pytest.mark.parametrize("id", packs.instrument_ids())
def test_every_step_of_every_indicator_has_an_assumed_cost_and_days_and_says_that_it_is_assumed(id):
    instrument, defaults = packs.instrument(id), packs.planning().of(id)
    assert not defaults.verified and defaults.source and defaults.currency == "IDR"
    for indicator in instrument.indicators:
        assert indicator.number in defaults.kinds
        for level in range(int(instrument.scale.min) + 1, int(instrument.scale.max) + 1):
            assert defaults.cost(indicator.number, level) > 0 and defaults.days(indicator.number, level) > 0


@pytest.mark.parametrize("id", packs.instrument_ids())
def test_the_prerequisites_of_the_pack_can_be_handed_to_the_planner(id):
    instrument, defaults = packs.instrument(id), packs.planning().of(id)
    assert defaults.requires
    levels = {indicator.number: 2 for indicator in instrument.indicators}
    document = {"levels": levels, "target": 3, "requires": [list(one) for one in defaults.requires]}
    assert circle(read_problem(document, instrument).requires) == []


def test_an_instrument_that_the_pack_does_not_know_has_the_fallback_kind():
    defaults = packs.planning().of("spbe-2031")
    assert defaults.cost("1", 3) == packs.planning().fallback.step(3).cost and defaults.requires == ()


@pytest.mark.parametrize(("change", "fault"), [
    (lambda pack: pack["kinds"]["policy"]["steps"].update({2: {"cost": -1, "days": 3}}), "cannot be negative"),
    (lambda pack: pack["instruments"][1]["kinds"].update({"policies": ["1"]}), "unknown kind"),
    (lambda pack: pack["instruments"][1]["kinds"].update({"audit": ["1"]}), "has two kinds"),
    (lambda pack: pack["instruments"][1]["requires"].append(["11", 3, "1"]), "must be [indicator, level"),
    (lambda pack: pack.update(fallback="nothing"), "must be one of"),
])  # fmt: skip
def test_a_wrong_pack_is_refused_with_what_is_wrong(tmp_path, change, fault):
    pack = yaml.safe_load((packs.FOLDER / "planning.yaml").read_text(encoding="utf-8"))
    change(pack)
    file = tmp_path / "planning.yaml"
    file.write_text(yaml.safe_dump(pack), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_planning(file)
    assert any(fault in str(one) for one in caught.value.faults)
