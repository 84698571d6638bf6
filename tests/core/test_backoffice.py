"""The pages of work in the back office, as their users meet them."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import approvals, audit, clock, parameter_revisions, parameters, sweeps
from core.admin.base import COUNTED, EstimatingPaginator
from core.models import (
    Approval,
    AuditRecord,
    Department,
    Employment,
    JobRun,
    Message,
    ParameterRevision,
    PoisonRow,
    Post,
    RoleAssignment,
    Store,
    User,
)
from tests import factories
from tests.core.sweeping import NameDepartments

pytestmark = pytest.mark.django_db

AREA = "personal_data"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def asked(planner, director) -> Approval:
    return parameter_revisions.propose(
        AREA,
        values={"alert_above_an_hour": 30},
        effective_on=clock.today(),
        reason="New colleagues look up more",
        author=planner,
    )


def decide(client, approval, decision, **more):
    return client.post(reverse("admin:core_approval_decide", args=[approval.pk]), {"decision": decision, **more})


def page(client, approval):
    return client.get(reverse("admin:core_approval_change", args=[approval.pk]))


# --- approvals -------------------------------------------------------------------------------------------------------


def test_the_request_shows_what_changes_side_by_side_and_what_follows(asked, director, client):
    client.force_login(director)
    text = page(client, asked).content.decode()
    assert "<del>20</del>" in text
    assert "<ins>30</ins>" in text
    assert "alert above, per person and hour" in text
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


# --- parameters ------------------------------------------------------------------------------------------------------


def form(**changes):
    told = {"alert_above_an_hour": "20", "refuse_above_a_day": "100", "reason": "because"}
    return told | {"effective_on": clock.today().isoformat()} | changes


def send(client, **changes):
    return client.post(reverse("admin:core_parameters_area", args=[AREA]), form(**changes))


def test_every_registered_area_has_its_page(planner, client):
    client.force_login(planner)
    text = client.get(reverse("admin:core_parameters")).content.decode()
    for area in parameters.areas():
        assert str(area.title) in text
        assert client.get(reverse("admin:core_parameters_area", args=[area.code])).status_code == 200


def test_the_form_asks_for_an_approval(planner, client):
    client.force_login(planner)
    answer = send(client, alert_above_an_hour="25")
    asked = Approval.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:core_approval_change", args=[asked.pk])
    assert (asked.before, asked.after) == ({"alert_above_an_hour": 20}, {"alert_above_an_hour": 25})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alert_above_an_hour": "0"}, "greater than or equal to 1"),
        ({"alert_above_an_hour": "x"}, "Enter a whole number"),
        ({"alert_above_an_hour": ""}, "This field is required"),
        ({"alert_above_an_hour": "20"}, "Nothing would change."),
        ({"alert_above_an_hour": "25", "effective_on": "2020-01-01"}, "cannot take effect before today"),
        ({"alert_above_an_hour": "25", "effective_on": "soon"}, "Enter a valid date"),
        ({"alert_above_an_hour": "25", "reason": "  "}, "This field is required"),
        ({"alert_above_an_hour": "9" * 30}, "less than or equal to 1000"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(planner, client, changes, said):
    client.force_login(planner)
    answer = send(client, **changes)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Approval.objects.exists()


def test_whoever_may_only_look_has_no_form_and_is_refused(director, clerk, client):
    client.force_login(director)
    assert client.get(reverse("admin:core_parameters_area", args=[AREA])).context["form"] is None
    assert send(client, alert_above_an_hour="25").status_code == 403
    client.force_login(clerk)
    for name, args in (("admin:core_parameters", []), ("admin:core_parameters_area", [AREA])):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_history_and_the_next_change_are_shown(asked, director, planner, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(asked, by=director)
    later = parameter_revisions.propose(
        AREA,
        values={"alert_above_an_hour": 40},
        effective_on=clock.today() + dt.timedelta(days=30),
        reason="even more",
        author=planner,
    )
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(later, by=director)
    client.force_login(planner)
    answer = client.get(reverse("admin:core_parameters_area", args=[AREA]))
    row = answer.context["rows"][0]
    assert (row["value"], row["default"], row["next"]) == ("30", "20", "40")
    text = answer.content.decode()
    assert "asked by Ye Qing, approved by Fang Wei" in text


def test_an_unknown_area_does_not_exist(planner, client):
    client.force_login(planner)
    assert client.get(reverse("admin:core_parameters_area", args=["nothing"])).status_code == 404


# --- jobs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sweep(monkeypatch):
    monkeypatch.setattr(sweeps, "_sweeps", {})
    return sweeps.register(NameDepartments())


def test_a_job_is_started_watched_and_found_again(sweep, administrator, client):
    client.force_login(administrator)
    listing = reverse("admin:core_jobrun_changelist")
    assert "Name departments" in client.get(listing).content.decode()
    started = client.post(reverse("admin:core_jobrun_start", args=[sweep.name]))
    run = JobRun.objects.get()
    assert started["Location"] == reverse("admin:core_jobrun_change", args=[run.pk])
    text = client.get(started["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in text
    sweeps.run(sweep.name)
    moving = client.get(reverse("admin:core_jobrun_progress", args=[run.pk])).content.decode()
    assert "hx-trigger" not in moving
    assert "done" in moving
    assert "Name departments" in client.get(listing).content.decode()


def test_when_no_worker_can_be_called_the_run_still_waits_for_beat(
    sweep, administrator, client, monkeypatch, django_capture_on_commit_callbacks
):
    def away(**more):
        raise ConnectionError("broker away")

    monkeypatch.setattr("core.jobs.run_waiting.apply_async", away)
    client.force_login(administrator)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("admin:core_jobrun_start", args=[sweep.name])).status_code == 302
    assert JobRun.objects.get().state == "waiting"


def test_starting_is_a_post_with_the_right(sweep, auditor, administrator, client):
    address = reverse("admin:core_jobrun_start", args=[sweep.name])
    client.force_login(auditor)
    client.post(address)
    assert not JobRun.objects.exists()
    client.force_login(administrator)
    assert client.get(address).status_code == 405


def test_a_row_set_aside_is_shown_and_tried_again(sweep, administrator, auditor, client):
    department = Department.objects.create(code="d1", name="poison")
    run = sweeps.run(sweep.name)
    poison = PoisonRow.objects.get()
    client.force_login(administrator)
    assert "this row cannot be done" in client.get(reverse("admin:core_jobrun_change", args=[run.pk])).content.decode()
    Department.objects.filter(pk=department.pk).update(name="cured")
    client.post(reverse("admin:core_jobrun_retry", args=[poison.pk]))
    poison.refresh_from_db()
    assert poison.resolved_at is not None
    assert client.post(reverse("admin:core_jobrun_retry", args=[999])).status_code == 404


# --- audit trail -----------------------------------------------------------------------------------------------------


@pytest.fixture
def trail(clerk, manager, store, other_store):
    days = [dt.datetime(2026, 11, day, 15, 59, tzinfo=dt.UTC) for day in (20, 21, 22)]
    for n, (moment, actor, place) in enumerate(
        zip(days, (clerk, clerk, manager), (store, other_store, store), strict=True)
    ):
        with clock.stopped(moment), transaction.atomic():
            audit.record(
                f"cards.card.act{n}", subject=f"cards.card:{n}", actor=actor, store_id=place.pk, member_id=100 + n
            )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "cards.card:1"}, [1]),
        ({"q": "cards.card"}, []),
        ({"who": "Xu Jing"}, [1, 0]),
        ({"who": "Nobody"}, []),
        ({"what": "cards.card"}, [2, 1, 0]),
        ({"what": "cards.card.act2"}, [2]),
        ({"member": "101"}, [1]),
        ({"member": "x"}, []),
        ({"at_from": "2026-11-21", "at_to": "2026-11-21"}, [1]),
        ({"at_from": "2026-11-21"}, [2, 1]),
        ({"at_to": "2026-11-20"}, [0]),
        ({"at_from": "not a day"}, [2, 1, 0]),
        ({"at_to": "9999-12-31"}, [2, 1, 0]),
        ({"who": "Xu Jing", "at_to": "2026-11-20"}, [0]),
    ],
)
def test_the_trail_is_searched_by_who_what_whose_and_when(trail, auditor, client, asked, found):
    client.force_login(auditor)
    answer = client.get(reverse("admin:core_auditrecord_changelist"), asked)
    assert [row.subject for row in answer.context["cl"].result_list] == [f"cards.card:{n}" for n in found]


def test_the_trail_is_searched_by_store(trail, auditor, other_store, client):
    client.force_login(auditor)
    answer = client.get(reverse("admin:core_auditrecord_changelist"), {"store": other_store.pk})
    assert [row.subject for row in answer.context["cl"].result_list] == ["cards.card:1"]


def test_a_record_can_be_read_and_nothing_else(trail, administrator, client):
    client.force_login(administrator)
    row = AuditRecord.objects.latest("id")
    address = reverse("admin:core_auditrecord_change", args=[row.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "x"}).status_code == 403
    for verb in (f"{row.pk}/delete/", "add/"):
        assert client.post(f"/admin/core/auditrecord/{verb}", {"post": "yes"}).status_code in {403, 404, 405}
    assert AuditRecord.objects.filter(pk=row.pk).exists()


# --- staff and organisation ------------------------------------------------------------------------------------------


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


# --- big lists -------------------------------------------------------------------------------------------------------

LISTS = ["approval", "auditrecord", "jobrun", "employment", "user", "store", "department", "post"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_a_constant_number_of_queries(name, administrator, client, store):
    address = reverse(f"admin:core_{name}_changelist") + ("?whose=all" if name == "approval" else "")
    client.force_login(administrator)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(12):
        user = factories.StaffFactory.create(roles={"clerk": store})
        Approval.objects.create(kind="parameter", subject=f"s{n}", title="x", author=user, state="withdrawn")
        JobRun.objects.create(job=f"j{n}", requested_by=user)
        Store.objects.create(code=f"X{n}", name="X")
        Post.objects.create(title=f"P{n}", department=Department.objects.create(code=f"c{n}", name=f"D{n}"))
        with transaction.atomic():
            audit.record("core.test.done", subject=user, actor=user, store_id=store.pk)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1, "\n".join(query["sql"] for query in many.captured_queries)


def test_a_selection_is_counted_no_further_than_the_limit(monkeypatch):
    monkeypatch.setattr("core.admin.base.COUNTED", 10)
    JobRun.objects.bulk_create([JobRun(job=f"j{n}", state="done") for n in range(25)])
    paginator = EstimatingPaginator(JobRun.objects.filter(state="done").order_by("id"), 5)
    assert (paginator.count, paginator.num_pages, paginator.told) == (10, 2, "more than 10")
    assert EstimatingPaginator(JobRun.objects.filter(job="j1").order_by("id"), 5).told == "1"


@pytest.mark.postgres
def test_a_whole_table_is_estimated_not_counted(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("core.admin.base.COUNTED", 1000)
    JobRun.objects.bulk_create([JobRun(job=f"j{n}", state="done") for n in range(3210)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_jobrun")
    paginator = EstimatingPaginator(JobRun.objects.order_by("id"), 50)
    with django_assert_num_queries(1) as asked:
        assert paginator.told == "about 3,000"
    assert "reltuples" in asked[0]["sql"]
    assert paginator.count == 1000


def test_no_page_offers_to_delete_in_bulk(administrator, client, store):
    client.force_login(administrator)
    for name in LISTS:
        assert "delete_selected" not in client.get(reverse(f"admin:core_{name}_changelist")).content.decode()


def test_the_limit_is_the_one_that_is_told():
    assert COUNTED == 10_000


@pytest.mark.parametrize("term", ["a\x00b", "%", "' OR 1=1 --", "x" * 5000, "\ud800"])
def test_a_search_for_rubbish_finds_nothing(term, administrator, client):
    client.force_login(administrator)
    answer = client.get(reverse("admin:core_user_changelist"), {"q": term.encode("utf-8", "replace").decode()})
    assert answer.status_code == (400 if "\x00" in term else 200)
    assert administrator.handle not in answer.content.decode()
