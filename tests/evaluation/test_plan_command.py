"""The contract of `pendapa plan`: what other people's scripts rely on, and every kind of input that is refused."""

import json
import subprocess
import sys
from fractions import Fraction

import pytest
import typer
from typer.testing import CliRunner

from pendapa.evaluation.cli_plan import plan
from pendapa.evaluation.rules.scoring import score
from pendapa.regulations import packs
from tools.testing.homes import spent_by_children

KEYS = ["status", "cost", "index", "levels", "steps", "bound", "greedy_cost", "marginal", "relax"]
app = typer.Typer()
app.command()(plan)


def run(document, *options):
    text = document if isinstance(document, (str, bytes)) else json.dumps(document)
    return CliRunner().invoke(app, ["-", *options], input=text)


def all_at(id, level, **changed):
    return {indicator.number: level for indicator in packs.instrument(id).indicators} | changed


def asked(level=2, id="spbe-2020", **more):
    """A problem where every step costs 10, all the others being locked by nothing."""
    costs = {number: dict.fromkeys(["1", "2", "3", "4", "5"], 10) for number in all_at(id, level)}
    return {"instrument": id, "levels": all_at(id, level), "costs": costs} | more


def answered(document, *options, code=0):
    result = run(document, *options)
    assert result.exit_code == code and result.stderr == "", result.stderr
    answer = json.loads(result.stdout)
    assert list(answer) == KEYS
    return answer


def assert_refused(result, *faults):
    assert result.exit_code == 2 and result.stdout == ""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = result.stderr.splitlines()
    assert "Traceback" not in result.stderr and len(lines) >= len(faults)
    for fault in faults:
        assert any(fault in line for line in lines), lines
    return lines


def test_the_answer_has_exactly_the_promised_keys_and_decimal_strings():
    answer = answered(asked(target="2.03"))
    assert answer["status"] == "optimal"
    # One step of an indicator of weight 3 gives 0.03; the first of them by number is 42, and ties are settled the same way.
    assert (answer["cost"], answer["bound"], answer["greedy_cost"]) == ("10", "10", "10")
    assert answer["index"] == ["2.03"] and answer["marginal"] == "10" and answer["relax"] == []
    (step,) = answer["steps"]
    assert list(step) == ["year", "indicator", "from", "to", "cost"]
    assert (step["year"], step["from"], step["to"], step["cost"]) == (1, "2", "3", "10")
    assert packs.instrument("spbe-2020").indicator(step["indicator"]).weight == 3
    (levels,) = answer["levels"]
    assert set(levels) == set(all_at("spbe-2020", 2)) and levels[step["indicator"]] == "3"
    assert all(isinstance(level, str) for level in levels.values())


def test_nothing_to_rise_is_an_empty_plan_that_costs_nothing():
    answer = answered(asked(3, target=3))
    assert (answer["cost"], answer["bound"], answer["steps"], answer["index"]) == ("0", "0", [], ["3"])
    assert answer["greedy_cost"] == "0" and answer["marginal"] == "10"


@pytest.mark.parametrize("id", packs.instrument_ids())
def test_every_instrument_is_planned_with_the_assumed_costs_of_the_pack(id):
    answer = answered({"instrument": id, "levels": all_at(id, 2)}, "--target", "2.6")
    defaults = packs.planning().of(id)
    assert not defaults.verified
    for step in answer["steps"]:
        assert Fraction(step["cost"]) == defaults.cost(step["indicator"], int(step["to"]))
    assert Fraction(answer["index"][-1]) >= Fraction("2.6")


def test_the_unrounded_index_meets_the_target():
    # 2.596 would be displayed as 2.60; no plan may stop there.
    answer = answered(asked(target="2.6"))
    assert Fraction(answer["index"][0]) >= Fraction("2.6")
    reached = score(packs.instrument("spbe-2020"), levels=answer["levels"][0]).index
    assert reached == Fraction(answer["index"][0])


