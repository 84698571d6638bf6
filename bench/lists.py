"""Every list of the back office, whole and searched, among all rows beside a thousand (benchmark 9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from bench.harness import Benchmark, Measured, Size

AT_LEAST = 5


class Lists(Benchmark):
    """The same code on both sides: what grows with the table shows in the ratio. A whole table counted ends the run."""

    name = "lists"
    title = "back-office lists, all rows beside a thousand"
    at_least = 1 / 3
    limit_data = "thousand"
    limit_is = "thousand"

    def ours(self, size: Size, turn: int) -> Measured:
        from django.test import Client

        from core import access
        from core.models import RoleAssignment, User

        client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")
        reader = User.objects.get(role_assignments__role="auditor")
        for role in access.roles():
            RoleAssignment.objects.get_or_create(user=reader, role=role, store=None, ended_at=None)
        client.force_login(reader, backend="core.access.RoleBackend")
        pages = _pages()
        measured, seconds = Measured(), min(0.4, 8 * size.seconds / len(pages))
        for name, path in pages.items():
            measured.parts[name] = _rate(client, path, seconds)
        measured.done = len(pages)
        measured.seconds = sum(1 / rate for rate in measured.parts.values())
        return measured


def _pages() -> dict[str, str]:
    """Every list, as it opens and as a search narrows it."""
    from django.contrib import admin

    found = {}
    for model, page in admin.site._registry.items():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        found[model._meta.label] = path
        if term := _term(model, page):
            found[f"{model._meta.label}, search"] = f"{path}?q={term}"
    return found


def _term(model: Any, page: Any) -> str:
    """What a colleague types to find one of the rows: the number of a card, or what the page itself names first."""
    from bench import fill

    named = {"members.Member": fill.phone_of(7), "cards.Card": fill.number_of(7)}
    if model._meta.label in named or not page.search_exact + page.search_prefix:
        return named.get(model._meta.label, "").replace("+", "%2B")
    row = model.objects.order_by("pk").values_list(*(page.search_exact + page.search_prefix)).first()
    return str(next(filter(None, row), "")) if row else "bench"


def _rate(client: Any, path: str, seconds: float) -> float:
    """How often a second the page is made, once it is warm."""
    with _watching(path):
        answer = client.get(path, secure=True)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answered {answer.status_code}")
    done, begun = 0, perf_counter()
    while done < AT_LEAST or perf_counter() - begun < seconds:
        client.get(path, secure=True)
        done += 1
    return done / (perf_counter() - begun)


@contextmanager
def _watching(path: str) -> Iterator[None]:
    """No statement counts without an end in sight."""
    from django.db import connection as django

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "COUNT(*)" in sql and "LIMIT" not in sql:
            raise AssertionError(f"{path} counts a whole table: {sql}")
        return execute(sql, params, many, context)

    with django.execute_wrapper(look):
        yield
