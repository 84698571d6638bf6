"""Sessions, self-promotion, selections, and addresses that would lead away (invariants part 3, back office)."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from cards.models import Order
from config.roles import ROLES
from core.access import Role
from core.models import AuditRecord, RoleAssignment, User
from tests.access.conftest import browser
from tests.access.house import House
from tests.factories import PASSWORD

ELSEWHERE = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
)


@pytest.mark.parametrize(
    "target", [*ELSEWHERE[:2], *(pytest.param(one, marks=pytest.mark.walk) for one in ELSEWHERE[2:])]
)
def test_no_page_leads_elsewhere(house: House, target: str) -> None:
    asked = {
        "next": target,
        "theme": "dark",
        "language": "en",
        "address": "wanqing.lin@example.com",
        "password": PASSWORD,
    }
    asked |= {"action": "password", "store": str(house.hers.store.pk)}
    led = []
    for face, path in (
        ("visitor", "/account/login/"), ("visitor", "/theme/"), ("visitor", "/i18n/setlang/"), ("her", "/account/login/"),
        ("her", "/account/prove/"), ("her", "/account/logout/"), ("clerk", "/counter/store/"),
        ("clerk", "/counter/locked/"), ("finance", "/admin/logout/"), ("her", "/account/join/"), ("her", "/account/code/"),
    ):  # fmt: skip
        for method in ("get", "post"):
            client = browser(house, face)
            where = f"{path}?{urlencode({'next': target})}"
            answer = client.get(where) if method == "get" else client.post(where, asked)
            if answer.status_code == 302:
                led.append(answer["Location"])
    assert len(led) > 10
    assert not [
        one for one in led if one.startswith(("//", "/\\", "http", "javascript")) or "evil" in one.split("?")[0]
    ]


def test_whoever_promotes_himself_is_refused_and_reported(house: House) -> None:
    manager = house.people["store_manager"]
    assert manager is not None
    page = reverse("admin:core_employment_grant", args=[manager.employment.pk])
    answer = browser(house, "store_manager").post(
        page, {"grant-role": "administrator", "grant-store": "", "grant-reason": "I would like to"}
    )
    assert answer.status_code == 403
    assert set(RoleAssignment.objects.filter(user=manager).values_list("role", flat=True)) == {"store_manager"}
    alert = AuditRecord.objects.get(action="core.alert.self_promotion")
    assert (alert.actor, alert.subject, alert.details["role"]) == (manager, f"core.user:{manager.pk}", "administrator")


def test_an_account_that_is_shut_ends_with_its_next_request(house: House) -> None:
    client = browser(house, "finance")
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=house.people["finance"].pk).update(is_active=False)  # type: ignore[union-attr]
    for path in ("/admin/", "/inbox/", reverse("admin:cards_order_changelist")):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_a_role_that_ended_is_gone_with_the_next_request(house: House) -> None:
    client = browser(house, "finance")
    assert client.get(reverse("admin:cards_order_changelist")).status_code == 200
    RoleAssignment.objects.filter(user=house.people["finance"]).delete()
    assert client.get(reverse("admin:cards_order_changelist")).status_code == 403


def test_a_selection_with_one_row_that_is_not_his_changes_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a manager the right at his own store; then he picks an order of his store and one of another's."""
    monkeypatch.setitem(ROLES, "store_manager", Role("x", ("cards.*_payment", "cards.view_order"), everywhere=False))
    client, page = browser(house, "store_manager"), reverse("admin:cards_order_changelist")
    ours, theirs = house.hers["paid order"], house.his["paid order"]
    picks: list[list[object]] = [[ours.pk, theirs.pk], [ours.pk, "no number"], [ours.pk, 10**30]]
    for picked in picks:
        answer = client.post(page, {"action": "reconcile", "_selected_action": picked}, follow=True)
        assert "Nothing was changed" in answer.content.decode()
        assert not Order.objects.filter(reconciled_at__isnull=False).exists()
    client.post(page, {"action": "reconcile", "_selected_action": [ours.pk]})
    assert list(Order.objects.filter(reconciled_at__isnull=False)) == [ours]


def test_a_selection_by_somebody_without_the_right_changes_none(house: House) -> None:
    picked = [house.hers["paid order"].pk]
    page = reverse("admin:cards_order_changelist")
    browser(house, "auditor").post(page, {"action": "reconcile", "_selected_action": picked})
    assert not Order.objects.filter(reconciled_at__isnull=False).exists()
