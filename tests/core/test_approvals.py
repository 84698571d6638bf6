"""One asks, another decides (C2.3)."""

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from core import approvals, audit
from core.models import Approval, AuditRecord, Department, User
from core.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """Renaming a department needs a second person."""
    monkeypatch.setattr(approvals, "_kinds", {})
    calls: list[str] = []

    def apply(approval: Approval) -> None:
        calls.append("apply")
        changed = Department.objects.filter(code="stores").update(name=approval.after["name"])
        if not changed:
            raise Refusal("stale")

    kind = approvals.Kind(
        code="rename",
        label="Renaming",
        right="cards.decide_refund",
        apply=apply,
        reject=lambda _: calls.append("reject"),
        withdraw=lambda _: calls.append("withdraw"),
        current=lambda _: {"name": Department.objects.get(code="stores").name},
    )
    approvals.register(kind)
    return calls


@pytest.fixture
def department(db):
    return Department.objects.get_or_create(code="stores", defaults={"name": "Stores"})[0]


@pytest.fixture
def asked(kind, department, planner):
    return ask(department, planner)


def ask(department, author, **changes):
    told = {
        "subject": department,
        "title": "Rename",
        "before": {"name": "Stores"},
        "after": {"name": "Shops"},
        "reason": "shorter",
        "author": author,
    }
    return approvals.request("rename", **(told | changes))


def refused(code):
    return pytest.raises(Refusal, match=f"^{approvals_sentence(code)}$")


def approvals_sentence(code):
    from core import refusals

    return refusals.sentence(code)


def actions():
    return list(AuditRecord.objects.order_by("at", "id").values_list("action", flat=True))


def test_nothing_changes_until_somebody_else_approves(asked, department, director):
    department.refresh_from_db()
    assert department.name == "Stores"
    decided = approvals.approve(asked, by=director)
    department.refresh_from_db()
    assert department.name == "Shops"
    assert (decided.state, decided.decided_by) == ("approved", director)
    assert actions() == ["core.approval.request", "core.approval.approve"]


def test_the_author_cannot_decide_even_with_the_right(kind, department, director):
    asked = ask(department, director)
    for decide in (approvals.approve, approvals.reject):
        with refused("four_eyes"):
            decide(asked, by=director, reason="mine")
    asked.refresh_from_db()
    assert asked.state == "pending"
    assert actions()[1:] == ["core.alert.four_eyes"] * 2


def test_whoever_lacks_the_right_cannot_decide(asked, clerk):
    with refused("not_permitted"):
        approvals.approve(asked, by=clerk)


def test_the_constraint_holds_the_line_too(asked, planner):
    with pytest.raises(IntegrityError, match="approval_needs_four_eyes"), transaction.atomic():
        Approval.objects.update(state="approved", decided_by=planner, decided_at=asked.requested_at)


def test_a_decision_without_decider_is_refused_by_the_database(asked):
    with pytest.raises(IntegrityError, match="approval_decision_has_a_decider"), transaction.atomic():
        Approval.objects.update(state="approved")


def test_a_rejection_needs_a_reason_and_changes_nothing(asked, department, director, kind):
    with refused("reason_needed"):
        approvals.reject(asked, by=director, reason="  ")
    approvals.reject(asked, by=director, reason="no")
    department.refresh_from_db()
    assert department.name == "Stores"
    assert kind == ["reject"]


def test_the_author_withdraws_and_may_ask_again(asked, planner, department, kind):
    approvals.withdraw(asked, by=planner)
    assert kind == ["withdraw"]
    ask(department, planner, after={"name": "Outlets"})
    assert Approval.objects.filter(state="pending").count() == 1


def test_nobody_else_withdraws(asked, director):
    with refused("only_the_author_withdraws"):
        approvals.withdraw(asked, by=director)


def test_a_double_click_decides_once(asked, director, kind):
    approvals.approve(asked, by=director)
    approvals.approve(asked, by=director)
    assert kind == ["apply"]
    assert actions().count("core.approval.approve") == 1


def test_a_second_decision_is_refused(asked, director, finance, kind):
    approvals.approve(asked, by=director)
    for decide in (approvals.approve, approvals.reject):
        with refused("already_decided"):
            decide(asked, by=finance, reason="late")
    assert kind == ["apply"]


def test_a_request_whose_subject_changed_meanwhile_is_stale(asked, department, director):
    Department.objects.filter(pk=department.pk).update(name="Branches")
    with refused("stale"):
        approvals.approve(asked, by=director)
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_what_cannot_be_applied_leaves_the_request_undecided(asked, director, monkeypatch):
    Department.objects.filter(code="stores").update(code="gone")
    with pytest.raises(Department.DoesNotExist):
        approvals.approve(asked, by=director)
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_one_request_waits_per_subject(asked, department, planner, director):
    with refused("already_requested"):
        ask(department, director)
    assert actions() == ["core.approval.request"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"reason": " "}, "reason_needed"), ({"after": {"name": "Stores"}}, "nothing_changes")],
)
def test_an_empty_request_is_refused(kind, department, planner, changes, code):
    with refused(code):
        ask(department, planner, **changes)


def test_the_inbox_holds_what_somebody_else_asked_and_i_may_decide(asked, director, planner, clerk):
    assert list(approvals.waiting_for(director)) == [asked]
    assert list(approvals.waiting_for(planner)) == []
    assert list(approvals.waiting_for(clerk)) == []
    assert list(approvals.visible_to(planner)) == [asked]
    assert list(approvals.visible_to(clerk)) == []


def test_the_trail_is_whole_afterwards(asked, director):
    approvals.approve(asked, by=director)
    assert list(audit.verify()) == []


def _unlocked(rows, **options):
    return rows


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_two_who_decide_at_once_make_one_decision(asked, director, finance, kind, locked, monkeypatch):
    """Without the lock (the negative control) both read a pending request and both apply it."""
    if not locked:
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", _unlocked)
    ready = threading.Barrier(2, timeout=10)
    outcomes: list[str] = []
    original = approvals.kind_of

    def slowly(approval: Approval) -> approvals.Kind:
        if not locked and approval.state == "pending":
            ready.wait()
        return original(approval)

    def decide(by: User) -> None:
        try:
            if locked:
                ready.wait()
            approvals.approve(asked, by=by)
            outcomes.append("approved")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    monkeypatch.setattr(approvals, "kind_of", slowly)
    threads = [threading.Thread(target=decide, args=[by]) for by in (director, finance)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if locked:
        assert sorted(outcomes) == ["already_decided", "approved"]
        assert kind == ["apply"]
    else:
        assert kind == ["apply", "apply"]
