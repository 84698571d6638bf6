"""`manage.py verify`: a line per invariant, and each kind of damage is found."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from core import audit, clock, guards, verify
from core.models import Approval, IdempotencyKey, JobRun, ParameterRevision, RoleAssignment, User

pytestmark = pytest.mark.django_db


def run(capsys, *codes):
    """The exit code and what was printed."""
    try:
        call_command("verify", *codes, no_color=True)
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    return code, capsys.readouterr().out


def found(code):
    (one,) = [one for one in verify.invariants() if one.code == code]
    return list(one.check())


def test_a_sound_database_passes_with_one_line_each(capsys, administrator, clerk):
    code, told = run(capsys)
    lines = told.splitlines()
    assert code == 0, told
    assert len(lines) == len(verify.invariants()) >= 12
    assert all(line.startswith("✓") for line in lines)


def test_a_broken_invariant_is_counted_shown_and_fails_the_command(capsys, db):
    for n in range(30):
        IdempotencyKey.objects.create(caller="", route="r", key=str(n), body_hash="x")
    code, told = run(capsys, "6")
    assert code == 1
    assert told.startswith("✗    6  an idempotency key is bound to caller, route and body (30)")
    assert told.count("has no caller") == verify.SHOWN


def test_one_invariant_can_be_asked_for(capsys, db):
    assert run(capsys, "42")[1].count("\n") == 1


def test_codes_are_stated_once():
    with pytest.raises(ValueError, match="stated twice"):
        verify.invariant(42, "again")(list)


@pytest.fixture
def unguarded():
    with connection.cursor() as cursor:
        for guard in guards.declared():
            for statement in guard.lifting(connection.vendor):
                cursor.execute(statement)


def test_damage_to_the_trail_and_lifted_guards_are_found(administrator, unguarded):
    with transaction.atomic():
        audit.record("core.test.done", subject=administrator)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditrecord SET reason = 'other'")
    assert found("42") == ["chain 0, record 1: record altered"]
    assert "trigger core_auditrecord_is_never" in " ".join(found("42a")) or "only_grows" in " ".join(found("42a"))


def test_the_last_administrator_is_missed(auditor):
    assert found("45") == ["nobody holds a role that can grant the administrator's"]


def test_roles_that_nobody_should_hold_are_found(administrator, wanqing):
    RoleAssignment.objects.create(user=administrator, role="king")
    RoleAssignment.objects.create(user=wanqing.user, role="clerk")
    RoleAssignment.objects.create(user=administrator, role="auditor", granted_by=administrator)
    assert len(found("45a")) == 3


def decided(author, by, **more):
    told = {"kind": "parameter", "subject": "x", "title": "x", "state": "approved", "decided_at": clock.now()}
    return Approval.objects.create(author=author, decided_by=by, **(told | more))


def test_a_decision_without_a_record_is_found(planner, director):
    approval = decided(planner, director)
    assert found("A4") == [f"approval {approval.pk} was decided without a record"]


def test_a_revision_that_was_not_approved_so_is_found(planner, director, finance):
    for values, approver in (({"a": 1}, finance), ({"a": 2}, director)):
        ParameterRevision.objects.create(
            area="x",
            values=values,
            effective_on=dt.date(2026, 11, 22),
            reason="r",
            approval=decided(planner, director, after={"a": 1}),
            author=planner,
            approver=approver,
        )
    told = " ".join(sorted(found("A2")))
    assert "was not approved by" in told
    assert "differs from what was approved" in told


def test_a_parameter_that_the_policy_refuses_is_found(planner, director):
    from core import parameters

    ParameterRevision.objects.create(
        area="personal_data",
        values={"alert_above_an_hour": -5},
        effective_on=clock.today(),
        reason="r",
        approval=decided(planner, director),
        author=planner,
        approver=director,
    )
    parameters.refresh()
    try:
        assert "parameter_out_of_range" in found("A3")[0]
    finally:
        from django.core.cache import cache

        cache.clear()


def test_a_blind_index_left_behind_is_found(wanqing):
    User.objects.filter(pk=wanqing.user_id).update(phone="+85200000000")
    assert found("S1") == [f"core.user:{wanqing.user_id}: phone_index does not belong to phone"]


def test_a_silent_job_is_found(db):
    JobRun.objects.create(job="x", beat_at=clock.now() - dt.timedelta(hours=1))
    assert "has been silent since" in found("J1")[0]
