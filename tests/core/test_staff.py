"""Who may make whom what (SEC-01, invariant 45)."""

import threading

import pytest
from django.db import connections

from core import access, audit, refusals, staff
from core.models import AuditRecord, Department, Post, RoleAssignment, User
from core.refusals import Refusal
from tests import factories

pytestmark = pytest.mark.django_db


def refused(code):
    import re

    return pytest.raises(Refusal, match=f"^{re.escape(refusals.sentence(code))}$")


def last_action():
    return AuditRecord.objects.order_by("-id").values_list("action", flat=True).first()


@pytest.fixture
def colleague(store):
    return factories.StaffFactory.create(display_name="Tang Xin", store=store)


def test_an_administrator_gives_a_role_and_it_is_audited(administrator, colleague, store):
    staff.grant(colleague, "clerk", by=administrator, store=store, reason="starts on Monday")
    assert access.allows(colleague, "counter.sell", at=store.pk)
    row = AuditRecord.objects.get(action="core.role.grant")
    assert (row.actor, row.reason, row.store, row.details) == (
        administrator,
        "starts on Monday",
        store,
        {"role": "clerk"},
    )


def test_a_role_of_a_store_holds_at_that_store_only(administrator, colleague, store, other_store):
    staff.grant(colleague, "clerk", by=administrator, store=store)
    assert not access.allows(colleague, "counter.sell", at=other_store.pk)
    assert access.stores_of(colleague) == frozenset({store.pk})


def test_a_right_held_at_one_store_is_not_borrowed_by_a_role_at_another(colleague, administrator, store, other_store):
    staff.grant(colleague, "clerk", by=administrator, store=store)
    staff.grant(colleague, "store_manager", by=administrator, store=other_store)
    assert access.allows(colleague, "cards.reverse_any_use", at=other_store.pk)
    assert not access.allows(colleague, "cards.reverse_any_use", at=store.pk)
    assert access.stores_of(colleague, right="cards.reverse_any_use") == frozenset({other_store.pk})


def test_giving_twice_gives_once(administrator, colleague, store):
    first = staff.grant(colleague, "clerk", by=administrator, store=store)
    assert staff.grant(colleague, "clerk", by=administrator, store=store) == first
    assert AuditRecord.objects.filter(action="core.role.grant").count() == 1


@pytest.mark.parametrize("who", ["clerk", "planner", "director", "auditor", "finance", "service_agent"])
@pytest.mark.parametrize("role", ["administrator", "clerk", "operations_director"])
def test_nobody_gives_what_the_role_map_does_not_let_him_give(who, role, request, colleague, store):
    by = request.getfixturevalue(who)
    at = store if role == "clerk" else None
    with refused("not_permitted"):
        staff.grant(colleague, role, by=by, store=at)
    assert last_action() == "core.alert.grant_beyond_right"
    assert not colleague.role_assignments.exists()


def test_a_manager_makes_clerks_of_his_own_store_only(manager, colleague, store, other_store):
    staff.grant(colleague, "clerk", by=manager, store=store)
    with refused("not_permitted"):
        staff.grant(colleague, "clerk", by=manager, store=other_store)
    with refused("not_permitted"):
        staff.grant(colleague, "store_manager", by=manager, store=store)


def test_nobody_gives_himself_a_role_not_even_the_administrator(administrator, store):
    with refused("not_oneself"):
        staff.grant(administrator, "clerk", by=administrator, store=store)
    assert last_action() == "core.alert.self_promotion"


def test_a_role_needs_the_right_kind_of_place(administrator, colleague, store):
    with refused("role_needs_store"):
        staff.grant(colleague, "clerk", by=administrator)
    with refused("role_is_everywhere"):
        staff.grant(colleague, "finance", by=administrator, store=store)
    with refused("role_unknown"):
        staff.grant(colleague, "king", by=administrator)


def test_only_an_active_colleague_can_hold_a_role(administrator, wanqing):
    with refused("not_on_the_staff"):
        staff.grant(wanqing.user, "finance", by=administrator)


