"""`pendapa plan`: the cheapest way to a target index from a file. Needs no database and no Django."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from pendapa.evaluation.cli_score import read_bytes, read_json, refuse
from pendapa.evaluation.rules.planning import as_json, read_problem
from pendapa.evaluation.rules.problem import NotProven, PlanError, Problem, Solved
from pendapa.evaluation.rules.scoring import ScoreError, display, exact
from pendapa.regulations import packs

INFEASIBLE = 3


class Format(StrEnum):
    json = "json"
    table = "table"


def plan(
    file: Annotated[str, typer.Argument(help="A JSON file, or - for standard input.")],
    target: Annotated[
        str | None, typer.Option(help="The index to reach; overrides target and predicate of the file.")
    ] = None,
    predicate: Annotated[
        str | None, typer.Option(help="The predicate to reach; overrides target and predicate of the file.")
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="What all years may cost together; overrides the file.")
    ] = None,
    years: Annotated[str | None, typer.Option(help="In how many years, 1 to 5; overrides the file.")] = None,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.json,
) -> None:
    """Find the cheapest plan to a target index, or the most index for a budget, and prove it.

    Input: {"instrument": "spbe-2020", "levels": {"1": 2, …}, "target": 3.5, "years": 3, "budgets": [100, 100, 100], …};
    docs/plan-to-target.md describes all keys. What the file does not name does not bind; costs that it does not name are
    assumed. Exit 3 where there is no plan, with what to relax; 2 with every fault on standard error; 1 without a proof.
    """
    given = {"target": target, "predicate": predicate, "budget": budget, "years": years}
    try:
        problem = _problem(file, given)
        solved = _solve(problem)
    except (ScoreError, PlanError) as error:
        refuse(error.faults)
    except packs.UnknownPack as error:
        refuse([str(error)])
    except packs.PackError as error:
        refuse([str(fault) for fault in error.faults])
    except NotProven as error:
        typer.echo(f"no proven plan: {error}", err=True)
        raise typer.Exit(1) from None
    print(json.dumps(as_json(solved), indent=2) if format is Format.json else _table(solved))
    if not solved.optimal:
        raise typer.Exit(INFEASIBLE)


def _problem(file: str, options: dict[str, str | None]) -> Problem:
    document = read_json(read_bytes(file))
    if not isinstance(document, dict):
        raise PlanError(
            [
                'a JSON object is needed, such as {"instrument": "spbe-2020", "levels": {"1": 2, …}, "target": 3}'
            ]
        )
    name = document.get("instrument")
    if not isinstance(name, str) or not name:
        given = "missing" if name in (None, "") else "not a text"
        raise PlanError([f"instrument: {given}; one of {', '.join(packs.instrument_ids())} accepted"])
    instrument = packs.instrument(name)
    if options["target"] is not None or options["predicate"] is not None:
        document = {key: value for key, value in document.items() if key not in ("target", "predicate")}
    named = {key: value for key, value in options.items() if value is not None}
    return read_problem({**document, **named}, instrument)


def _solve(problem: Problem) -> Solved:
    from pendapa.evaluation.rules.solving import solve  # the solver is loaded only once the input is sound

    return solve(problem)


def _table(solved: Solved) -> str:
    """The same for a reader: the sum first, then the steps of each year."""
    problem = solved.problem
    lines: list[str] = []
    if solved.optimal:
        what = "index" if problem.for_budget else "cost"
        lines.append(f"Proven: cost {_money(solved.cost)}, index {_shown(problem, solved.index[-1])}")
        lines.append(f"Bound of the {what}: {exact(solved.bound) if solved.bound is not None else ''}")
        if not problem.for_budget:
            wasted = None if solved.greedy is None else solved.greedy.cost
            lines.append(f"Greedy way: {'stuck' if wasted is None else _money(wasted)}")
        if solved.marginal is not None:
            lines.append(f"0.01 more: {_money(solved.marginal)}")
    else:
        lines.append("No plan keeps all constraints. One of these alone would do:")
        lines += [f"  {one.constraint} by {exact(one.by)}" for one in solved.relax] or ["  none alone"]
    for year, index in enumerate(solved.index, 1):
        lines.append(f"Year {year}: index {_shown(problem, index)}")
        for step in solved.steps:
            if step.year == year:
                name = problem.instrument.indicator(step.indicator).short_name.id
                lines.append(
                    f"  {step.indicator:>4}  {exact(step.start)} to {step.end}  {_money(step.cost):>16}  {name}"
                )
    return "\n".join(lines)


def _shown(problem: Problem, index: Any) -> str:
    predicate = problem.instrument.predicate_of(index).name
    return f"{display(index, problem.instrument.decimals)} ({predicate})"


def _money(value: Any) -> str:
    return "" if value is None else exact(value)
