"""Many elements in one request."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from pendapa.architecture import bulk
from pendapa.architecture.api import schemas
from pendapa.architecture.api.door import ABSENT, enter, set_of
from pendapa.kernel.access.rest import IDEMPOTENCY, Problem, ProblemOut, answer

router = Router()


def _described() -> dict[str, Any]:
    """The body is read by hand: each faulty row is told by its index, the others are still good."""
    rows = {"type": "array", "maxItems": bulk.MOST, "items": schemas.BulkRow.model_json_schema()}
    schema = {
        "type": "object",
        "required": ["rows"],
        "additionalProperties": False,
        "properties": {"rows": rows, "reason": {"type": "string", "maxLength": 2000}},
    }
    example = {
        "rows": [
            {
                "domain": "applications",
                "code": "SIMPUS",
                "name": "Sistem Informasi Puskesmas",
                "unit": "1.02",
                "attributes": {"fungsi": "Rekam medis"},
            }
        ]
    }
    body = {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}
    return {"parameters": [IDEMPOTENCY], "requestBody": body}


@router.put(
    "/institutions/{code}/elements/bulk",
    response={
        200: schemas.BulkOut,
        202: schemas.BulkOut,
        400: ProblemOut,
        413: ProblemOut,
        422: schemas.BulkRefused,
        **ABSENT,
    },
    summary="Create or change many elements",
    openapi_extra=_described(),
)
def upsert(request: HttpRequest, code: str, partial: bool = False) -> HttpResponse:
    """Up to 5,000 rows, each known by ``domain`` and ``code``; rows in which nothing differs are ``same``, so that sending a list
    twice does no harm. With a fault in any row nothing is written, unless ``partial=true``: then the good rows are."""
    actor, institution = enter(request, code)
    rows, reason = _read(request.body)
    result = bulk.upsert(actor, institution, rows, partial=partial, reason=reason)
    errors = [_fault(one) for one in sorted(result.errors, key=lambda one: one.index)]
    if errors and not partial:
        detail = _("%(failed)d of %(all)d rows are faulty; nothing was written.") % {
            "failed": result.failed,
            "all": len(rows),
        }
        raise Problem(422, "Unprocessable", detail, errors)
    return answer(
        {
            **{name: result.count(name) for name in (bulk.CREATED, bulk.CHANGED, bulk.SAME)},
            "failed": result.failed,
            "change_set": set_of(result.draft or result.change_set),
            "rows": [
                {"index": d.index, "uid": d.element.uid, "result": d.result, "version": d.element.version}
                for d in result.rows
            ],
            "errors": errors,
            "warnings": [_fault(one) for one in result.warnings],
        },
        202 if result.draft else 200,
    )


def _fault(one: bulk.Fault) -> dict[str, Any]:
    return {"index": one.index, "field": one.field, "message": one.message}


def _read(body: bytes) -> tuple[list[Any], str]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "Bad request", _("The body is no JSON: %(why)s.") % {"why": error.msg}) from error
    known = (
        isinstance(said, dict) and said.keys() <= {"rows", "reason"} and isinstance(said.get("rows"), list)
    )
    if not known or not isinstance(said.get("reason", ""), str):
        told = _("An object with “rows” (a list of objects) is expected, and perhaps a “reason”.")
        raise Problem(422, "Unprocessable", told)
    if len(said["rows"]) > bulk.MOST:
        told = _("At most %(most)d rows at once; send them in parts.") % {"most": bulk.MOST}
        raise Problem(413, "Content too large", told)
    return said["rows"], said.get("reason", "")[:2000]