def test_a_role_ends_at_once(administrator, colleague, store):
    held = staff.grant(colleague, "clerk", by=administrator, store=store)
    staff.revoke(held, by=administrator, reason="left the shop")
    assert not access.allows(User.objects.get(pk=colleague.pk), "counter.sell")
    assert last_action() == "core.role.revoke"
    staff.revoke(held, by=administrator)
    assert AuditRecord.objects.filter(action="core.role.revoke").count() == 1


def test_the_last_administrator_stays(administrator):
    own = administrator.role_assignments.get()
    with refused("last_administrator"):
        staff.revoke(own, by=administrator)
    second = factories.StaffFactory.create(roles={"administrator": None})
    staff.revoke(own, by=second)
    with refused("last_administrator"):
        staff.revoke(second.role_assignments.get(), by=second)


def test_a_shut_administrator_does_not_count(administrator):
    second = factories.StaffFactory.create(roles={"administrator": None})
    staff.disable(second, by=administrator, reason="long leave")
    with refused("last_administrator"):
        staff.revoke(administrator.role_assignments.get(), by=administrator)


def test_shutting_an_account_needs_right_and_reason(administrator, clerk, colleague):
    with refused("not_permitted"):
        staff.disable(colleague, by=clerk, reason="dislike")
    assert last_action() == "core.alert.account_beyond_right"
    with refused("reason_needed"):
        staff.disable(colleague, by=administrator, reason=" ")
    with refused("not_oneself"):
        staff.disable(administrator, by=administrator, reason="holiday")
    assert User.objects.filter(is_active=False).count() == 0


def test_a_shut_account_is_out_at_its_next_request(administrator, auditor, client):
    client.force_login(auditor)
    assert client.get("/admin/").status_code == 200
    staff.disable(auditor, by=administrator, reason="left")
    assert client.get("/admin/").status_code == 302
    staff.enable(auditor, by=administrator, reason="came back")
    assert AuditRecord.objects.filter(action__startswith="core.user.").count() == 2


def test_a_colleague_is_taken_on_once(administrator, store):
    post = Post.objects.create(title="Barista", department=Department.objects.create(code="x", name="X"))
    told = {"name": "Tang Xin", "email": " Tang@Example.com", "staff_number": "T9", "post": post, "by": administrator}
    hired = staff.hire(**told, store=store)
    assert (hired.email, hired.is_staff, hired.employment.store) == ("tang@example.com", True, store)
    for again in (told, told | {"email": "other@example.com"}, told | {"staff_number": "T10"}):
        with refused("staff_known_already"):
            staff.hire(**again)
    assert User.objects.filter(display_name="Tang Xin").count() == 1


def test_a_move_is_audited_with_what_was(administrator, colleague, other_store):
    employment = colleague.employment
    staff.move(employment, post=employment.post, store=other_store, by=administrator)
    employment.refresh_from_db()
    assert employment.store == other_store
    assert AuditRecord.objects.get(action="core.user.move").details["after"]["store"] == other_store.pk


def test_the_trail_is_whole(administrator, colleague, store):
    staff.revoke(staff.grant(colleague, "clerk", by=administrator, store=store), by=administrator)
    assert list(audit.verify()) == []


def _unlocked() -> None:
    """The negative control: nobody queues."""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_two_administrators_who_remove_one_another_leave_one(administrator, locked, monkeypatch):
    second = factories.StaffFactory.create(roles={"administrator": None})
    ready, outcomes = threading.Barrier(2, timeout=5), []

    def together(*args, **more):
        """Both have looked before either commits."""
        ready.wait()

    def queue(*, lock=staff._lock_governors) -> None:
        """Both were asked for their rights before either has the lock."""
        ready.wait()
        lock()

    monkeypatch.setattr(staff, "_lock_governors", queue if locked else _unlocked)
    if not locked:
        monkeypatch.setattr(audit, "record", together)

    def remove(whom: User, by: User) -> None:
        try:
            staff.revoke(whom.role_assignments.get(), by=by)
            outcomes.append("gone")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    pairs = [(administrator, second), (second, administrator)]
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = RoleAssignment.objects.filter(role="administrator", ended_at__isnull=True).count()
    if locked:
        assert (left, sorted(outcomes)) == (1, ["gone", "last_administrator"])
    else:
        assert (left, outcomes) == (0, ["gone", "gone"])
