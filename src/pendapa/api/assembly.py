"""The public API, put together from the rooms' routers. OpenAPI at ``/api/v1/openapi.json``, to read at ``/api/v1/docs``."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from pendapa import __version__
from pendapa.kernel.access.rest import Problem, of_conflict, of_refusal
from pendapa.kernel.access.rest import not_found as nothing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import Refused

JSON, PROBLEM = "application/json", "application/problem+json"
DESCRIPTION = """Architecture, gaps, twins and index of a local government.

Programs send a key of a person (`Authorization: Bearer pdp_…`), which can do no more than its scopes and its owner may.
What is not granted answers 404, as what does not exist. Problems come as `application/problem+json` with the fields at fault.
Changes need the ETag of what was read (`If-Match`); a request with an `Idempotency-Key` is done once however often it is sent.
"""


class Strict(Parser):
    """JSON that every database can keep: an object, with no NUL, no half characters, no numbers beyond all bounds."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = orjson.loads(request.body)
        if not isinstance(body, dict | None):
            # a schema would read a text by its methods: "x".title() becomes the title of a thing
            raise ValueError("no object")
        if b"\\u0000" in request.body and _holds_nul(body):
            raise ValueError("NUL in a text")
        return body


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(_holds_nul(one) for one in value)


class Api(NinjaAPI):
    """Tells in its description what holds for all operations: keys, and in which shape problems come."""

    def get_openapi_schema(self, **named: Any) -> Any:
        schema = super().get_openapi_schema(**named)
        schema["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "A key made under your account."}
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                _tell_problems(operation["responses"])
        for path in ("elements", "relations"):
            _link(schema["paths"][f"/api/v1/institutions/{{code}}/{path}"]["post"], schema["paths"])
        return schema


def _link(made: dict[str, Any], paths: dict[str, Any]) -> None:
    """What was made can be read, changed and deleted at its own address, with the ETag that came along."""
    one = next(path for path, found in paths.items() if found.get("post") is made) + "/{uid}"
    place = {"code": "$request.path.code", "uid": "$response.body#/uid"}
    for verb in ("get", "patch", "delete"):
        there = paths[one][verb]
        more = {} if verb == "get" else {"header.If-Match": "$response.header.ETag"}
        told = {"operationId": there["operationId"], "parameters": place | more}
        made["responses"][201].setdefault("links", {})[verb] = told


def _tell_problems(responses: dict[Any, Any]) -> None:
    for status, told in responses.items():
        content = told.get("content", {})
        if int(status) >= 400 and int(status) != 404 and JSON in content:
            content[PROBLEM] = content.pop(JSON)
    shape = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    responses.setdefault(401, {"description": "The key does not hold here.", "content": {PROBLEM: shape}})


api = Api(
    title="Pendapa",
    version=__version__,
    urls_namespace="api",
    docs_url=None,
    parser=Strict(),
    description=DESCRIPTION,
    openapi_extra={"security": [{"key": []}, {}]},
)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """One body for absent and refused."""
    return nothing()


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return error.answer()


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """What a verb of any room refuses; a room catches only that of which it has more to say."""
    return of_refusal(error).answer()


@api.exception_handler(Conflict)
def overtaken(request: HttpRequest, error: Conflict) -> HttpResponse:
    """What a verb of any room did not write, as somebody else did meanwhile."""
    return of_conflict().answer()


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    titles = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden"}
    detail = _("The body is no JSON that can be read.") if error.status_code == 400 else str(error)
    return Problem(error.status_code, titles.get(error.status_code, "Error"), detail).answer()


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Every field that does not hold, with the words of the check."""
    errors = [{"field": _field(one["loc"]), "message": one["msg"]} for one in error.errors]
    detail = _("Some of what was sent does not hold; each field is told below. Nothing was changed.")
    return Problem(422, "Unprocessable", detail, errors).answer()


def _field(place: tuple[Any, ...]) -> str:
    """``("body", "body", "attributes", "fungsi", "str")`` → ``attributes.fungsi``."""
    names = [str(part) for part in place]
    if names[:1] in (["body"], ["query"], ["path"]):
        names = names[1:]
    if len(names) > 1 and names[0] == "body":
        names = names[1:]
    return ".".join(names)


def assemble() -> None:
    """Add the rooms' routers (called once, when the addresses are loaded)."""
    from pendapa.analysis.api import router as analysis
    from pendapa.api.change_sets import router as change_sets
    from pendapa.api.proposals import router as proposals
    from pendapa.api.reminders import router as reminders
    from pendapa.architecture.api import router as architecture
    from pendapa.clearance.api import router as clearance
    from pendapa.cockpit.api import router as cockpit
    from pendapa.evaluation.api import router as evaluation
    from pendapa.organisation.api import router as organisation
    from pendapa.roadmap.api import router as roadmap

    rooms = (
        organisation,
        architecture,
        analysis,
        clearance,
        change_sets,
        proposals,
        evaluation,
        roadmap,
        cockpit,
        reminders,
    )
    for router in rooms:
        api.add_router("", router)


assemble()
