"""“My score-card” and the back office of performance, as they are clicked (SVC-09 to SVC-11)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import approvals, clock
from core.models import Approval, Store, User
from service_desk.models import (
    CareerLevel,
    CareerStep,
    Contest,
    ImprovementPlan,
    Incentive,
    KpiTarget,
    Objection,
    PostStandard,
    SpotCheck,
)
from service_desk.people.operations import contests, incentives, objections, plans
from service_desk.people.policy.kpis import Subject
from tests.service_desk import desk
from tests.service_desk.people import office
from tests.service_desk.people.office import OCTOBER, card_of, figure, write
from tests.service_desk.people.test_pages import browser, text

pytestmark = pytest.mark.django_db
OFFICE = "/admin/service_desk"


def last_month() -> dt.datetime:
    return clock.now() - dt.timedelta(days=30)


@pytest.fixture
def october(clerk: User, store: Store, planner: User, director: User) -> None:
    """Last month: one card sold of four, and closed."""
    with clock.stopped(clock.now() - dt.timedelta(days=53)):
        office.target("sales_count", 4, planner=planner, director=director)
    office.sale(clerk, store, last_month())
    write(OCTOBER, closes=True)
    office.sale(clerk, store, clock.now())
    write()


def test_a_clerk_reads_his_card_and_objects_to_a_closed_figure(clerk: User, october: None) -> None:
    page = browser(clerk)
    home = text(page.get("/work/scorecard/"))
    assert "November 2026" in home
    assert "target 4 · reached 25" in home
    assert "This is wrong" not in home
    closed = text(page.get("/work/scorecard/", {"card": card_of(clerk, OCTOBER).pk}))
    assert "October 2026" in closed
    assert "This is wrong" in closed
    wrong = figure(clerk, "sales_count", OCTOBER)
    answer = page.post(f"/work/scorecard/figures/{wrong.pk}/object/", {"words": "Two more."})
    assert answer["Location"].endswith(f"?card={wrong.card_id}")
    assert "objection: open" in text(page.get(answer["Location"]))
    assert Objection.objects.get().words == "Two more."
    page.post(f"/work/scorecard/figures/{wrong.pk}/object/", {"words": "Again."})
    assert Objection.objects.count() == 1


def test_nobody_opens_a_colleagues_card_check_or_plan(
    clerk: User, other_clerk: User, manager: User, october: None, standard: PostStandard
) -> None:
    check = office.check(clerk, 5, 5, by=manager)
    plan = plans.propose(clerk, goal="Look up", measures="Practise", due_on=dt.date(2026, 12, 1), by=manager)
    page = browser(other_clerk)
    assert page.get("/work/scorecard/", {"card": card_of(clerk).pk}).status_code == 404
    assert page.get(f"/work/spot-checks/{check.pk}/").status_code == 404
    assert page.post(f"/work/plans/{plan.pk}/agree/").status_code == 404
    wrong = figure(clerk, "sales_count", OCTOBER)
    assert page.post(f"/work/scorecard/figures/{wrong.pk}/object/", {"words": "x"}).status_code == 404
    own = text(page.get("/work/scorecard/"))
    assert "target 4" in own, "what was agreed for everybody is his too"
    assert "Look up" not in own


def test_a_clerk_reads_a_spot_check_and_objects_to_it(clerk: User, manager: User, standard: PostStandard) -> None:
    check = office.check(clerk, 5, 3, by=manager, comment="Please look up.")
    page = browser(clerk)
    assert "new" in text(page.get("/work/scorecard/"))
    shown = text(page.get(f"/work/spot-checks/{check.pk}/"))
    assert "Please look up." in shown
    assert "Compares the document" in shown
    check.refresh_from_db()
    assert check.seen_at is not None
    page.post(f"/work/spot-checks/{check.pk}/", {"words": ""})
    assert not Objection.objects.exists()
    page.post(f"/work/spot-checks/{check.pk}/", {"words": "He was not there."})
    assert "He was not there." in text(page.get(f"/work/spot-checks/{check.pk}/"))


def test_a_clerk_agrees_to_a_plan_and_reads_rewards_and_contests(
    clerk: User, manager: User, director: User, store: Store
) -> None:
    plan = plans.propose(clerk, goal="Look up", measures="Practise", due_on=dt.date(2026, 12, 1), by=manager)
    reward = incentives.propose(clerk, kind="praise", title="Best week", reason="Sixty cards", by=manager)
    today = clock.today()
    contest = contests.call(
        {"name": "First cards"}, kpi="sales_count", kind=Subject.PERSON, starts_on=today, last_on=today, store=store,
        by=manager,
    )  # fmt: skip
    office.sale(clerk, store, clock.now())
    page = browser(clerk)
    home = text(page.get("/work/scorecard/"))
    assert "Look up" in home
    assert "Best week" not in home
    page.post(f"/work/plans/{plan.pk}/agree/")
    plan.refresh_from_db()
    assert plan.state == "agreed"
    assert isinstance(reward.approval, Approval)
    approvals.approve(reward.approval, by=director)
    assert "Best week" in text(page.get("/work/scorecard/"))
    ranking = text(page.get(f"/work/contests/{contest.pk}/"))
    assert "Xu Jing" in ranking
    assert "ranking-own" in ranking


def test_a_contest_of_another_store_is_not_there(
    other_clerk: User, manager: User, store: Store, director: User
) -> None:
    today = clock.today()
    contest = contests.call(
        {"name": "Ours"},
        kpi="sales_count",
        kind=Subject.PERSON,
        starts_on=today,
        last_on=today,
        store=store,
        by=manager,
    )
    assert browser(other_clerk).get(f"/work/contests/{contest.pk}/").status_code == 404


def test_a_manager_marks_a_colleague_in_the_back_office(clerk: User, manager: User, standard: PostStandard) -> None:
    page = browser(manager)
    first = text(page.get(f"{OFFICE}/spotcheck/add/"))
    assert "Xu Jing" in first
    sheet = text(page.get(f"{OFFICE}/spotcheck/add/", {"person": clerk.pk}))
    assert "Compares the document" in sheet
    marks = {f"mark_{one.pk}": 4 for one in standard.criteria.all()}
    assert page.post(f"{OFFICE}/spotcheck/add/", {"person": clerk.pk}).status_code == 422
    answer = page.post(f"{OFFICE}/spotcheck/add/", {"person": clerk.pk, "comment": "Calm.", **marks})
    check = SpotCheck.objects.get()
    assert answer["Location"] == f"{OFFICE}/spotcheck/{check.pk}/change/"
    shown = text(page.get(answer["Location"]))
    assert "Greets" in shown
    assert "75" in shown
    assert "Xu Jing" in text(page.get(f"{OFFICE}/spotcheck/"))


def test_a_trainer_sets_a_standard_that_begins_with_the_one_in_force(
    clerk: User, trainer: User, standard: PostStandard
) -> None:
    page = browser(trainer)
    post = clerk.employment.post
    begun = text(page.get(f"{OFFICE}/poststandard/add/", {"post": post.pk}))
    assert "Compares the document" in begun
    form = {
        "post": post.pk, "starts_on": "2026-12-01", "reason": "One more thing", "form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 2,
        "form-0-name": "Greets", "form-0-weight": 2, "form-1-name": "", "form-1-weight": 1, "form-2-name": "Smiles",
        "form-2-weight": 1,
    }  # fmt: skip
    answer = page.post(f"{OFFICE}/poststandard/add/", form)
    made = PostStandard.objects.latest("pk")
    assert answer["Location"] == f"{OFFICE}/poststandard/{made.pk}/change/"
    assert list(made.criteria.values_list("name", "weight")) == [("Greets", 2), ("Smiles", 1)]
    assert "Smiles" in text(page.get(answer["Location"]))
    assert page.post(f"{OFFICE}/poststandard/add/", form | {"form-2-name": "", "form-0-name": ""}).status_code == 422


def test_a_card_is_looked_at_in_the_back_office_and_an_objection_decided(
    clerk: User, manager: User, director: User, october: None
) -> None:
    page = browser(manager)
    assert "Xu Jing" in text(page.get(f"{OFFICE}/scorecard/"))
    shown = text(page.get(f"{OFFICE}/scorecard/{card_of(clerk, OCTOBER).pk}/change/"))
    assert "target 4 · reached 25" in shown
    raised = objections.to_figure(figure(clerk, "sales_count", OCTOBER), words="Two more.", by=clerk)
    assert "cards sold" in text(page.get(f"{OFFICE}/objection/"))
    decide = f"{OFFICE}/objection/{raised.pk}/decide/uphold/"
    assert page.get(decide).status_code == 200
    assert page.post(decide, {"answer": "Right."}).status_code == 422
    assert page.post(decide, {"answer": "Right.", "value": "3"}).status_code == 302
    assert figure(clerk, "sales_count", OCTOBER).corrected_value == 3
    assert "put right by Sun Li" in text(page.get(f"{OFFICE}/scorecard/{card_of(clerk, OCTOBER).pk}/change/"))


@pytest.mark.parametrize(
    ("kpi", "typed", "kept"), [("training", "92.5", 9_250), ("sales_minor", "5000", 500_000), ("activations", "7", 7)]
)
def test_a_target_is_typed_in_its_unit_and_waits_for_a_second_person(
    planner: User, director: User, kpi: str, typed: str, kept: int
) -> None:
    page = browser(planner)
    form = {
        "kpi": kpi,
        "kind": "person",
        "span": "month",
        "value": typed,
        "starts_on": "2026-12-01",
        "reason": "Agreed",
    }
    assert page.post(f"{OFFICE}/kpitarget/add/", form).status_code == 302
    asked = Approval.objects.get()
    deciding = browser(director)
    assert "everybody" in text(deciding.get(f"/admin/core/approval/{asked.pk}/change/"))
    deciding.post(f"/admin/core/approval/{asked.pk}/decide/", {"decision": "approve"})
    assert KpiTarget.objects.get().value == kept
    assert "2026" in text(page.get(f"{OFFICE}/kpitarget/"))
    assert page.get(f"{OFFICE}/kpitarget/{KpiTarget.objects.get().pk}/change/").status_code == 200


def test_a_manager_is_offered_his_own_people_and_stores_alone(
    manager: User, clerk: User, other_clerk: User, store: Store, other_store: Store
) -> None:
    page = browser(manager)
    for name in ("kpitarget", "incentive", "improvementplan", "careerstep", "contest"):
        form = text(page.get(f"{OFFICE}/{name}/add/"))
        assert "He Bo" not in form
        assert "Chunxi Road" not in form
    assert 'name="post"' not in text(page.get(f"{OFFICE}/kpitarget/add/"))
    refused = page.post(
        f"{OFFICE}/contest/add/",
        {"name": "Ours", "kpi": "activations", "kind": "person", "starts_on": "2026-11-23", "last_on": "2026-11-30"},
    )
    assert refused.status_code == 422
    assert "not one of your people" in text(refused)


def test_rewards_plans_levels_and_contests_are_entered_in_the_back_office(
    manager: User, clerk: User, director: User, store: Store
) -> None:
    chief, page = browser(director), browser(manager)
    level = {"code": "senior", "rank": 3, "name": "Senior"}
    assert chief.post(f"{OFFICE}/careerlevel/add/", level).status_code == 302
    person = {"person": clerk.pk}
    entered: tuple[tuple[str, dict[str, Any]], ...] = (
        ("incentive", {"kind": "bonus", "title": "Best week", "amount_minor": "500.00", "reason": "Sixty cards"}),
        ("improvementplan", {"goal": "Look up", "measures": "Practise", "due_on": "2026-12-24"}),
        ("careerstep", {"level": CareerLevel.objects.get().pk, "starts_on": "2026-12-01", "reason": "Earned"}),
    )
    for name, form in entered:
        answer = page.post(f"{OFFICE}/{name}/add/", person | form)
        assert answer.status_code == 302, text(answer)
    contest = {
        "name": "Ours", "kpi": "activations", "kind": "person", "starts_on": "2026-11-23", "last_on": "2026-11-30",
        "store": store.pk,
    }  # fmt: skip
    assert page.post(f"{OFFICE}/contest/add/", contest).status_code == 302
    assert Incentive.objects.get().amount_minor == 50_000
    for asked in Approval.objects.order_by("pk"):
        assert text(chief.get(f"/admin/core/approval/{asked.pk}/change/"))
        chief.post(f"/admin/core/approval/{asked.pk}/decide/", {"decision": "approve"})
    assert Incentive.objects.get().state == "agreed"
    assert CareerStep.objects.get().person == clerk
    give = f"{OFFICE}/incentive/{Incentive.objects.get().pk}/decide/give/"
    assert page.post(give, {}).status_code == 302
    assert Incentive.objects.get().state == "given"
    plan = ImprovementPlan.objects.get()
    plans.agree(plan, by=clerk)
    done = page.post(f"{OFFICE}/improvementplan/{plan.pk}/decide/reached/", {"reason": "He looks up."})
    assert done.status_code == 302
    assert ImprovementPlan.objects.get().state == "reached"
    for name in ("incentive", "improvementplan", "careerstep", "contest", "careerlevel"):
        assert page.get(f"{OFFICE}/{name}/").status_code == 200
    assert "Ours" in text(page.get(f"{OFFICE}/contest/{Contest.objects.get().pk}/change/"))


def test_the_workbench_tells_what_waits(clerk: User, manager: User, director: User, standard: PostStandard) -> None:
    with desk.on("02 10:00"):
        late = plans.propose(clerk, goal="Look up", measures="Practise", due_on=dt.date(2026, 11, 20), by=manager)
        plans.agree(late, by=clerk)
    objections.to_spot_check(office.check(clerk, 1, 1, by=manager), words="No.", by=clerk)
    bench = text(browser(manager).get("/admin/"))
    assert "Improvement plans to verify" in bench
    assert "Objections to decide" in text(browser(director).get("/admin/"))


def test_who_is_no_colleague_has_no_score_card(wanqing: Any) -> None:
    page = Client(headers={"accept-language": "en"})
    assert page.get("/work/scorecard/").status_code == 302
    page.force_login(wanqing.user)
    assert page.get("/work/scorecard/").status_code == 403
