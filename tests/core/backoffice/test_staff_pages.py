"""Staff and organisation."""

import pytest
from django.urls import reverse

from core.models import (
    AuditRecord,
    Department,
    Employment,
    Post,
    RoleAssignment,
    Store,
    User,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(store) -> Employment:
    return factories.StaffFactory.create(display_name="Tang Xin", store=store).employment


def test_a_role_is_given_and_taken_on_the_page(administrator, colleague, store, client):
    client.force_login(administrator)
    address = reverse("admin:core_employment_grant", args=[colleague.pk])
    assert client.post(address, {"grant-role": "clerk", "grant-store": store.pk}).status_code == 302
    held = RoleAssignment.objects.get(user=colleague.user)
    assert (
        "Store clerk (Nanjing Road)"
        in client.get(reverse("admin:core_employment_change", args=[colleague.pk])).content.decode()
    )
    client.post(reverse("admin:core_employment_revoke", args=[colleague.pk]), {"assignment": held.pk})
    held.refresh_from_db()
    assert held.ended_at is not None


def test_a_refusal_is_said_on_the_page(administrator, colleague, client):
    client.force_login(administrator)
    answer = client.post(reverse("admin:core_employment_grant", args=[colleague.pk]), {"grant-role": "clerk"})
    assert (answer.status_code, "choose one" in answer.content.decode()) == (409, True)


def test_an_offered_role_is_all_a_manager_can_give(manager, colleague, store, client):
    client.force_login(manager)
    answer = client.get(reverse("admin:core_employment_change", args=[colleague.pk]))
    assert [code for code, _ in answer.context["grant_form"].fields["role"].choices] == ["clerk"]
    forged = client.post(reverse("admin:core_employment_grant", args=[colleague.pk]), {"grant-role": "administrator"})
    assert forged.status_code == 403
    assert AuditRecord.objects.filter(action="core.alert.grant_beyond_right").count() == 1
    assert not RoleAssignment.objects.filter(user=colleague.user).exists()


def test_a_manager_sees_the_staff_of_his_store_only(manager, colleague, other_clerk, client):
    client.force_login(manager)
    seen = {str(row.user) for row in client.get(reverse("admin:core_employment_changelist")).context["cl"].result_list}
    assert seen == {"Sun Li", "Tang Xin"}
    assert client.get(reverse("admin:core_employment_change", args=[other_clerk.employment.pk])).status_code == 404


def test_a_colleague_is_taken_on_and_shut_out(administrator, store, client):
    post = Post.objects.create(title="Barista", department=Department.objects.create(code="x", name="X"))
    client.force_login(administrator)
    told = {"name": "Li Na", "email": "li@example.com", "staff_number": "T9", "post": post.pk, "language": "zh-hans"}
    taken = client.post(reverse("admin:core_employment_add"), told)
    employment = Employment.objects.get(staff_number="T9")
    assert taken["Location"] == reverse("admin:core_employment_change", args=[employment.pk])
    again = client.post(reverse("admin:core_employment_add"), told)
    assert (again.status_code, "known already" in again.content.decode()) == (422, True)
    shut = reverse("admin:core_employment_shut", args=[employment.pk])
    assert client.post(shut, {"reason": ""}).status_code == 409
    assert client.post(shut, {"reason": "left"}).status_code == 302
    assert not User.objects.get(pk=employment.user_id).is_active


def test_stores_are_changed_with_a_record_of_it(administrator, store, client):
    client.force_login(administrator)
    told = {"code": store.code, "name": "Nanjing East Road", "city": "Shanghai", "is_open": "on"}
    assert client.post(reverse("admin:core_store_change", args=[store.pk]), told).status_code == 302
    row = AuditRecord.objects.get(action="core.store.change")
    assert row.details == {"before": {"name": "Nanjing Road"}, "after": {"name": "Nanjing East Road"}}
    client.post(reverse("admin:core_store_add"), {"code": "N2", "name": "New", "is_open": "on"})
    new = Store.objects.get(code="N2")
    client.post(reverse("admin:core_store_delete", args=[new.pk]), {"post": "yes"})
    actions = AuditRecord.objects.filter(action__startswith="core.store").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "core.store.change",
        "core.store.add",
        "core.store.delete",
    ]


@pytest.mark.parametrize("who", ["clerk", "planner", "auditor", "director"])
def test_whoever_lacks_the_right_changes_no_store(who, request, store, client):
    client.force_login(request.getfixturevalue(who))
    assert client.post(reverse("admin:core_store_change", args=[store.pk]), {"name": "Mine"}).status_code == 403