def test_options_override_the_file():
    document = asked(target=3, predicate="Memuaskan", years=3)
    assert answered(document, "--target", "2.03", "--years", "1")["index"] == ["2.03"]
    by_predicate = answered(document, "--predicate", "baik", "--years", "2")
    assert len(by_predicate["index"]) == 2 and Fraction(by_predicate["index"][-1]) >= Fraction("2.6")


def test_of_target_and_predicate_the_higher_one_is_reached():
    assert Fraction(answered(asked(target="2.1", predicate="Baik"))["index"][0]) >= Fraction("2.6")


def test_the_most_index_for_a_budget():
    answer = answered(asked(), "--budget", "35.5")
    # Three steps of 10 fit; the heaviest indicators weigh 3 of 100.
    assert (answer["cost"], answer["index"], answer["bound"]) == ("30", ["2.09"], "2.09")
    assert answer["greedy_cost"] is None and answer["marginal"] is None


def test_a_target_within_a_budget_is_reached_cheaply_or_not_at_all():
    assert answered(asked(target="2.03", budget=10))["cost"] == "10"
    answer = answered(asked(target="2.03", budget="9.5"), code=3)
    assert {"constraint": "budget", "by": "0.5"} in answer["relax"]


def test_a_decimal_climbs_first_to_the_next_whole_level():
    levels = all_at("pemdi-2026", "2.75")
    answer = answered(asked(id="pemdi-2026", target="2.8") | {"levels": levels})
    assert {(step["from"], step["to"]) for step in answer["steps"]} == {("2.75", "3"), ("3", "4")} or {
        (step["from"], step["to"]) for step in answer["steps"]
    } == {("2.75", "3")}
    assert Fraction(answer["index"][0]) >= Fraction("2.8")


def test_a_step_of_a_decimal_costs_the_whole_step():
    levels = all_at("pemdi-2026", 5, **{"20": "2.9"})
    answer = answered(
        {"instrument": "pemdi-2026", "levels": levels, "target": 5, "costs": {"20": {"3": 7, "4": 8, "5": 9}}}
    )
    assert answer["cost"] == "24"
    assert [(s["from"], s["to"], s["cost"]) for s in answer["steps"]] == [
        ("2.9", "3", "7"),
        ("3", "4", "8"),
        ("4", "5", "9"),
    ]


def test_budgets_a_year_spread_the_steps():
    answer = answered(asked(4, target=5, years=5, budgets=[100, 100, 100, 100, 70]))
    spent = [sum(Fraction(s["cost"]) for s in answer["steps"] if s["year"] == year) for year in range(1, 6)]
    assert spent == [100, 100, 100, 100, 70]
    assert answer["index"] == sorted(answer["index"]) and answer["index"][-1] == "5"


def test_a_year_without_a_budget_is_null():
    answer = answered(asked(4, target=5, years=2, budgets=[0, None]))
    assert {step["year"] for step in answer["steps"]} == {2}


def test_capacity_counts_the_days_of_the_units_own_indicators():
    days = {"46": {"3": 30, "4": 30}, "47": {"3": 30, "4": 30}}
    document = asked(
        target="2.06", years=2, units={"46": "DINKES", "47": "DINKES"}, days=days,
        capacity={"DINKES": [30, 30]}, locked=[str(n) for n in range(1, 46)],
    )  # fmt: skip
    assert [step["year"] for step in answered(document)["steps"]] == [1, 2]
    short = answered(document | {"capacity": {"DINKES": [30, "19.5"]}}, code=3)
    assert {"constraint": "capacity DINKES", "by": "10.5"} in short["relax"]


def test_a_prerequisite_stands_in_the_same_year():
    locked = [str(n) for n in range(2, 47) if n != 11]
    document = asked(target="2.05", locked=[*locked, "47"], requires=[["11", 3, "1", 4]])
    answer = answered(document)
    assert answer["levels"][0]["11"] == "3" and answer["levels"][0]["1"] == "4" and answer["cost"] == "30"


def test_a_prerequisite_binds_what_stands_today():
    answer = answered(asked(target=2, requires=[["11", 2, "1", 3]]))
    assert [(step["indicator"], step["to"]) for step in answer["steps"]] == [("1", "3")]


