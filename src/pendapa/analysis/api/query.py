"""Questions in one line, as data."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from pendapa.analysis.queries import query as queries
from pendapa.analysis.queries import query_cells as cells
from pendapa.analysis.queries.query_sql import TooLong
from pendapa.analysis.rules import query as rules
from pendapa.analysis.rules.query_grammar import LONGEST
from pendapa.architecture.api.door import ABSENT, enter
from pendapa.kernel.access.rest import Problem, ProblemOut, answer, refused

router = Router()
PATH = "/institutions/{code}/query"
Line = Annotated[str, Field(max_length=LONGEST)]


class QueryColumn(Schema):
    """A column: ``key`` names it in the rows, ``step`` is the place of its step in the path, from 1."""

    key: str
    label: str
    step: int


class QueryStep(Schema):
    """A step of the path and how many elements take part in it: null where it was not counted."""

    domain: str
    kind: str
    count: int | None


class QueryRow(Schema):
    """``uids`` are the elements of the row by step (null where only those of the last step are asked), ``values`` what is
    kept by column: null where nothing is known."""

    uids: list[str | None]
    values: dict[str, Any]


class QueryOut(Schema):
    """One page. ``question`` is what was asked in one spelling; ``next`` goes into ``after``, empty at the end."""

    question: str
    steps: list[QueryStep]
    columns: list[QueryColumn]
    rows: list[QueryRow]
    next: str


class QueryProblem(ProblemOut):
    """``position`` and ``length`` mark the place in the question; ``expected`` and ``nearest`` say what would fit there."""

    position: int | None = None
    length: int | None = None
    expected: list[str] = []
    nearest: list[str] = []


class QueryIn(Schema):
    model_config = ConfigDict(extra="forbid")

    q: Line
    after: Annotated[str, Field(max_length=4_000)] = ""
    limit: Annotated[int, Field(ge=1, le=queries.MOST)] = queries.PAGE


@router.get(PATH, response={200: QueryOut, 422: QueryProblem, **ABSENT}, summary="A question in one line")
def ask(
    request: HttpRequest,
    code: str,
    q: str = Query(..., max_length=LONGEST),
    after: str = Query("", max_length=4_000),
    limit: int = Query(queries.PAGE, ge=1, le=queries.MOST),
) -> HttpResponse:
    """Filters, follows relations and shows columns: ``aplikasi dengan basis_data = MySQL → infrastruktur``. See
    ``docs/query.md`` for the language. Counts come with the first page only, up to 10,000; 10,001 means: more."""
    return _answer(request, code, q, after, limit)


@router.post(
    PATH, response={200: QueryOut, 422: QueryProblem, **ABSENT}, summary="A question in one line, by its body"
)
def ask_by_body(request: HttpRequest, code: str, body: QueryIn) -> HttpResponse:
    """The same for questions that are too long for an address; nothing is changed."""
    return _answer(request, code, body.q, body.after, body.limit)


def _answer(request: HttpRequest, code: str, line: str, after: str, limit: int) -> HttpResponse:
    actor, institution = enter(request, code)
    try:
        found = queries.answer(actor, institution, line, after=after, size=limit, counted=not after)
    except rules.Fault as fault:
        raise _problem(fault) from fault
    except queries.BadMark as error:
        raise refused(cells.bad_mark(), "after") from error
    except TooLong as error:
        raise refused(cells.too_long(), "q") from error
    plan, language = found.plan, get_language() or "id"
    columns = [(cells.key_of(plan, column), column) for column in plan.columns]
    return answer(
        {
            "question": plan.line,
            "steps": [
                {
                    "domain": stop.target.domain,
                    "kind": stop.target.kind,
                    "count": found.counts[place] if found.counts else None,
                }
                for place, stop in enumerate(plan.steps)
            ],
            "columns": [
                {"key": key, "label": one.field.label.in_language(language), "step": one.step + 1}
                for key, one in columns
            ],
            "rows": [
                {
                    "uids": [str(one["uid"]) if one else None for one in row],
                    "values": {key: cells.value_of(row[one.step], one) for key, one in columns},
                }
                for row in found.rows
            ],
            "next": found.next,
        }
    )


def _problem(fault: rules.Fault) -> Problem:
    told = cells.fault_words(fault)
    message = told.pop("message")
    place = {"position": told.pop("at"), "length": told.pop("size")}
    return Problem(422, "Unprocessable", message, [{"field": "q", "message": message}], **place, **told)
