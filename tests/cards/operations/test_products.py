"""CARD-01, CARD-04, CARD-05, CARD-07: a product from its first draft to its retirement."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from cards.models import Entitlement, Price, Product, ProductVersion
from cards.operations import products, versions
from cards.policy import launch
from cards.policy.parameters import TermParameters
from cards.queries import launches, prices
from cards.queries import products as rows
from core import approvals, clock, parameters
from core.models import Approval, AuditRecord, Message, Store, User
from risk.models import RiskEvent
from tests.cards import products as shelf
from tests.cards.products import refused, swept

pytestmark = pytest.mark.django_db


def test_a_draft_keeps_incomplete_input(planner: User):
    series = shelf.series(by=planner, stock=0)
    version = products.draft_product(code="lake", series=series, by=planner)
    kept = versions.save_draft(version, versions.Content(terms={"name": "Lake"}), by=planner, edits=0)
    assert (kept.name, kept.state, kept.edits) == ("Lake", "draft", 1)
    missing = launch.unmet(launches.completeness(kept, day=clock.today()))
    assert {"names", "price", "benefits", "agreement", "launch_day", "channels", "responsible"} <= set(missing)


def test_what_is_not_complete_is_not_submitted(planner: User):
    version = shelf.draft(by=planner, name_zh_hant="")
    with refused("draft_incomplete"):
        versions.submit(version, by=planner, reason="Now", edits=version.edits)
    assert not Approval.objects.exists()


def test_two_people_editing_at_once_find_out(planner: User):
    version = shelf.draft(by=planner)
    versions.save_draft(version, shelf.content(by=planner, name="Hers"), by=planner, edits=version.edits)
    with refused("stale"):
        versions.save_draft(version, shelf.content(by=planner, name="His"), by=planner, edits=version.edits)
    version.refresh_from_db()
    assert version.name == "Hers"


def test_an_author_cannot_approve_her_own_product(planner: User, director: User):
    version = shelf.draft(by=planner)
    request = versions.submit(version, by=planner, reason="For the new season", edits=version.edits)
    with refused("four_eyes"):
        approvals.approve(request, by=planner)
    approvals.approve(request, by=director)
    version.refresh_from_db()
    assert (version.state, version.product.state) == ("approved", "approved")
    assert version.approval == request
    assert Approval.objects.get().decided_by == director


def test_a_rejected_version_is_reworked_and_a_withdrawn_one_is_a_draft_again(planner: User, director: User):
    version = shelf.draft(by=planner)
    first = versions.submit(version, by=planner, reason="For the new season", edits=version.edits)
    approvals.reject(first, by=director, reason="Too cheap")
    version.refresh_from_db()
    assert (version.state, version.product.state) == ("rejected", "draft")
    versions.rework(version, by=planner)
    version.refresh_from_db()
    versions.submit(version, by=planner, reason="Dearer", edits=version.edits)
    version.refresh_from_db()
    assert (version.state, version.product.state) == ("in-review", "in-review")
    versions.withdraw(version, by=planner)
    version.refresh_from_db()
    version.product.refresh_from_db()
    assert (version.state, version.product.state, version.terms_digest) == ("draft", "draft", "")


def test_nothing_goes_on_sale_before_approval_stock_and_its_launch_day(planner: User, director: User):
    with refused("nothing_to_launch"):
        products.go_on_sale(shelf.draft(by=planner).product, by=planner)
    without_numbers = shelf.approved(by=planner, approver=director, code="dry", prefix="8612", stock=0)
    with refused("not_ready"):
        products.go_on_sale(without_numbers.product, by=planner)
    later = shelf.approved(by=planner, approver=director, code="late", prefix="8613")
    later.launch_plan.launch_on = clock.today() + dt.timedelta(days=10)
    later.launch_plan.save()
    with refused("launch_not_due"):
        products.go_on_sale(later.product, by=planner)


def test_a_requirement_from_above_holds_up_a_launch(planner: User, director: User, monkeypatch: pytest.MonkeyPatch):
    version = shelf.approved(by=planner, approver=director)
    trained = launch.Requirement("competence", lambda one: one.product_id != version.product_id, "Sellers are trained")
    monkeypatch.setattr(launch, "requirements", [*launch.requirements, trained])
    with refused("not_ready"):
        products.go_on_sale(version.product, by=planner)
    assert launches.readiness(version)[-1] == launch.Item("competence", False, "Sellers are trained")


def test_going_on_sale_begins_the_price_and_tells_the_people_responsible(planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    assert (product.state, shelf.offered(product).number) == ("on-sale", 1)
    assert prices.price_on(product, clock.today()) == shelf.PRICE
    assert Message.objects.filter(event="product.on-sale", recipient=planner, channel="inbox").count() == 1


def test_a_revision_supersedes_on_its_day_and_the_night_sweep_launches_it(
    planner: User, director: User, noon: dt.datetime
):
    with clock.stopped(noon):
        product = shelf.on_sale(by=planner, approver=director)
        second = shelf.revision(product, by=planner, price_minor=32_900)
        second.launch_plan.launch_on = clock.today() + dt.timedelta(days=3)
        second.launch_plan.save()
        request = versions.submit(second, by=planner, reason="Costs rose", edits=second.edits)
        assert request.before["price_minor"] == shelf.PRICE
        assert request.after["price_minor"] == 32_900
        approvals.approve(request, by=director)
        assert swept("products.launch") == 0
        product.refresh_from_db()
        assert shelf.offered(product).number == 1
    with clock.stopped(noon + dt.timedelta(days=5)):
        assert swept("products.launch") == 1
        assert swept("products.launch") == 0
        product.refresh_from_db()
        assert (shelf.offered(product).number, product.state) == (2, "on-sale")
        assert prices.price_on(product, clock.today()) == 32_900
        assert prices.price_on(product, clock.day_of(noon)) == shelf.PRICE


def test_a_due_launch_that_is_not_ready_is_told_once_and_waits(planner: User, director: User):
    version = shelf.approved(by=planner, approver=director, stock=0)
    for _ in range(2):
        assert swept("products.launch") == 0
    version.product.refresh_from_db()
    assert version.product.state == "approved"
    assert Message.objects.filter(event="product.launch-blocked", channel="inbox").count() == 1


def test_a_pilot_sells_at_its_stores_only(planner: User, director: User, store: Store, other_store: Store):
    version = shelf.approved(by=planner, approver=director)
    with refused("pilot_needs_stores"):
        products.start_pilot(version.product, by=planner)
    shelf.pilot_at(store, version)
    product = products.start_pilot(version.product, by=planner)
    assert product.state == "pilot"
    assert product in rows.for_sale(channel="store", store=store)
    assert product not in rows.for_sale(channel="store", store=other_store)
    assert product not in rows.for_sale(channel="web")
    product = products.go_on_sale(product, by=planner)
    assert product in rows.for_sale(channel="web")
    assert Price.objects.filter(product=product).count() == 1


def test_a_card_is_sold_in_the_channels_of_its_launch_plan_only(planner: User, director: User, store: Store):
    version = shelf.draft(by=planner)
    version.launch_plan.channels = ["store"]
    version.launch_plan.save()
    approvals.approve(versions.submit(version, by=planner, reason="Stores first", edits=version.edits), by=director)
    product = products.go_on_sale(version.product, by=planner)
    assert product in rows.for_sale(channel="store", store=store)
    assert product not in rows.for_sale(channel="web")


def test_suspending_resuming_and_retiring_ask_a_reason_and_follow_the_table(planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    with refused("reason_needed"):
        products.suspend(product, by=planner, reason=" ")
    product = products.suspend(product, by=planner, reason="Misprint on the face")
    assert (product.state, product.state_reason) == ("suspended", "Misprint on the face")
    with refused("transition_not_listed"):
        products.suspend(product, by=planner, reason="Again")
    product = products.resume(product, by=planner, reason="Reprinted")
    product = products.retire(product, by=planner, reason="Replaced")
    with refused("transition_not_listed"):
        products.resume(product, by=planner, reason="After all")
    with refused("product_retired"):
        versions.draft_revision(product, by=planner)


def test_a_seller_who_tries_to_change_a_product_is_refused_and_noticed(planner: User, director: User, clerk: User):
    product = shelf.on_sale(by=planner, approver=director)
    before = shelf.offered(product).price_minor
    for attempt in (
        lambda: versions.draft_revision(product, by=clerk),
        lambda: products.suspend(product, by=clerk, reason="No"),
        lambda: versions.save_draft(shelf.offered(product), shelf.content(by=clerk), by=clerk, edits=0),
    ):
        with refused("not_permitted"):
            attempt()
    assert RiskEvent.objects.filter(kind="product-change-refused", is_alert=True).count() == 3
    assert AuditRecord.objects.filter(action="cards.product.change_refused", actor=clerk).count() == 3
    product.refresh_from_db()
    assert shelf.offered(product).price_minor == before


@pytest.mark.parametrize(
    "change",
    [
        lambda version: ProductVersion.objects.filter(pk=version.pk).update(price_minor=1),
        lambda version: ProductVersion.objects.filter(pk=version.pk).update(face={}),
        lambda version: ProductVersion.objects.filter(pk=version.pk).update(months=99, state="draft"),
        lambda version: ProductVersion.objects.filter(pk=version.pk).update(terms_digest="x" * 64),
        lambda version: version.entitlements.update(value_minor=1),
        lambda version: Entitlement.objects.filter(version=version).delete(),
        lambda version: Entitlement.objects.create(version=version, code="extra", name="Extra"),
        lambda version: version.entitlements.first().stores.add(Store.objects.create(code="X1", name="X")),
    ],
    ids=["price", "face", "reopened", "digest", "benefit changed", "benefits gone", "benefit added", "store added"],
)
def test_the_database_itself_refuses_to_change_approved_terms(planner: User, director: User, change):
    version = shelf.approved(by=planner, approver=director)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(version)


def test_a_price_once_begun_is_never_rewritten(planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    with pytest.raises(DatabaseError), transaction.atomic():
        Price.objects.filter(product=product).update(amount_minor=1)


def test_an_approval_of_terms_that_were_tampered_with_is_refused(planner: User, director: User):
    version = shelf.draft(by=planner)
    request = versions.submit(version, by=planner, reason="For the new season", edits=version.edits)
    ProductVersion.objects.filter(pk=version.pk).update(terms_digest="0" * 64)
    with refused("stale"):
        approvals.approve(request, by=director)
    assert Product.objects.get(pk=version.product_id).state == "in-review"


def test_a_first_draft_counts_days_as_the_policy_in_force_says(planner: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        parameters, "in_force", lambda cls, on=None: cls(first_day_counts=True) if cls is TermParameters else cls()
    )
    draft = products.draft_product(code="lake", series=shelf.series(by=planner), by=planner)
    assert draft.first_day_counts
