"""What always holds of core, for `manage.py verify` (design/invariants.md)."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import F, Model, Q

from core import access, audit, clock, guards, parameter_values, parameters, staff, sweeps
from core.fields import BlindIndexField
from core.models import Approval, AuditRecord, IdempotencyKey, JobRun, ParameterRevision, RoleAssignment, User
from core.rules import RuleBroken
from core.verify import invariant


@invariant(6, "an idempotency key is bound to caller, route and body")
def keys_are_bound() -> Iterator[str]:
    for row in IdempotencyKey.objects.filter(Q(body_hash="") | Q(caller="") | Q(route="")):
        yield f"key {row.pk} has no caller, route or body"


@invariant(42, "the audit chains are whole")
def audit_is_whole() -> Iterator[str]:
    for damage in audit.verify():
        yield f"chain {damage.chain}, record {damage.sequence}: {damage.kind}"


@invariant("42a", "the database refuses to change what only grows")
def guards_stand() -> Iterator[str]:
    for name in guards.missing():
        yield f"trigger {name} is missing"


@invariant(45, "somebody can still make administrators")
def an_administrator_stays() -> Iterator[str]:
    if User.objects.filter(is_staff=True).exists() and not staff.governors().exists():
        yield "nobody holds a role that can grant the administrator's"


@invariant("45a", "every role that is held exists in the role map, and holders of a role work here")
def roles_exist() -> Iterator[str]:
    held = RoleAssignment.objects.filter(ended_at__isnull=True)
    for row in held.exclude(role__in=list(access.roles())):
        yield f"user {row.user_id} holds the unknown role {row.role}"
    for row in held.filter(user__is_staff=False):
        yield f"user {row.user_id} holds {row.role} but is not on the staff"
    for row in held.filter(granted_by=F("user")):
        yield f"user {row.user_id} granted himself {row.role}"


@invariant("A1", "an approval was decided by somebody else than its author")
def approvals_have_four_eyes() -> Iterator[str]:
    for row in Approval.objects.filter(state__in=["approved", "rejected"]).filter(
        Q(decided_by=F("author")) | Q(decided_by__isnull=True)
    ):
        yield f"approval {row.pk} ({row.kind}, {row.subject})"


@invariant("A2", "a parameter revision comes from an approved request and says what the request said")
def revisions_are_approved() -> Iterator[str]:
    for row in ParameterRevision.objects.select_related("approval"):
        asked = row.approval
        if asked.state != Approval.State.APPROVED or (asked.author_id, asked.decided_by_id) != (
            row.author_id,
            row.approver_id,
        ):
            yield f"revision {row.pk} of {row.area}: its request {asked.pk} was not approved by {row.approver_id}"
        elif asked.after != row.values:
            yield f"revision {row.pk} of {row.area} differs from what was approved"


@invariant("A3", "the parameters in force, and those to come, are values that the policy accepts")
def parameters_are_acceptable() -> Iterator[str]:
    days = {clock.today(), *ParameterRevision.objects.values_list("effective_on", flat=True)}
    for area in parameters.areas():
        for day in sorted(days):
            try:
                parameter_values.to_json(parameters.in_force(area.cls, on=day))
            except RuleBroken as refusal:
                yield f"{area.code} on {day}: {refusal.code} {refusal.params}"


@invariant("A4", "an approval's decision and its record in the trail stand together")
def decisions_are_audited() -> Iterator[str]:
    verbs = [f"core.approval.{verb}" for verb in ("approve", "reject", "withdraw")]
    told = set(AuditRecord.objects.filter(action__in=verbs).values_list("subject", flat=True))
    for pk in Approval.objects.exclude(state="pending").values_list("pk", flat=True):
        if f"core.approval:{pk}" not in told:
            yield f"approval {pk} was decided without a record"


@invariant("S1", "a blind index follows the sealed value beside it")
def indexes_follow() -> Iterator[str]:
    for model in apps.get_models():
        indexes = [one for one in model._meta.concrete_fields if isinstance(one, BlindIndexField)]
        if indexes:
            yield from _indexes_of(model, indexes)


def _indexes_of(model: type[Model], indexes: list[BlindIndexField]) -> Iterator[str]:
    names = [name for one in indexes for name in (one.attname, one.of)]
    for row in model._default_manager.only("pk", *names).iterator(chunk_size=2000):
        for one in indexes:
            expected = one.digest_of(getattr(row, one.of)) or (None if one.null else "")
            if getattr(row, one.attname) != expected:
                yield f"{audit.label_of(row)}: {one.attname} does not belong to {one.of}"


@invariant("J1", "no job has been running without a sign of life")
def jobs_are_alive() -> Iterator[str]:
    for run in JobRun.objects.filter(state=JobRun.State.RUNNING, beat_at__lt=clock.now() - sweeps.STALE_AFTER):
        yield f"{run.job} (run {run.pk}) has been silent since {run.beat_at:%Y-%m-%d %H:%M}"
