"""The history of a case in words (SVC-02, SVC-03 · A6.2.2, D4.3.2): what happened, told from its codes and numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from service_desk.models import CaseEvent
from service_desk.models.choices import CaseState, Complexity, Kind, Severity
from service_desk.models.choices import Promise as Promised
from service_desk.policy.codes import Happening

HOW: dict[str, str | Promise] = {
    "taken": gettext_lazy("took it"),
    "route": gettext_lazy("by skill and load"),
    "adviser": gettext_lazy("as her adviser"),
    "answered": gettext_lazy("by answering"),
    "resolved": gettext_lazy("by resolving"),
    "assigned": gettext_lazy("assigned"),
    "handed-over": gettext_lazy("handed over"),
}
TOLD: dict[str, str | Promise] = {
    "owner": pgettext_lazy("who is told", "the owner"),
    "lead": pgettext_lazy("who is told", "the lead"),
    "director": pgettext_lazy("who is told", "the director"),
}
LABELS: dict[str, Any] = {"kind": Kind, "severity": Severity, "complexity": Complexity}


def people_in(events: Iterable[CaseEvent]) -> set[int]:
    """Whose names the history needs."""
    return {pk for one in events for name in ("owner", "before") if isinstance(pk := one.data.get(name), int)}


def detail(event: CaseEvent, people: Mapping[int, str]) -> str:
    """What more is to be said of an event; empty where its name says it all."""
    data = event.data
    match event.kind:
        case Happening.ASSIGNED:
            who = people.get(data.get("owner") or 0, "") or _("nobody")
            return f"{who} ({HOW[data['how']]})" if data.get("how") in HOW else who
        case Happening.STATE:
            return f"{CaseState(event.before).label} → {CaseState(event.after).label}"
        case Happening.CLASSIFIED:
            return ", ".join(_changes(data.get("before") or {}, data.get("after") or {})) or _("given to its member")
        case Happening.WARNED | Happening.BREACHED | Happening.ESCALATED:
            return _deadline(data)
        case Happening.MERGED_IN | Happening.MERGE_UNDONE | Happening.SPLIT | Happening.LINKED:
            return str(data.get("number", ""))
        case Happening.RATED:
            return _("%(score)s of 5") % {"score": data.get("score")}
        case _:
            return ""


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    for name, code in after.items():
        if code != before.get(name):
            label = LABELS[name](code).label if name in LABELS and code else code
            yield capfirst(str(label)) if label else "—"


def _deadline(data: Mapping[str, Any]) -> str:
    promise = str(Promised(data["promise"]).label) if data.get("promise") else ""
    to = str(TOLD[data["to"]]) if data.get("to") in TOLD else ""
    return " · ".join(part for part in (promise, to) if part)