def test_prerequisites_of_the_pack_bind_only_where_the_file_names_them():
    locked = [str(n) for n in range(1, 48) if n != 11]
    assert answered(asked(1, target="1.05", locked=locked))["levels"][0]["11"] == "3"


def test_the_rise_of_a_year_is_limited():
    answer = answered(asked(2, target=4, years=2, max_rise=1))
    assert answer["index"] == ["3", "4"]
    assert answered(asked(2, target="4.1", years=2, max_rise=1), code=3)["relax"][0] == {
        "constraint": "target",
        "by": "0.1",
    }


def test_a_lock_that_makes_the_target_impossible_is_named_with_the_levels_it_must_give():
    answer = answered(asked(2, target="4.95", locked=["12"]), code=3)
    assert answer["status"] == "infeasible"
    assert (answer["cost"], answer["bound"], answer["greedy_cost"], answer["marginal"]) == (None,) * 4
    assert (answer["index"], answer["levels"], answer["steps"]) == ([], [], [])
    assert answer["relax"] == [
        {"constraint": "target", "by": "0.025"},
        {"constraint": "locked 12", "by": "1"},
    ]


def test_the_marginal_price_is_null_at_the_end_of_the_scale():
    assert answered(asked(4, target=5))["marginal"] is None
    assert answered(asked(4, target=5, budget=470))["greedy_cost"] == "470"


def test_the_marginal_price_is_nothing_where_the_plan_overshoots():
    levels = all_at("spbe-2020", 3)
    assert answered({"instrument": "spbe-2020", "levels": levels, "target": "2.5"})["marginal"] == "0"


def test_greedy_takes_the_lower_number_of_equals_and_never_looks_ahead():
    # 45, 46 and 47 weigh the same: 0.03 a step. Greedy takes the cheap small step of 10 first and then needs more.
    locked = [str(n) for n in range(1, 45)]
    costs = {"45": {"3": 3, "4": 100}, "46": {"3": 4, "4": 3}, "47": {"3": 4, "4": 100}}
    answer = answered(asked(target="2.06", locked=locked) | {"costs": costs})
    assert (answer["cost"], answer["greedy_cost"]) == ("7", "7")
    stuck = answered(
        asked(target="2.06", locked=locked, budget=7)
        | {"costs": {**costs, "45": {"3": 1, "4": 100}, "47": {"3": 7, "4": 1}}}
    )
    assert (stuck["cost"], stuck["greedy_cost"]) == ("5", "5")


def test_greedy_wastes_what_the_optimum_saves_and_says_so():
    # The best step for its cost (10 for 0.03) does not reach the target; a second one must follow, while one dear step does.
    levels = all_at("pemdi-2026", 5, **{"20": 4, "6": 4})
    costs = {"6": {"5": 1}, "20": {"5": 10}}
    answer = answered({"instrument": "pemdi-2026", "levels": levels, "target": "4.97", "costs": costs})
    assert (answer["cost"], answer["greedy_cost"]) == ("10", "11")


def test_greedy_weighs_the_cost_against_the_index_and_not_by_itself():
    # 20 weighs 15, 6 weighs 3: 10 for 0.15 is the better price than 4 for 0.03.
    levels = all_at("pemdi-2026", 5, **{"20": 4, "6": 4})
    costs = {"6": {"5": 4}, "20": {"5": 10}}
    answer = answered({"instrument": "pemdi-2026", "levels": levels, "target": "4.97", "costs": costs})
    assert answer["greedy_cost"] == "10"


def test_greedy_that_is_stuck_has_no_cost():
    levels = all_at("pemdi-2026", 5, **{"20": 4, "6": 4})
    document = {"instrument": "pemdi-2026", "levels": levels, "target": "4.97", "budget": 10}
    answer = answered(document | {"costs": {"6": {"5": 1}, "20": {"5": 10}}})
    assert (answer["cost"], answer["greedy_cost"]) == ("10", None)


def test_indicators_wished_for_are_reached_without_any_target():
    answer = answered(asked(wished={"12": 4}))
    assert answer["levels"][0]["12"] == "4" and answer["cost"] == "20"


