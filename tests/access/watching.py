"""What a request wrote, statement by statement; and a walk that decides everything and draws nothing."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.db import connection
from django.template.backends.django import Template

WRITING = re.compile(r'\s*(?P<verb>INSERT INTO|UPDATE|DELETE FROM)\s+"(?P<table>\w+)"', re.IGNORECASE)
OF_THE_SESSION = {"django_session", "usersessions_usersession"}
"""A session's own rows: begun, found dead and swept away, noted as seen. They change whatever is asked."""


@contextmanager
def written() -> Iterator[list[str]]:
    """The tables that were written to, in order, the session's own left aside."""
    tables: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITING.match(sql)
        if found and found["table"] not in OF_THE_SESSION:
            tables.append(f"{found['verb'].split()[0].lower()} {found['table']}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


@contextmanager
def blank_pages() -> Iterator[None]:
    """Every page is empty: who may open it is decided before it is drawn, and drawing is most of the work."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(Template, "render", return_value=""))
        for drawing in ("printing.card", "printing.sheet", "receipts.pdf", "views.social._draw"):
            stack.enter_context(mock.patch(f"cards.{drawing}", return_value=b""))
        yield
