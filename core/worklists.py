"""What waits for somebody: each app enters its worklists, the back office shows a user those he may work on.

A worklist is a queryset and where it leads. All counts of a page come from one statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from core.models import User

MOST = 1000
Rows = Callable[[User], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """`rows` are what waits for a user, `url` (a URL name, with its `query`) where he works on it.

    Without a `right` everybody on the staff has it, and the rows are scoped by themselves.
    """

    code: str
    label: str | Promise
    rows: Rows
    url: str
    right: str = ""
    icon: str = "checklist"
    query: str = ""
    urgent: bool = False

    @property
    def address(self) -> str:
        return reverse(self.url) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Waiting:
    """A worklist as it stands for a user."""

    worklist: Worklist
    count: int

    @property
    def told(self) -> str:
        return f"{MOST}+" if self.count > MOST else str(self.count)


_worklists: dict[str, Worklist] = {}


def register(worklist: Worklist) -> None:
    if worklist.code in _worklists:
        raise ValueError(f"registered twice: {worklist.code}")
    _worklists[worklist.code] = worklist


def registered() -> list[Worklist]:
    return list(_worklists.values())


def waiting_for(user: User) -> list[Waiting]:
    """Every worklist of a user with its count (at most `MOST` and one), in one statement."""
    mine = [one for one in _worklists.values() if not one.right or user.has_perm(one.right)]
    counts = counted([one.rows(user) for one in mine])
    found = [Waiting(one, count) for one, count in zip(mine, counts, strict=True)]
    return sorted(found, key=lambda waiting: (not waiting.count, not waiting.worklist.urgent))


def counted(lists: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each of these has, at most `MOST` and one, in one statement."""
    if not lists:
        return []
    parts: list[str] = []
    params: list[Any] = []
    for rows in lists:
        try:
            sql, values = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, values = "SELECT 1 WHERE 1 = 0", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608  (Django's own SQL, its values apart)
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone() or ())
