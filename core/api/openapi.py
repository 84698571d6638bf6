"""The API described by the declarations that check it: OpenAPI 3.1."""

import re
from collections import defaultdict
from dataclasses import MISSING
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import refusals
from core.api import bodies, clients, routes, shapes
from core.api.routes import Route

BASE = "/api/v1/"
SHARED = ((400, "fields_wrong"), (400, "body_malformed"), (401, "api_key_wrong"), (403, "scope_missing"),
          (429, "too_many_requests"))  # fmt: skip
OF_CHANGES = (
    (400, "key_needed"), (409, "key_reused"), (413, "body_too_large"), (415, "body_not_json"),
)  # fmt: skip
KEY_MEANS = _("Your own name for this request. Sent again, it is answered again and not done again.")
PROBLEM: shapes.Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "What a programme should look at; it never changes."},
        "title": {"type": "string", "description": "What a person should read, by Accept-Language."},
        "errors": {"type": "array", "items": {
            "type": "object",
            "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "title": {"type": "string"}},
        }},
    },
    "required": ["type", "status", "code", "title"],
}  # fmt: skip


def document() -> dict[str, Any]:
    """The whole of it."""
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for route in routes.registered():
        paths[f"/{readable(route.path)}"][route.method.lower()] = _operation(route)
    used = {shape for one in routes.registered() for root in (one.body, one.answer) if root for shape in
            shapes.parts_of(root)}  # fmt: skip
    named = {shape.__name__: shapes.schema(shape) for shape in sorted(used, key=lambda shape: shape.__name__)}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{settings.PROGRAMME_NAME} API", "version": "1"},
        "servers": [{"url": f"{settings.SITE_URL}{BASE.rstrip('/')}"}],
        "security": [{"key": []}],
        "paths": dict(paths),
        "components": {
            "schemas": named | {"Problem": PROBLEM},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def readable(path: str) -> str:
    """`purchases/<int:purchase>` → `purchases/{purchase}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def refusals_of(route: Route) -> list[tuple[int, str]]:
    """Everything that the route may refuse, by status."""
    own = [one for one in route.refuses if one not in SHARED]
    return sorted({*SHARED, *own, *(OF_CHANGES if route.method == "POST" else ())})


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(route.status): {"description": str(route.title), "content": {"application/json": {
            "schema": {"$ref": f"#/components/schemas/{route.answer.__name__}"}, "example": dict(route.example.answer),
        }}},
    }  # fmt: skip
    for status, code in refusals_of(route):
        known = answers.setdefault(str(status), {"description": "", "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}}}})  # fmt: skip
        known["description"] = "\n\n".join(filter(None, [known["description"], f"`{code}`: {raw(code)}"]))
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": str(route.title),
        "description": f"{route.about}\n\nScope: `{route.scope}` ({clients.scopes()[route.scope]}).",
        "parameters": _parameters(route),
        "responses": answers,
    }
    if route.body:
        found["requestBody"] = {"required": True, "description": f"At most {bodies.LARGEST // 1024} KiB.", "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{route.body.__name__}"},
                                 "example": dict(route.example.body or {})}}}  # fmt: skip
    return found


def raw(code: str) -> str:
    """The sentence of a code with its gaps left open."""
    return re.sub(r"%\((\w+)\)s", r"{\1}", refusals.unfilled(code))


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if kind == "int:" else "string"}}
        for kind, name in re.findall(r"<(\w+:)?(\w+)>", route.path)
    ]
    if route.query:
        found += [
            {"name": name, "in": "query", "required": default is MISSING, "description": str(what.means),
             "schema": what.kind.schema()}
            for name, (what, default) in shapes.fields_of(route.query).items()
        ]  # fmt: skip
    if route.method == "POST":
        found.append({"name": "Idempotency-Key", "in": "header", "required": True,
                      "description": str(KEY_MEANS), "schema": {"type": "string", "maxLength": 80}})  # fmt: skip
    return found
