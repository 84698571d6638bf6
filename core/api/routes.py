"""A call from a machine: whose it is, whether it may, what it says, done once, answered in JSON (SEC-05 · D10.3).

No session and no cookie takes part. What goes wrong is a problem (RFC 9457) whose title is in the caller's language.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt

from core import idempotency, limits, refusals
from core import request as current_request
from core.api import bodies, clients, shapes
from core.limits import Limit
from core.models import ApiClient
from core.refusals import Refusal
from core.rules import RuleBroken
from core.views import faults

CALLS = Limit("api", 1200, 60)
WRONG_KEYS = Limit("api-wrong-key", 60, 60)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """Who calls and what was said: the body, the query and the parts of the address."""

    client: ApiClient
    body: Any
    query: Any
    place: Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """A call as the page shows it, tried by a test: what fills the address, the query, the body, and the answer."""

    answer: Mapping[str, Any]
    place: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Route:
    """An address and a method: what it asks for, what it answers, and the sentence of each refusal of its own."""

    name: str
    method: str
    path: str
    scope: str
    title: str | Promise
    about: str | Promise
    handle: Callable[[Call], Any]
    answer: type
    example: Example
    body: type | None = None
    query: type | None = None
    status: int = 200
    refuses: tuple[tuple[int, str], ...] = ()


_routes: list[Route] = []


def register(*routes: Route) -> None:
    """Enter routes; each name and each method of a path once."""
    for route in routes:
        if any(route.name == one.name or (route.method, route.path) == (one.method, one.path) for one in _routes):
            raise ValueError(f"registered twice: {route.name}")
        _routes.append(route)


def registered() -> list[Route]:
    return list(_routes)


def urlpatterns() -> list[URLPattern]:
    """One address for each path, whatever methods it has; it is named after the first of them."""
    by_path: dict[str, dict[str, Route]] = defaultdict(dict)
    for route in _routes:
        by_path[route.path][route.method] = route
    return [path(place, _view(methods), name=next(iter(methods.values())).name) for place, methods in by_path.items()]


def problem(
    status: int, code: str, params: Mapping[str, Any] | None = None, errors: list[shapes.Fault] | None = None
) -> HttpResponse:
    """`application/problem+json`, titled in the language that was asked for."""
    said: dict[str, Any] = {
        "type": "about:blank", "status": status, "code": code, "title": refusals.sentence(code, **(params or {})),
    }  # fmt: skip
    if errors:
        said["errors"] = [
            {"field": one.field, "code": one.code, "title": refusals.sentence(one.code, **one.params)} for one in errors
        ]
    response = JsonResponse(said, status=status, content_type="application/problem+json")
    return _kept_by_nobody(faults.too_early(response))


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _view(methods: Mapping[str, Route]) -> Callable[..., HttpResponse]:
    @csrf_exempt
    def view(request: HttpRequest, **place: Any) -> HttpResponse:
        request.user = AnonymousUser()
        route = methods.get(request.method or "")
        if route is None:
            response = problem(405, "method_not_known", {"methods": ", ".join(methods)})
            response["Allow"] = ", ".join(methods)
            return response
        if "\x00" in request.path:
            return problem(404, "not_there")
        try:
            return _answered(request, route, place)
        except shapes.Unfit as unfit:
            return problem(400, "fields_wrong", errors=unfit.faults)
        except RuleBroken as refusal:
            status = refusal.status if isinstance(refusal, Refusal) else 409
            response = problem(status, refusal.code, refusal.params)
            if status == 401:
                response["WWW-Authenticate"] = "Bearer"
            return response
        except (OperationalError, InterfaceError):
            logger.exception("the database did not answer %s", route.name)
            response = problem(503, "come_back")
            response["Retry-After"] = str(faults.COME_BACK)
            return response
        except Exception:
            logger.exception("%s failed", route.name)
            return problem(500, "our_fault")

    return view


def _answered(request: HttpRequest, route: Route, place: Mapping[str, Any]) -> HttpResponse:
    client = _caller(request)
    if route.scope not in client.scopes:
        raise Refusal("scope_missing", status=403, scope=route.scope)
    with current_request.served(current_request.Origin(address=current_request.address_of(request), label=str(client))):
        if route.method == "GET":
            query = _query(route.query, request) if route.query else None
            said = shapes.written(route.handle(Call(client, None, query, place)))
            return _kept_by_nobody(JsonResponse(said, status=route.status))
        return _once(request, route, client, place)


def _once(request: HttpRequest, route: Route, client: ApiClient, place: Mapping[str, Any]) -> HttpResponse:
    """What changes something carries a key, under which it is done once."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise Refusal("key_needed", status=400)
    raw, given = bodies.read(request)
    body = shapes.read(route.body, given) if route.body else None
    where = ":".join([route.name, *map(str, place.values())])
    with transaction.atomic():
        turn = idempotency.once(caller=f"api:{client.pk}", route=where, key=key, body=raw)
        if turn.result is None:
            turn.remember(shapes.written(route.handle(Call(client, body, None, place))))
            repeated = False
        else:
            repeated = True
    response = JsonResponse(turn.row.result, status=route.status)
    response["Idempotent-Replayed"] = "true" if repeated else "false"
    return _kept_by_nobody(response)


def _caller(request: HttpRequest) -> ApiClient:
    address = current_request.address_of(request)
    if limits.is_used_up(WRONG_KEYS, address):
        raise Refusal("too_many_requests", status=429)
    client = clients.known(request.headers.get("Authorization", ""))
    if client is None:
        limits.spend(WRONG_KEYS, address)
        raise Refusal("api_key_wrong", status=401)
    limits.require((CALLS, str(client.pk)))
    clients.noticed(client)
    return client


def _query(shape: type, request: HttpRequest) -> Any:
    fields = shapes.fields_of(shape)
    twice = [name for name, values in request.GET.lists() if len(values) > 1]
    if twice:
        raise shapes.Unfit([shapes.Fault(name[:80], "field_twice") for name in twice])
    given = {
        name: fields[name][0].kind.typed(str(value)) if name in fields else value for name, value in request.GET.items()
    }
    return shapes.read(shape, given)
