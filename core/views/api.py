"""The API's own pages: the description for machines, the description for people, and nothing anywhere else."""

import json
import shlex
from dataclasses import MISSING
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from core.api import clients, openapi, routes, shapes
from core.api.routes import Route


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    return JsonResponse(openapi.document())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every route with an example that can be pasted into a terminal."""
    context = {
        "base": f"{settings.SITE_URL}{openapi.BASE}",
        "routes": [_shown(route) for route in routes.registered()],
        "scopes": clients.scopes(),
        "shared": [(status, code, openapi.raw(code)) for status, code in (*openapi.SHARED, *openapi.OF_CHANGES)],
    }
    return render(request, "core/api.html", context)


@csrf_exempt
def missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever is no address of the API."""
    return routes.problem(404, "not_there")


def _shown(route: Route) -> dict[str, Any]:
    return {
        "route": route,
        "path": openapi.readable(route.path),
        "curl": curl(route),
        "answer": json.dumps(route.example.answer, indent=2, ensure_ascii=False),
        "fields": _fields(route.body) if route.body else [],
        "query": _fields(route.query) if route.query else [],
        "refuses": [(status, code, openapi.raw(code)) for status, code in route.refuses],
    }


def curl(route: Route) -> str:
    """The example as a command."""
    place = openapi.readable(route.path).format(**route.example.place)
    parts = [f"curl {shlex.quote(f'{settings.SITE_URL}{openapi.BASE}{place}')}"]
    if route.query and route.example.query:
        parts[0] = f"curl --get {parts[0].removeprefix('curl ')}"
        parts += [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in route.example.query.items()]
    parts.append("-H 'Authorization: Bearer tsk_…'")
    if route.body:
        parts += ["-H 'Content-Type: application/json'", "-H 'Idempotency-Key: 1f0c9a52'"]
        parts.append(f"-d {shlex.quote(json.dumps(route.example.body, indent=2))}")
    return " \\\n  ".join(parts)


def _fields(shape: type, at: str = "") -> list[dict[str, Any]]:
    """The fields of a body, those of its parts behind them."""
    found = []
    for name, (what, default) in shapes.fields_of(shape).items():
        kind = what.kind.of if isinstance(what.kind, shapes.Several) else what.kind
        several = "[]" if isinstance(what.kind, shapes.Several) else ""
        found.append({"name": f"{at}{name}{several}", "needed": default is MISSING, "means": what.means})
        if isinstance(kind, shapes.Part):
            found += _fields(kind.shape, f"{at}{name}{several}.")
    return found
