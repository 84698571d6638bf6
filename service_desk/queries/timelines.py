"""The history of cases as the clocks read it (SVC-03 · D4.3.2): two reads for any number of cases."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core import lookups  # noqa: F401  (`among`)
from service_desk.models import CaseClock, CaseEvent
from service_desk.policy.clocks import Happened
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.service_levels import Targets
from service_desk.policy.states import State

COUNTED = [
    str(kind)
    for kind in (
        Happening.OPENED, Happening.CLASSIFIED, Happening.ACKNOWLEDGED, Happening.MEMBER_WROTE, Happening.REPLIED,
        Happening.STATE, Happening.WARNED, Happening.BREACHED, Happening.ESCALATED, Happening.MERGED_IN,
    )
]  # fmt: skip
"""What moves a clock."""


def histories(cases: Iterable[int]) -> dict[int, list[Happened]]:
    """SVC-03 · D4.3.2 — of each case what moved its clocks, in the order in which we learned of it. One query."""
    rows = CaseEvent.objects.filter(case__among=list(cases), kind__in=COUNTED).order_by("case_id", "id")
    found: dict[int, list[Happened]] = {}
    for case, kind, at, after, data in rows.values_list("case_id", "kind", "at", "after", "data"):
        found.setdefault(case, []).append(happened(kind, at, after, data))
    return found


def clocks(cases: Iterable[int]) -> dict[int, dict[tuple[Promise, int], CaseClock]]:
    """SVC-03 · D4.3.2 — the clocks that are kept of each case, by promise and round. One query."""
    found: dict[int, dict[tuple[Promise, int], CaseClock]] = {}
    for row in CaseClock.objects.filter(case__among=list(cases)):
        found.setdefault(row.case_id, {})[Promise(row.promise), row.round] = row
    return found


def happened(kind: str, at: dt.datetime, after: str, data: dict[str, Any]) -> Happened:
    """An event as the rule reads it."""
    since = data.get("missed_at") or data.get("since")
    return Happened(
        kind=Happening(kind),
        at=at,
        after=State(after) if after else None,
        targets=Targets.from_json(data["targets"]) if "targets" in data else None,
        is_spoken=bool(data.get("spoken")),
        since=dt.datetime.fromisoformat(since) if since else None,
        promise=Promise(data["promise"]) if "promise" in data else None,
        round=int(data.get("round", 1)),
    )
