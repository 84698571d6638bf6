"""Benefits of tier, programme and event at the counter: one rule, counted under lock, returned where they came from."""

import datetime as dt

import pytest

from cards.models import Card
from cards.queries import cards
from core import clock
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from loyalty.models import BenefitCounter, BenefitRedemption
from loyalty.operations import benefit_grants, redemptions
from loyalty.queries import benefits
from loyalty.queries.benefits import Offer
from members.models import Household, Member
from risk.models import Hold
from tests import factories
from tests.cards.factories import ActiveCardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.loyalty.benefits_cast import a_benefit, a_grant, on_tier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]


def redeem(card: Card, offer, store: Store, clerk: User, key: str, **more) -> BenefitRedemption:
    wanted = offer if isinstance(offer, Offer) else Offer(offer)
    return redemptions.record(card, wanted, store=store, clerk=clerk, key=key, **more)


def refusal(card: Card, offer, store: Store, clerk: User, key: str = "refused") -> Refusal:
    with pytest.raises(Refusal) as refused:
        redeem(card, offer, store, clerk, key)
    return refused.value


def counted(member: Member) -> dict[str, int]:
    return dict(BenefitCounter.objects.filter(member=member).values_list("period", "used"))


def test_a_use_is_counted_audited_and_told_as_a_cards_is(
    card: Card, store: Store, clerk: User, wanqing: Member
) -> None:
    lounge = a_benefit(per_month=2, per_card=9)
    use = redeem(card, lounge, store, clerk, "a")
    assert counted(wanqing) == {"month:2026-11": 1, f"card:{card.pk}:{use.term.starts_on}": 1}
    assert (use.value_minor, use.cost_minor, use.used_on) == (5_000, 1_000, dt.date(2026, 11, 23))
    assert AuditRecord.objects.filter(action="loyalty.benefit.redeem", member_id=wanqing.pk).count() == 1
    assert Message.objects.filter(event="benefit.used", recipient=wanqing.user).count() == 1


def test_a_repeat_counts_once_and_the_same_key_for_another_is_refused(card: Card, store: Store, clerk: User) -> None:
    lounge, lane = a_benefit(per_day=2), a_benefit("priority-lane")
    assert redeem(card, lounge, store, clerk, "a") == redeem(card, lounge, store, clerk, "a")
    assert BenefitRedemption.objects.count() == 1
    assert refusal(card, lane, store, clerk, "a").code == "key_reused"


def test_the_refusal_says_when_and_from_which_tier(card: Card, store: Store, clerk: User, wanqing: Member) -> None:
    lounge = a_benefit(per_month=1)
    redeem(card, lounge, store, clerk, "a")
    full = refusal(card, lounge, store, clerk)
    assert (full.code, full.allowed_from) == ("benefit_used_up_for_now", dt.date(2026, 12, 1))
    lane = a_benefit("priority-lane", "tier", from_tier="gold")
    assert str(refusal(card, lane, store, clerk)) == "This benefit begins with the tier: Gold."
    on_tier(wanqing, "gold")
    assert redeem(card, lane, store, clerk, "b").version == lane


def test_another_store_is_named(card: Card, store: Store, other_store: Store, clerk: User) -> None:
    lounge = a_benefit(stores=[other_store])
    assert "Available at: Chunxi Road." in str(refusal(card, lounge, store, clerk))


def test_only_with_the_cards_it_asks_for(card: Card, store: Store, clerk: User) -> None:
    lounge = a_benefit(products=["harbour"])
    assert refusal(card, lounge, store, clerk).code == "benefit_of_other_cards"
    assert redeem(card, a_benefit("lounge-2", products=["city"]), store, clerk, "a")


def test_before_its_first_day_the_day_is_told(card: Card, store: Store, clerk: User) -> None:
    late = a_benefit(starts_on=dt.date(2026, 12, 1))
    (shown,) = [one for one in panel(card, store) if one.kind == "basic"]
    assert (shown.decision.code, shown.decision.allowed_again_on) == ("benefit_not_yet", dt.date(2026, 12, 1))
    assert refusal(card, late, store, clerk).code == "benefit_not_yet"


def panel(card: Card, store: Store | None):
    found = Card.objects.get(pk=card.pk)
    return cards.panel(found, day=clock.today(), store=store).benefits


def test_an_event_is_used_as_often_as_it_was_granted(card: Card, store: Store, clerk: User, wanqing: Member) -> None:
    wine = a_benefit("wine", "event")
    grant = a_grant(wanqing, wine, uses=2)
    for key in "ab":
        redeem(card, Offer(wine, grant), store, clerk, key)
    assert refusal(card, Offer(wine, grant), store, clerk).code == "benefit_used_up"
    assert counted(wanqing) == {f"grant:{grant.pk}": 2}


def test_what_was_granted_stays_when_the_benefit_is_revised(
    card: Card, store: Store, clerk: User, wanqing: Member
) -> None:
    grant = a_grant(wanqing, a_benefit("wine", "event", value_minor=9_900))
    a_benefit("wine", "event", value_minor=100)
    assert redeem(card, Offer(grant.version, grant), store, clerk, "a").value_minor == 9_900