def test_a_step_counts_not_before_its_year():
    answer = answered(asked(wished={"12": 3}, years=2, not_before={"12": {"3": 2}}))
    assert [step["year"] for step in answer["steps"]] == [2]


def test_a_step_is_made_as_early_as_it_fits():
    answer = answered(asked(target="2.06", years=3, budgets=[10, 10, 10]))
    assert [step["year"] for step in answer["steps"]] == [1, 2]


def test_steps_that_cost_nothing_and_serve_nothing_are_left_out():
    costs = {number: dict.fromkeys(["3", "4", "5"], 0) for number in all_at("spbe-2020", 2)}
    answer = answered(asked(target="2.03") | {"costs": costs})
    assert answer["cost"] == "0" and len(answer["steps"]) <= 3


def test_a_table_for_people_names_the_steps():
    result = run(asked(target="2.03"), "--format", "table")
    assert result.exit_code == 0 and result.stdout.startswith("Proven: cost 10, index 2.03 (Cukup)")
    refused = run(asked(target="4.95", locked=["12"]), "--format", "table")
    assert refused.exit_code == 3 and "locked 12 by 1" in refused.stdout


def test_every_fault_stands_on_a_line_of_its_own():
    lines = assert_refused(
        run(
            asked(target="5.01", years=6, budget=-1, max_rise="1.5", locked=["99"], budgets=[1])
            | {"costs": {"11": {"3": "-4", "7": 1}, "12": 3}, "requires": [["11", 3, "1"], ["11", 9, "1", 2]]}
        ),
        'target: "5.01" given; a number from 1 to 5 accepted',
        "years: 6 given; a whole number from 1 to 5 accepted",
        "budget: -1 given; a number from 0 to",
        'max_rise: "1.5" given; a whole number of at least 0 accepted',
        'locked: indicator "99": unknown in spbe-2020',
        'costs: indicator 11 to level 3: "-4" given',
        'costs: indicator 11: level "7" given; a whole level from 1 to 5 accepted',
        "costs: indicator 12: an object needed",
        "requires: entry 1: [indicator, level, indicator, level] needed",
        "requires: entry 2: 9 given; a whole level from 1 to 5 accepted",
    )
    assert len(lines) == 10


@pytest.mark.parametrize(("changed", "fault"), [
    ({"target": 5.5}, "target: 5.5 given; a number from 1 to 5 accepted"),
    ({"target": "NaN"}, 'target: "NaN" given'),
    ({"target": True}, "target: true given"),
    ({"target": [3]}, "target: a list given"),
    ({"predicate": "Hebat"}, 'predicate: "Hebat" given; one of Memuaskan, Sangat Baik, Baik, Cukup, Kurang accepted'),
    ({"predicate": 3}, "predicate: 3 given"),
    ({"levels": {}}, "levels: missing"),
    ({"levels": [3]}, "levels: an object needed"),
    ({"years": 0}, "years: 0 given"),
    ({"years": 1.5}, "years: 1.5 given"),
    ({"years": 2, "budgets": [1]}, "budgets: 1 given; a list with one amount for each of 2 years accepted"),
    ({"budgets": 3}, "budgets: 3 given; a list with one amount"),
    ({"budgets": [-3]}, "budgets: year 1: -3 given"),
    ({"capacity": {"A": [1, 2]}}, 'capacity: "A": 2 given; a list with one amount for each of 1 years'),
    ({"capacity": [1]}, "capacity: an object needed"),
    ({"units": {"11": 3}}, "units: indicator 11: 3 given; the name of a unit accepted"),
    ({"units": {"111": "A"}}, 'units: indicator "111": unknown in spbe-2020'),
    ({"days": {"11": {"3": "x"}}}, 'days: indicator 11 to level 3: "x" given'),
    ({"locked": "12"}, "locked: a list of indicators needed"),
    ({"locked": [12]}, "locked: indicator 12: unknown"),
    ({"requires": [["11", 3, "111", 2]]}, 'requires: entry 1: indicator "111": unknown'),
    ({"requires": {"11": 3}}, "requires: a list of [indicator, level, indicator, level] needed"),
    ({"wished": {"12": 6}}, "wished: indicator 12: 6 given"),
    ({"not_before": {"12": {"3": 0}}}, "not_before: indicator 12 to level 3: 0 given"),
    ({"capasity": {}}, '"capasity": unknown; did you mean "capacity"?'),
    ({"instrument": "spbe-1999"}, "unknown instrument 'spbe-1999'"),
    ({"instrument": 3}, "instrument: not a text"),
])  # fmt: skip
def test_what_cannot_be_planned_is_refused_in_one_clean_line(changed, fault):
    assert len(assert_refused(run(asked(target=3) | changed), fault)) == 1


