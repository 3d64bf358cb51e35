"""The description of the API as a page to read: from the schema, without a script, without anything from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pendapa.api.assembly import api

VERBS = ("get", "post", "put", "patch", "delete")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """All operations by room, with parameters, body and answers."""
    schema = api.get_openapi_schema()
    rooms: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, operations in schema["paths"].items():
        for verb in VERBS:
            if verb in operations:
                found = operations[verb]
                rooms[(found.get("tags") or [""])[0]].append(_operation(path, verb, found))
    shapes = [_shape(name, one) for name, one in sorted(schema["components"]["schemas"].items())]
    plain = schema["info"]["description"].replace("`", "")
    paragraphs = [" ".join(part.split()) for part in plain.split("\n\n")]
    shown = {"about": schema["info"], "paragraphs": paragraphs, "rooms": dict(rooms), "shapes": shapes}
    return render(request, "api/reference.html", shown)


def _operation(path: str, verb: str, found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "id": found["operationId"],
        "verb": verb.upper(),
        "path": path,
        "summary": found.get("summary", ""),
        "description": found.get("description", ""),
        "parameters": [_parameter(one) for one in found.get("parameters", [])],
        "body": _type(content["schema"]) if content else "",
        "answers": [_answer(status, one) for status, one in sorted(found["responses"].items(), key=_status)],
    }


def _status(pair: tuple[Any, Any]) -> int:
    return int(pair[0])


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    schema = one.get("schema", {})
    return {
        "name": one["name"],
        "place": one["in"],
        "type": _type(schema),
        "required": one.get("required", False),
        "default": schema.get("default", ""),
        "description": one.get("description", ""),
    }


def _answer(status: Any, one: dict[str, Any]) -> dict[str, Any]:
    schemas = [content["schema"] for content in one.get("content", {}).values() if "schema" in content]
    return {"status": status, "type": _type(schemas[0]) if schemas else ""}


def _shape(name: str, one: dict[str, Any]) -> dict[str, Any]:
    required = set(one.get("required", ()))
    fields = [
        {
            "name": key,
            "type": _type(value),
            "required": key in required,
            "description": value.get("description", ""),
        }
        for key, value in one.get("properties", {}).items()
    ]
    return {"name": name, "description": one.get("description", ""), "fields": fields}


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words: ``list of ElementRow``, ``string or null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if "enum" in schema:
        return " | ".join(f'"{one}"' for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if schema.get("type") == "object" and schema.get("properties"):
        return "{" + ", ".join(f"{key}: {_type(one)}" for key, one in schema["properties"].items()) + "}"
    return str(schema.get("format") or schema.get("type") or "any")