def test_what_was_withdrawn_is_gone(card: Card, store: Store, clerk: User, wanqing: Member, planner: User) -> None:
    grant = a_grant(wanqing, a_benefit("wine", "event"))
    benefit_grants.withdraw(grant, reason="By mistake", by=planner)
    assert refusal(card, Offer(grant.version, grant), store, clerk).code == "benefit_over"
    assert not [one for one in panel(card, store) if one.kind == "event"]


def test_a_version_that_was_replaced_is_refused_and_its_counter_goes_on(card: Card, store: Store, clerk: User) -> None:
    old = a_benefit(per_year=2)
    redeem(card, old, store, clerk, "a")
    new = a_benefit(per_year=2)
    assert refusal(card, old, store, clerk).code == "benefit_over"
    redeem(card, new, store, clerk, "b")
    assert refusal(card, new, store, clerk).code == "benefit_used_up_for_now"


def test_a_household_shares_its_limit(
    card: Card, store: Store, clerk: User, wanqing: Member, household: Household
) -> None:
    garden = a_benefit("garden", per_household=2)
    husband = household.members.exclude(pk=wanqing.pk).filter(user__isnull=False)[0]
    his: Card = ActiveCardFactory.create(order_line=LineFactory.create(order=OrderFactory.create(member=husband)))
    hers = Card.objects.get(pk=card.pk)
    redeem(hers, garden, store, clerk, "a")
    second = redeem(his, garden, store, clerk, "b")
    assert refusal(hers, garden, store, clerk).allowed_from == dt.date(2027, 1, 1)
    redemptions.reverse(second, by=clerk, reason="not served")
    assert BenefitCounter.objects.get(household=household).used == 1
    assert redeem(hers, garden, store, clerk, "c")


def test_taken_back_it_returns_to_the_period_it_was_taken_from(
    card: Card, store: Store, clerk: User, wanqing: Member
) -> None:
    lounge = a_benefit(per_month=1)
    eve = dt.datetime(2026, 11, 30, 23, 55, tzinfo=clock.zone())
    with clock.stopped(eve):
        use = redeem(card, lounge, store, clerk, "a")
    with clock.stopped(eve + dt.timedelta(minutes=10)):
        for _ in range(2):
            redemptions.reverse(use, by=clerk, reason="wrong benefit")
        assert counted(wanqing) == {"month:2026-11": 0}
        redeem(card, lounge, store, clerk, "b")
    assert counted(wanqing) == {"month:2026-11": 0, "month:2026-12": 1}


def test_a_clerk_undoes_within_minutes_a_manager_later(card: Card, store: Store, clerk: User, manager: User) -> None:
    use = redeem(card, a_benefit(), store, clerk, "a")
    with clock.stopped(clock.now() + dt.timedelta(hours=1)):
        with pytest.raises(Refusal, check=lambda r: r.code == "use_too_old_to_reverse"):
            redemptions.reverse(use, by=clerk, reason="late")
        assert redemptions.reverse(use, by=manager, reason="late").reversed_at


def test_holds_closed_cards_and_ones_own_card_stop_it(card: Card, store: Store, clerk: User, wanqing: Member) -> None:
    lounge = a_benefit()
    hold = Hold.objects.create(member=wanqing, subject=f"cards.card:{card.pk}", scope="use", reason="Asked to")
    assert refusal(card, lounge, store, clerk).code == "card_on_hold"
    hold.delete()
    Member.objects.filter(pk=wanqing.pk).update(user=clerk)
    assert refusal(card, lounge, store, clerk).code == "own_card"
    Member.objects.filter(pk=wanqing.pk).update(user=factories.UserFactory.create())
    Card.objects.filter(pk=card.pk).update(state="closed")
    assert refusal(card, lounge, store, clerk).code == "card_closed"


def test_a_benefit_of_a_card_and_of_a_tier_stand_in_one_list(card: Card, store: Store, wanqing: Member) -> None:
    EntitlementFactory.create(version=card.version)
    a_benefit("priority-lane", "tier", from_tier="silver")
    a_benefit("suite", "tier", from_tier="platinum")
    on_tier(wanqing, "silver")
    shown = [(one.kind, one.decision.allowed) for one in panel(card, store)]
    assert shown == [("card", True), ("tier", True), ("tier", False)]


def test_the_names_of_a_tiers_benefits() -> None:
    a_benefit("priority-lane", "tier", from_tier="silver", name="Priority lane", name_zh_hans="优先通道")
    a_benefit("lounge", "tier", from_tier="gold", name="Lounge")
    a_benefit("coffee", "basic", name="Coffee")
    assert benefits.of_tier("gold") == ["Lounge"]
    assert benefits.of_tier("gold", whole=True) == ["Priority lane", "Lounge"]
    assert benefits.of_tier("diamond") == []
