"""The inbox of approvals, as those who decide meet it."""

import pytest
from django.urls import reverse

from core import approvals
from core.models import (
    AuditRecord,
    Message,
    ParameterRevision,
)
from tests import factories

pytestmark = pytest.mark.django_db


def decide(client, approval, decision, **more):
    return client.post(reverse("admin:core_approval_decide", args=[approval.pk]), {"decision": decision, **more})


def page(client, approval):
    return client.get(reverse("admin:core_approval_change", args=[approval.pk]))


def test_the_request_shows_what_changes_side_by_side_and_what_follows(asked, director, client):
    client.force_login(director)
    text = page(client, asked).content.decode()
    assert "<del>20</del>" in text
    assert "<ins>30</ins>" in text
    assert "Alert above, per person and hour" in text
    assert "Access to personal data" in text
    assert "New colleagues look up more" in text
    assert 'value="approve"' in text


def test_the_inbox_holds_what_waits_for_me_and_the_badge_counts_it(asked, director, planner, client):
    client.force_login(director)
    answer = client.get(reverse("admin:core_approval_changelist"))
    assert list(answer.context["cl"].result_list) == [asked]
    assert [
        item["badge"] for group in answer.context["sidebar_navigation"] for item in group["items"] if "badge" in item
    ] == [1]
    client.force_login(planner)
    listing = reverse("admin:core_approval_changelist")
    assert list(client.get(listing).context["cl"].result_list) == []
    assert list(client.get(listing, {"whose": "asked"}).context["cl"].result_list) == [asked]


def test_approving_makes_the_change_and_tells_the_author(
    asked, director, planner, client, django_capture_on_commit_callbacks
):
    client.force_login(director)
    with django_capture_on_commit_callbacks(execute=True):
        assert decide(client, asked, "approve").status_code == 302
    assert ParameterRevision.objects.get().values == {"alert_above_an_hour": 30}
    told = Message.objects.filter(event="core.approval_decided", recipient=planner)
    assert set(told.values_list("channel", flat=True)) == {"inbox", "email"}
    assert Message.objects.filter(event="core.approval_asked", recipient=director).exists()


def test_a_double_click_decides_once(asked, director, client):
    client.force_login(director)
    assert [decide(client, asked, "approve").status_code for _ in range(2)] == [302, 302]
    assert ParameterRevision.objects.count() == 1


def test_the_author_sees_no_decision_and_is_refused_one(asked, planner, client):
    client.force_login(planner)
    text = page(client, asked).content.decode()
    assert 'value="approve"' not in text
    assert 'value="withdraw"' in text
    answer = decide(client, asked, "approve")
    assert answer.status_code == 403
    assert "A second person has to decide this" in answer.content.decode()
    assert AuditRecord.objects.filter(action="core.alert.four_eyes").count() == 1


def test_rejecting_without_a_reason_is_said_on_the_page(asked, director, client):
    client.force_login(director)
    answer = decide(client, asked, "reject", reason=" ")
    assert (answer.status_code, "Please give a reason." in answer.content.decode()) == (409, True)
    assert decide(client, asked, "reject", reason="not now").status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decision_reason) == ("rejected", "not now")


def test_a_decision_that_came_too_late_is_said(asked, director, client):
    approvals.approve(asked, by=director)
    client.force_login(factories.StaffFactory.create(roles={"operations_director": None}))
    answer = decide(client, asked, "reject", reason="late")
    assert answer.status_code == 409
    assert "already been decided" in answer.content.decode()


def test_the_author_withdraws(asked, planner, client):
    client.force_login(planner)
    assert decide(client, asked, "withdraw").status_code == 302
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert not Message.objects.filter(event="core.approval_decided").exists()


def test_nothing_is_decided_by_get_or_by_an_unknown_word(asked, director, client):
    client.force_login(director)
    assert client.get(reverse("admin:core_approval_decide", args=[asked.pk])).status_code == 405
    assert decide(client, asked, "burn").status_code == 404
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_a_request_that_is_none_of_my_business_does_not_exist(asked, clerk, client):
    client.force_login(clerk)
    assert page(client, asked).status_code == 404
    assert decide(client, asked, "approve").status_code == 404
    for pk in ("0", "999999", "x"):
        assert client.get(f"/admin/core/approval/{pk}/change/").status_code == 404


@pytest.mark.parametrize("verb", ["add/", "1/delete/"])
def test_approvals_are_neither_added_nor_deleted_by_hand(asked, administrator, client, verb):
    client.force_login(administrator)
    assert client.get(f"/admin/core/approval/{verb}").status_code in {403, 404}
