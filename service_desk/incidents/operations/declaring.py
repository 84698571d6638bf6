"""Declaring an incident, in seconds, by anybody who works here (SVC-16 · D12)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from core import audit, clock, parameters
from core.models import Store, User
from core.refusals import Refusal
from service_desk.incidents.models import (
    EmergencyPlan,
    Incident,
    IncidentEntry,
    IncidentStep,
    IncidentYear,
    PlanVersion,
)
from service_desk.incidents.operations import calling, entries, linking
from service_desk.incidents.policy import states
from service_desk.incidents.policy.parameters import IncidentParameters
from service_desk.models import Case


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is said of an emergency by whoever sees it first."""

    kind: EmergencyPlan
    what: str
    severity: int
    since_at: dt.datetime
    detail: str = ""
    stores: Collection[Store] = ()
    is_drill: bool = False


@transaction.atomic
def declare(report: Report, *, by: User, key: str, case: Case | None = None) -> Incident:
    """SVC-16 · D12 — an incident with a number; its plan is opened and the first level of its chain is called.

    Declaring is a duty of everybody at work and takes no right. A repeat of the key returns what was declared. Refuses a
    severity that is none, and what is said to have begun later than now.
    """
    if not by.is_staff or not by.is_active:
        raise Refusal("not_permitted", status=403)
    now = clock.now()
    if report.since_at > now:
        raise Refusal("incident_moment_to_come")
    if report.severity not in states.SEVERITIES:
        raise Refusal("severity_unknown")
    counter = _counter(clock.day_of(now).year)
    if (known := Incident.objects.filter(key=key).first()) is not None:
        return known
    incident = _made(report, by=by, key=key, number=_number(counter), now=now)
    entries.write(
        incident, IncidentEntry.Kind.DECLARED, text=incident.detail, by=by, severity=incident.severity,
        drill=incident.is_drill,
    )  # fmt: skip
    details = {"kind": incident.kind.code, "severity": incident.severity, "drill": incident.is_drill}
    audit.record("service_desk.incident.declare", subject=incident, actor=by, details=details)
    if case is not None:
        linking.join(incident, [case.pk], by=by)
    calling.begin(incident, now=now)
    return incident


def _counter(year: int) -> IncidentYear:
    """The year's counter, held: whoever declares at the same moment waits, and so finds a repeat of his key."""
    IncidentYear.objects.get_or_create(year=year)
    return IncidentYear.objects.select_for_update().get(year=year)


def _number(counter: IncidentYear) -> str:
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"INC-{counter.year}-{counter.last:04}"


def _made(report: Report, *, by: User, key: str, number: str, now: dt.datetime) -> Incident:
    version = PlanVersion.objects.filter(plan=report.kind, state=PlanVersion.State.PUBLISHED).first()
    hours = parameters.in_force(IncidentParameters).authority_hours
    owed = report.kind.concerns_data and not report.is_drill
    incident = Incident.objects.create(
        number=number,
        kind=report.kind,
        plan=version,
        what=report.what.strip()[:160],
        detail=report.detail.strip()[:4_000],
        is_drill=report.is_drill,
        severity=report.severity,
        worst=report.severity,
        declared_by=by,
        since_at=report.since_at,
        declared_at=now,
        called_since_at=now,
        report_due_at=report.since_at + dt.timedelta(hours=hours) if owed else None,
        key=key,
    )
    incident.stores.set(report.stores)
    if version is not None:
        IncidentStep.objects.bulk_create(
            IncidentStep(
                incident=incident, position=step.position, text=step.text, post=step.post,
                due_at=now + dt.timedelta(minutes=step.minutes),
            )
            for step in version.steps.select_related("post")
        )  # fmt: skip
    return incident
