"""Changing a parameter (A5.1.1): proposed with a reason and a day, decided by a second person, kept for ever."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import access, approvals, audit, clock, parameter_display, parameter_values, parameters, show
from core.models import Approval, ParameterRevision, User
from core.refusals import Refusal

PROPOSE = "core.propose_parameter"


def propose(area: str, *, values: Mapping[str, Any], effective_on: dt.date, reason: str, author: User) -> Approval:
    """Ask that from a day on an area has these values (as JSON; unnamed fields stay). Never before today.

    Refuses what the area does not accept (`parameter_values.ParameterRefused`) and what changes nothing.
    """
    access.require(author, PROPOSE)
    found = parameters.area_of(area)
    if found is None:
        raise Refusal("parameter_unknown", status=404, field=area)
    if effective_on < clock.today():
        raise Refusal("parameter_backdated")
    now = parameter_values.to_json(parameters.in_force(found.cls, on=effective_on))
    wanted = parameter_values.to_json(parameter_values.from_json(found.cls, now | dict(values)))
    changed = [name for name in wanted if wanted[name] != now[name]]
    return approvals.request(
        "parameter",
        subject=f"core.parameter:{area}",
        title=str(found.title),
        before={name: now[name] for name in changed},
        after={name: wanted[name] for name in changed},
        effect={"area": area, "effective_on": effective_on},
        reason=reason,
        author=author,
    )


def _apply(approval: Approval) -> None:
    """Write the revision. Decided later than planned, it takes effect on the day of the decision, not in the past."""
    if approval.decided_by is None:
        raise ValueError("a revision needs an approver")
    planned = dt.date.fromisoformat(approval.effect["effective_on"])
    revision = ParameterRevision.objects.create(
        area=approval.effect["area"],
        values=approval.after,
        effective_on=max(planned, clock.today()),
        reason=approval.reason,
        approval=approval,
        author=approval.author,
        approver=approval.decided_by,
    )
    audit.record(
        "core.parameter.revise",
        subject=revision,
        actor=approval.decided_by,
        reason=approval.reason,
        details={
            "area": revision.area,
            "effective_on": revision.effective_on,
            "before": approval.before,
            "after": approval.after,
        },
    )
    transaction.on_commit(parameters.refresh)


def _current(approval: Approval) -> Mapping[str, Any]:
    area = parameters.area_of(approval.effect["area"])
    if area is None:
        return {}
    planned = dt.date.fromisoformat(approval.effect["effective_on"])
    values = parameter_values.to_json(parameters.in_force(area.cls, on=max(planned, clock.today())))
    return {name: values.get(name) for name in approval.before}


def _words(approval: Approval) -> dict[str, approvals.Word]:
    """How a request for a change of parameters is read."""
    words = {"effective_on": approvals.Word(_("in force from"), lambda day: show.day(dt.date.fromisoformat(day)))}
    area = parameters.area_of(approval.effect["area"])
    if area is None:
        return words
    words["area"] = approvals.Word(_("area"), lambda _code: str(area.title))
    for field in parameter_display.fields_of(area):
        unit = field.unit_in_words
        words[field.name] = approvals.Word(f"{field.label} ({unit})" if unit else field.label, field.show)
    return words


approvals.register(
    approvals.Kind(
        code="parameter",
        label=_("Policy parameter"),
        right="core.decide_parameter",
        apply=_apply,
        current=_current,
        words=_words,
        url=lambda approval: reverse("admin:core_parameters_area", args=[approval.effect["area"]]),
    )
)
