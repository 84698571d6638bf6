"""Whose complaint is open (SVC-07 · D5.1): nobody is asked how content she is while she waits for our answer."""

from collections.abc import Collection

from service_desk.models import Case
from service_desk.policy.codes import Kind
from service_desk.policy.states import State

OVER = (State.CLOSED, State.MERGED)
"""A solved complaint may still be reopened: it is over when it is closed."""


def open_of(members: Collection[int]) -> set[int]:
    """Those of the members who have a complaint that is not closed. One query."""
    rows = Case.objects.filter(member__in=members, kind=Kind.COMPLAINT).exclude(state__in=OVER)
    return set(rows.order_by().values_list("member_id", flat=True).distinct())
