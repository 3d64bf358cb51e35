"""`pendapa score`: an index from a file of levels. Needs no database and no Django."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, DecimalException
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from pendapa.evaluation.rules.scoring import Given, Score, ScoreError, exact
from pendapa.evaluation.rules.scoring import score as compute
from pendapa.regulations import packs

# A file of levels has some kilobytes; anything of this size is something else.
_MAX_BYTES = 5_000_000


class Format(StrEnum):
    json = "json"
    table = "table"


@dataclass(frozen=True, slots=True)
class Request:
    """What a file asks for: an instrument and at least one of the three kinds of values."""

    instrument: str
    levels: Given | None
    aspects: Given | None
    domains: Given | None
    instead_of: str = ""


def score(
    file: Annotated[str, typer.Argument(help="A JSON file, or - for standard input.")],
    instrument: Annotated[str, typer.Option(help="The instrument; overrides the one in the file.")] = "",
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.json,
) -> None:
    """Compute the index, its domains and aspects and the predicate from maturity levels.

    Input: {"instrument": "spbe-2020", "levels": {"1": 3, …}}; "values" means the same as "levels"; where only those
    are known, "aspects" or "domains". Exit 2 with every fault on standard error when it cannot be scored.
    """
    try:
        request = read_request(read_bytes(file), instrument)
        model = packs.instrument(request.instrument)
        result = compute(model, request.levels, request.aspects, request.domains)
        if request.instead_of:
            told = f"computed as {request.instrument} as asked for; the file says {request.instead_of}"
            result = replace(result, warnings=(told, *result.warnings))
    except ScoreError as error:
        refuse(error.faults)
    except packs.UnknownPack as error:
        refuse([str(error)])
    except packs.PackError as error:
        refuse([str(fault) for fault in error.faults])
    if format is Format.json:
        print(json.dumps(as_json(result), indent=2))
    else:
        print(_table(result))


def as_json(result: Score) -> dict[str, Any]:
    """The JSON contract: full precision as decimal strings, repeating ones to 12 places."""
    return {
        "instrument": result.instrument,
        "index": exact(result.index),
        "index_display": result.index_display,
        "predicate": result.predicate,
        "domains": {number: exact(value) for number, value in result.domains.items()},
        "aspects": {number: exact(value) for number, value in result.aspects.items()},
        "warnings": list(result.warnings),
    }


def read_request(content: bytes, instrument: str = "") -> Request:
    """Read the JSON of `pendapa score`; numbers stay exact. Raises ScoreError."""
    document = read_json(content)
    if not isinstance(document, dict):
        raise ScoreError(
            ['a JSON object is needed, such as {"instrument": "spbe-2020", "levels": {"1": 3, …}}']
        )
    faults: list[str] = []
    name = instrument or document.get("instrument")
    if not isinstance(name, str) or not name:
        given = "missing" if name in (None, "") else "not a text"
        faults.append(f"instrument: {given}; one of {', '.join(packs.instrument_ids())} accepted")
        name = ""
    if document.get("levels") is not None and document.get("values") is not None:
        faults.append('"levels" and "values" mean the same: give one of them')
    levels = _mapping(document, "levels", faults)
    written = document.get("instrument")
    request = Request(
        instrument=name,
        instead_of=written if instrument and isinstance(written, str) and written != instrument else "",
        levels=_mapping(document, "values", faults) if levels is None else levels,
        aspects=_mapping(document, "aspects", faults),
        domains=_mapping(document, "domains", faults),
    )
    if faults:
        raise ScoreError(faults)
    return request


def _mapping(document: dict[str, Any], key: str, faults: list[str]) -> Given | None:
    value = document.get(key)
    if value is None or isinstance(value, dict):
        return value
    faults.append(f'{key}: an object of numbers is needed, such as {{"1": 3}}')
    return None


def read_bytes(file: str) -> bytes:
    """The content of a file, or of standard input for "-". Raises ScoreError."""
    try:
        if file == "-":
            content = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise ScoreError([f"{file!r} cannot be read: {reason}"]) from None
    if len(content) > _MAX_BYTES:
        raise ScoreError([f"{file!r} is larger than {_MAX_BYTES // 1_000_000} MB: no file of levels"])
    return content


def read_json(content: bytes) -> Any:
    """JSON with exact numbers (Decimal) and no key twice. Raises ScoreError."""
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_no_duplicates,
        )
    except UnicodeDecodeError:
        raise ScoreError(["not JSON: the text is not UTF-8"]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ScoreError([f"not JSON: {error.msg} ({place})"]) from None
    except RecursionError:
        raise ScoreError(["not JSON that can be read: nested too deeply"]) from None
    except DecimalException:
        raise ScoreError(["not JSON that can be read: a number is too large"]) from None


def _no_constant(name: str) -> Any:
    raise ScoreError([f"not JSON: {name} is not a number"])


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    twice = []
    for key, value in pairs:
        if key in seen:
            twice.append(f"{key[:40]!r} is given twice")
        seen[key] = value
    if twice:
        raise ScoreError(twice)
    return seen


def refuse(faults: Iterable[str]) -> NoReturn:
    """Every fault on a line of standard error, exit code 2."""
    for fault in faults:
        print(" ".join(fault.split()), file=sys.stderr)
    raise typer.Exit(2)


def _table(result: Score) -> str:
    """The same result for a reader: names beside the numbers, warnings below."""
    model = packs.instrument(result.instrument)
    rows = [("Index", result.index_display, f"{result.predicate} ({model.title.id})")]
    for domain in model.domains:
        if domain.number in result.domains:
            rows.append((f"Domain {domain.number}", exact(result.domains[domain.number]), domain.name.id))
    for aspect in model.aspects:
        if aspect.number in result.aspects:
            rows.append((f"Aspect {aspect.number}", exact(result.aspects[aspect.number]), aspect.name.id))
    left = max(len(row[0]) for row in rows)
    middle = max(len(row[1]) for row in rows)
    lines = [f"{first:<{left}}  {second:<{middle}}  {third}" for first, second, third in rows]
    lines += [f"Warning: {warning}" for warning in result.warnings]
    return "\n".join(lines)