def test_no_goal_is_told():
    assert_refused(run(asked()), "nothing to plan for: target, predicate, budget or budgets needed")


@pytest.mark.parametrize(("requires", "told"), [
    ([["11", 3, "1", 2], ["1", 2, "11", 3]], "indicator 1 at 2 needs indicator 11 at 3 needs indicator 1 at 2"),
    ([["11", 3, "11", 4]], "indicator 11 at 3 needs indicator 11 at 4 needs indicator 11 at 3"),
    ([["11", 3, "1", 2], ["1", 2, "12", 4], ["12", 3, "11", 3]], "circular: "),
])  # fmt: skip
def test_circular_prerequisites_are_told_with_the_circle(requires, told):
    (line,) = assert_refused(run(asked(target=3, requires=requires)), told)
    assert line.startswith("requires: circular: ")


@pytest.mark.parametrize("requires", [
    [["11", 3, "1", 2], ["1", 3, "11", 2]], [["11", 3, "1", 2], ["11", 4, "1", 3], ["11", 3, "1", 2]], [["11", 4, "11", 3]],
])  # fmt: skip
def test_prerequisites_that_climb_by_turns_are_no_circle(requires):
    assert answered(asked(target="2.03", requires=requires))["status"] == "optimal"


@pytest.mark.parametrize(("text", "fault"), [
    ("", "not JSON"), ("[]", "a JSON object is needed"), ("null", "a JSON object is needed"),
    ("{}", "instrument: missing"), ('{"instrument": "spbe-2020", "target": NaN}', "NaN is not a number"),
    ('{"instrument": "spbe-2020", "target": 3, "target": 4}', "'target' is given twice"),
    ("[" * 100_000, "nested too deeply"), (b"\xff\xfe{}", "not UTF-8"),
])  # fmt: skip
def test_what_is_no_problem_at_all_is_refused(text, fault):
    assert_refused(run(text), fault)


def test_a_missing_file_is_refused(tmp_path):
    assert_refused(CliRunner().invoke(app, [str(tmp_path / "none.json")]), "No such file")


@pytest.mark.parametrize(
    "option",
    [("--target", "x"), ("--target", "9"), ("--years", "2.5"), ("--budget", "-1"), ("--predicate", "")],
)
def test_a_wrong_option_is_refused_like_a_wrong_file(option):
    assert_refused(run(asked(target=3), *option), f"{option[0][2:]}: ")


def test_a_process_of_its_own_answers_soon_without_django(tmp_path):
    script = tmp_path / "app.py"
    script.write_text(
        "import sys, typer\nfrom pendapa.evaluation.cli_plan import plan\n"
        "app = typer.Typer()\napp.command()(plan)\n"
        "try:\n    app()\nfinally:\n    assert 'django' not in sys.modules\n"
    )
    solver = subprocess.run([sys.executable, "-c", "import highspy"], check=True)
    assert solver.returncode == 0
    began = spent_by_children()
    subprocess.run([sys.executable, "-c", "import highspy"], check=True)
    alone = spent_by_children() - began
    began = spent_by_children()
    document = json.dumps(asked(target="2.03"))
    done = subprocess.run([sys.executable, str(script), "-"], input=document, capture_output=True, text=True)
    assert spent_by_children() - began < 1 + alone  # beyond the solver, of the processor
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cost"] == "10"
