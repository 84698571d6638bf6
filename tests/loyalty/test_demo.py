import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from cards import demo as cards
from core import clock
from loyalty import demo, demo_office, demo_tiers
from loyalty.models import (
    Coupon,
    MemberTier,
    PointAdjustment,
    PointMonth,
    PointTransaction,
    Purchase,
    Reward,
    RewardOrder,
    Simulation,
    TierChange,
    TierHold,
)  # fmt: skip
from loyalty.operations import standings
from loyalty.policy import liability
from loyalty.queries import liability as queries
from members import demo as people
from members.models import Member, Referral
from tests.loyalty.conftest import broken
from tests.loyalty.test_simulations import differs

pytestmark = pytest.mark.django_db


def test_the_demo_has_points_of_all_kinds_and_loading_it_again_changes_nothing():
    people.load()
    cards.load()
    demo.load()
    demo_office.sum_up()
    tables = (Purchase, PointTransaction, Referral, RewardOrder)
    before = [table.objects.count() for table in tables]
    demo.load()
    assert [table.objects.count() for table in tables] == before
    assert Reward.objects.filter(state="on-sale").count() == 9
    assert RewardOrder.objects.filter(state="reserved").count() == 2
    assert Coupon.objects.filter(batch__isnull=False).count() == 200
    assert sorted(Referral.objects.values_list("state", flat=True)) == [
        "held",
        "joined",
        "joined",
        "refused",
        "rewarded",
    ]
    assert sorted(PointAdjustment.objects.values_list("state", flat=True)) == ["posted", "posted", "waiting"]
    assert PointMonth.objects.values("month").distinct().count() > 12
    share = liability.lapse_share(queries.cohorts(), on=clock.today())
    assert share is not None
    assert 1_000 < share < 9_000
    wanqing = Member.objects.by_phone("+8613800138001").get()
    account = wanqing.points
    assert account.available > 0
    assert account.pending > 0
    thomas = Member.objects.by_phone("+85291234567").get()
    assert MemberTier.objects.get(member=thomas).tier == "gold"
    assert broken() == []


def test_the_demo_has_tiers_in_every_state_and_loading_it_again_changes_nothing():
    people.load()
    demo_tiers.load()
    demo.load()
    demo_tiers.judge()
    before = (TierChange.objects.count(), TierHold.objects.count(), MemberTier.objects.count())
    demo_tiers.load()
    demo_tiers.judge()
    assert (TierChange.objects.count(), TierHold.objects.count(), MemberTier.objects.count()) == before
    assert set(TierChange.objects.values_list("why", flat=True)) == {
        "reached",
        "kept",
        "fell-short",
        "held",
        "returned",
    }
    assert MemberTier.objects.get(member=Member.objects.by_phone("+886912345678").get()).tier == "silver"
    assert [member.number for member in Member.objects.order_by("pk") if standings.judge(member)] == []
    assert broken() == []


@pytest.mark.slow
def test_todays_rule_replayed_over_the_past_of_the_demo_is_its_ledger() -> None:
    for part in settings.TESSERA_DEMO_PARTS:
        import_string(part)()
    assert differs(Simulation.objects.get().result["check"]) == {}
