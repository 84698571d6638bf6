"""Tiers through a year: nights, activity, returns, guarantees, letters (LOY-01, LOY-02, LOY-03)."""

import datetime as dt
from typing import Any

import pytest

from core import approvals, audit, clock, sweeps
from core.messaging import dispatch
from core.models import AuditRecord, Message, User
from core.refusals import Refusal
from loyalty.models import Activity, CountedDay, MemberTier, PointTransaction, Purchase, TierChange, TierHold
from loyalty.operations import purchases, standings, tier_holds, tier_nights
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.parameters import TierParameters
from loyalty.queries import figures, tier_benefits, tier_letters
from members.models import Member
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
DAY = dt.timedelta(days=1)


def bought(member: Member, minor: int, key: str, **more: Any) -> Purchase:
    return purchases.record(member, [Line(minor)], arrival=Arrival("api", key, more.pop("at", clock.now()), **more))


def returned(purchase: Purchase, key: str = "back") -> None:
    purchases.take_back(purchase, {1: 1}, arrival=Arrival("api", key, clock.now()))


def night(on: dt.date, name: str = "tiers.evaluate") -> int:
    with clock.stopped(dt.datetime.combine(on, dt.time(1, 15), tzinfo=clock.zone())):
        return sweeps.run(name).done


def at(day: dt.date) -> Any:
    return clock.stopped(dt.datetime.combine(day, dt.time(12), tzinfo=clock.zone()))


def history(member: Member) -> list[tuple[str, str, str, dt.date]]:
    rows = TierChange.objects.filter(member=member).order_by("sequence")
    return [(row.from_tier, row.to_tier, row.why, row.effective_on) for row in rows]


def test_a_night_does_nothing_until_the_promise_and_its_grace_are_over_and_then_takes_one_level(
    wanqing: Member,
) -> None:
    bought(wanqing, 2_000_000, "a")
    promised = MemberTier.objects.get().promised_through
    assert promised == dt.date(2027, 11, 30)
    for day, done in ((promised, 0), (promised + DAY, 0), (promised + 30 * DAY, 0), (promised + 31 * DAY, 1)):
        assert night(day) == done, day
    assert history(wanqing)[1] == ("platinum", "gold", "fell-short", dt.date(2027, 12, 31))
    assert night(promised + 31 * DAY) == 0
    row = MemberTier.objects.get()
    assert (row.sequence, row.promised_through, row.review_on) == (2, dt.date(2028, 12, 31), dt.date(2029, 1, 1))


def test_nights_that_were_missed_are_caught_up_each_with_its_own_day(wanqing: Member) -> None:
    bought(wanqing, 2_000_000, "a")
    assert night(dt.date(2031, 6, 1)) == 3
    falls = [(after, day) for _, after, _, day in history(wanqing)[1:]]
    assert falls == [("gold", dt.date(2027, 12, 31)), ("silver", dt.date(2029, 1, 31)), ("normal", dt.date(2030, 3, 3))]
    assert MemberTier.objects.get().review_on is None


def test_a_purchase_that_comes_before_a_late_night_settles_what_was_due_first(wanqing: Member) -> None:
    bought(wanqing, 800_000, "a")
    with at(dt.date(2028, 2, 10)):
        bought(wanqing, 900_000, "b")
    assert history(wanqing) == [
        ("normal", "gold", "reached", dt.date(2026, 11, 23)),
        ("gold", "silver", "fell-short", dt.date(2027, 12, 31)),
        ("silver", "gold", "reached", dt.date(2028, 2, 10)),
    ]


def test_who_keeps_the_share_of_the_standard_keeps_the_tier_for_another_year(wanqing: Member) -> None:
    bought(wanqing, 800_000, "a")
    with at(dt.date(2027, 6, 1)):
        bought(wanqing, 640_000, "b")
    assert night(dt.date(2027, 12, 1)) == 1
    assert history(wanqing)[-1] == ("gold", "gold", "kept", dt.date(2027, 12, 1))
    assert MemberTier.objects.get().since_on == dt.date(2026, 11, 23)


def test_visits_reach_a_tier_on_the_morning_after_the_activity_is_complete(wanqing: Member, store: Any) -> None:
    for visit in range(12):
        with at(dt.date(2026, 11, 1) + visit * DAY):
            bought(wanqing, 1_000, f"v{visit}", store=store)
    for day in range(20):
        with at(dt.date(2026, 11, 1) + day * DAY):
            if day != 10:
                _log_in(wanqing)
    for _ in range(2):
        PointTransaction.objects.create(
            member=wanqing, kind="accrue", points=5, source="event", external_id=f"e{_}",
            occurred_at=dt.datetime(2026, 11, 22, 20 + _, tzinfo=clock.zone()),
        )  # fmt: skip
    with at(dt.date(2026, 11, 23)):
        assert night(dt.date(2026, 11, 23), "tiers.count_activity") == 20
        assert history(wanqing) == []
        _log_in(wanqing)
    night(dt.date(2026, 11, 24), "tiers.count_activity")
    assert history(wanqing) == [("normal", "silver", "reached", dt.date(2026, 11, 24))]
    assert (TierChange.objects.get().visits, TierChange.objects.get().activity) == (12, 30)
    assert night(dt.date(2026, 11, 24), "tiers.count_activity") == 0


def _log_in(member: Member) -> None:
    assert member.user is not None
    for _ in range(2):
        audit.record("account.log_in", subject=member.user, actor=member.user)


def test_a_day_is_counted_once_and_never_before_it_is_over(wanqing: Member) -> None:
    _log_in(wanqing)
    with at(dt.date(2026, 11, 22)):
        _log_in(wanqing)
    night(dt.date(2026, 11, 23), "tiers.count_activity")
    assert list(Activity.objects.values_list("day", "signal", "times")) == [(dt.date(2026, 11, 22), "log-in", 1)]
    assert CountedDay.objects.count() == 365 - 1
    with at(dt.date(2026, 11, 22)):
        _log_in(wanqing)
    assert night(dt.date(2026, 11, 23), "tiers.count_activity") == 0


def test_moments_near_midnight_belong_to_the_business_day(wanqing: Member) -> None:
    for text in ("2026-11-20T15:59:59+00:00", "2026-11-20T16:00:00+00:00"):
        with clock.stopped(dt.datetime.fromisoformat(text)):
            _log_in(wanqing)
    night(dt.date(2026, 11, 23), "tiers.count_activity")
    assert list(Activity.objects.order_by("day").values_list("day", flat=True)) == [
        dt.date(2026, 11, 20), dt.date(2026, 11, 21),
    ]  # fmt: skip


def test_the_statement_that_finds_risers_agrees_with_the_readable_rule(store: Any) -> None:
    policy, today = TierParameters(), clock.today()
    members = factories.MemberFactory.create_batch(6)
    for place, (spend, times) in enumerate(
        [(199_999, 30), (200_000, 0), (0, 30), (12_000, 30), (12_000, 29), (800_000, 0)]
    ):
        for visit in range(12):
            Purchase.objects.create(
                member=members[place], source="api", external_id=f"{place}:{visit}", currency="CNY", store=store,
                net_minor=spend // 12 + (visit < spend % 12), occurred_at=clock.now(), occurred_on=today - visit * DAY,
            )  # fmt: skip
        if times:
            Activity.objects.create(member=members[place], day=today - DAY, signal="use", times=times)
    keys = [member.pk for member in members]
    found = figures.numbers(figures.these(keys), on=today, parameters=policy)
    assert [(one.figures.spend_minor, one.figures.visits) for one in found][:3] == [
        (199_999, 12),
        (200_000, 12),
        (0, 0),
    ]
    for who in (figures.these(keys), figures.between(keys[0], keys[-1])):
        up = figures.rising(who, on=today, parameters=policy)
        judged = [standings._judged(one, today, policy) for one in found]
        assert up == [one.member for one, verdict, _ in judged if verdict.changed]


def test_several_receipts_of_one_day_are_looked_at_and_count_as_the_one_visit_they_are(
    wanqing: Member, store: Any
) -> None:
    policy, today = TierParameters(), clock.today()
    for receipt in range(12):
        Purchase.objects.create(
            member=wanqing, source="api", external_id=str(receipt), currency="CNY", store=store, net_minor=100,
            occurred_at=clock.now(), occurred_on=today,
        )  # fmt: skip
    Activity.objects.create(member=wanqing, day=today - DAY, signal="use", times=30)
    assert figures.rising(figures.these([wanqing.pk]), on=today, parameters=policy) == [wanqing.pk]
    assert figures.of(wanqing, on=today, parameters=policy).visits == 1
    assert sweeps.run("tiers.evaluate_all").done == 0


def test_a_full_run_raises_who_was_never_judged_and_a_second_one_does_nothing(
    wanqing: Member, stranger: Member
) -> None:
    for member, minor in ((wanqing, 200_000), (stranger, 199_999)):
        Purchase.objects.create(
            member=member, source="import", external_id=str(member.pk), currency="CNY", net_minor=minor,
            occurred_at=clock.now(), occurred_on=clock.today(),
        )  # fmt: skip
    assert sweeps.run("tiers.evaluate_all").done == 1
    assert [row.member for row in MemberTier.objects.all()] == [wanqing]
    assert sweeps.run("tiers.evaluate_all").done == 0


def test_a_run_that_is_shared_among_workers_does_each_once(db: None) -> None:
    members = factories.MemberFactory.create_batch(9)
    for member in members:
        bought(member, 200_000, f"b{member.pk}")
    with at(dt.date(2028, 3, 1)):
        done = [sweeps.run("tiers.evaluate", shard=(part, 3)).done for part in (1, 2, 3)]
        assert (sum(done), max(done) < 9) == (9, True)
        assert sweeps.run("tiers.evaluate").done == 0


def test_a_return_in_time_takes_the_tier_along_and_leaves_the_points_of_the_time_between(wanqing: Member) -> None:
    big = bought(wanqing, 800_000, "a")
    small = bought(wanqing, 10_000, "b")
    returned(big)
    assert history(wanqing)[1] == ("gold", "normal", "returned", clock.today())
    assert MemberTier.objects.get().promised_through is None
    assert small.earned is not None
    assert small.earned.points == 150
    small.refresh_from_db()
    assert small.earned.reversals.count() == 0


def test_a_return_that_leaves_the_standard_met_changes_nothing(wanqing: Member) -> None:
    bought(wanqing, 800_000, "a")
    returned(bought(wanqing, 100_000, "b"))
    assert len(history(wanqing)) == 1


def test_a_late_return_leaves_the_promise(wanqing: Member) -> None:
    big = bought(wanqing, 800_000, "a")
    with at(clock.today() + 31 * DAY):
        returned(big)
    assert len(history(wanqing)) == 1
    assert MemberTier.objects.get().tier == "gold"


def test_one_return_after_another_takes_every_tier_that_they_had_won(wanqing: Member) -> None:
    first, second = bought(wanqing, 700_000, "a"), bought(wanqing, 300_000, "b")
    assert [row[1] for row in history(wanqing)] == ["silver", "gold"]
    returned(first, "back-a")
    assert history(wanqing)[-1][:3] == ("gold", "silver", "returned")
    returned(second, "back-b")
    assert history(wanqing)[-1][:3] == ("silver", "normal", "returned")
    assert MemberTier.objects.get().promised_through is None


def test_a_tier_that_a_return_left_her_goes_with_the_rest_of_the_purchase(wanqing: Member) -> None:
    arrival = Arrival("api", "a", clock.now())
    big = purchases.record(wanqing, [Line(800_000, quantity=2)], arrival=arrival)
    for part, left in ((1, "silver"), (2, "normal")):
        purchases.take_back(big, {1: 1}, arrival=Arrival("api", f"part-{part}", clock.now()))
        assert (MemberTier.objects.get().tier, history(wanqing)[-1][2]) == (left, "returned")


def test_a_return_undoes_each_tier_it_had_helped_to_reach_and_no_earlier_one(wanqing: Member) -> None:
    bought(wanqing, 200_000, "a")
    with at(clock.today() + DAY):
        big = bought(wanqing, 600_000, "b")
    with at(clock.today() + 2 * DAY):
        bought(wanqing, 1_200_000, "c")
        assert MemberTier.objects.get().tier == "platinum"
        returned(big)
    row = MemberTier.objects.get()
    assert (row.tier, history(wanqing)[-1][2]) == ("gold", "returned")
    first = TierChange.objects.get(sequence=2)
    assert row.promised_through == first.promised_through


def test_a_guarantee_needs_two_people_raises_at_once_and_ends_by_itself(
    wanqing: Member, keepers: tuple[User, User]
) -> None:
    service, director = keepers
    ends = clock.today() + 40 * DAY
    asked = tier_holds.propose(wanqing, tier="gold", ends_on=ends, reason="Opened our new store.", author=service)
    with pytest.raises(Refusal):
        approvals.approve(asked, by=service)
    assert history(wanqing) == []
    approvals.approve(asked, by=director)
    assert history(wanqing) == [("normal", "gold", "held", clock.today())]
    assert MemberTier.objects.get().promised_through == ends
    assert night(ends + DAY, "tiers.end_holds") == 1
    assert TierHold.objects.get().ended_at is not None
    assert AuditRecord.objects.filter(action="loyalty.tierhold.end", member_id=wanqing.pk).exists()
    assert night(ends + 31 * DAY) == 1
    assert history(wanqing)[-1] == ("gold", "silver", "fell-short", ends + 31 * DAY)


def test_a_guarantee_of_the_tier_one_has_carries_it_beyond_its_promise(
    wanqing: Member, keepers: tuple[User, User]
) -> None:
    service, director = keepers
    bought(wanqing, 800_000, "a")
    with at(dt.date(2027, 11, 1)):
        ends = dt.date(2028, 5, 31)
        approvals.approve(
            tier_holds.propose(wanqing, tier="gold", ends_on=ends, reason="Ill this year.", author=service), by=director
        )
    assert len(history(wanqing)) == 1
    night(dt.date(2028, 1, 15))
    assert history(wanqing)[-1] == ("gold", "gold", "held", dt.date(2027, 12, 1))
    assert MemberTier.objects.get().promised_through == ends


def test_a_guarantee_is_a_floor_and_never_a_ceiling(wanqing: Member, keepers: tuple[User, User]) -> None:
    service, director = keepers
    asked = tier_holds.propose(
        wanqing, tier="silver", ends_on=clock.today() + DAY, reason="A friend of the house.", author=service
    )
    approvals.approve(asked, by=director)
    bought(wanqing, 800_000, "a")
    assert MemberTier.objects.get().tier == "gold"


@pytest.mark.parametrize(
    ("tier", "days", "code"), [("diamond", 5, "tier_unfit"), ("normal", 5, "tier_unfit"), ("", 5, "tier_unfit"),
    ("gold", -1, "hold_day_unfit"), ("gold", 5_000, "hold_day_unfit")])  # fmt: skip
def test_what_cannot_be_guaranteed_is_refused(
    wanqing: Member, keepers: tuple[User, User], tier: str, days: int, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        tier_holds.propose(wanqing, tier=tier, ends_on=clock.today() + days * DAY, reason="Because.", author=keepers[0])
    assert refused.value.code == code


@pytest.fixture
def keepers(db: None) -> tuple[User, User]:
    return (
        factories.StaffFactory.create(roles={"member_service": None}),
        factories.StaffFactory.create(roles={"operations_director": None}),
    )


def test_every_change_is_told_once_with_its_figures_and_what_it_brings_in_the_members_language(wanqing: Member) -> None:
    bought(wanqing, 250_000, "a")
    bought(wanqing, 600_000, "b")
    letters = Message.objects.filter(event="tier.changed", member_id=wanqing.pk, channel="inbox").order_by("pk")
    assert [one.dedup_key.split(":")[2] for one in letters] == ["1", "2"]
    for language, tier, gained in (("en", "Gold", "points × 1.5"), ("zh-hans", "金", "1.5")):
        letter = letters[1]
        letter.language = language
        told = tier_letters.changed(letter)
        assert told is not None
        assert (told["went"], told["spend"], told["visits"]) == ("up", 850_000, 1)
        assert tier in told["tier"]
        assert any(gained in one for one in told["gained"])
    dispatch.run("inbox")
    assert "金卡会员" in letters.all()[1].body


def test_what_a_tier_gives_is_what_the_parameters_give(db: None) -> None:
    today = clock.today()
    assert tier_benefits.of("normal", on=today) == []
    assert len(tier_benefits.of("silver", on=today)) == 2
    gained, lost = tier_benefits.difference("gold", "platinum", on=today)
    assert (len(gained), len(lost)) == (4, 3)


def test_judging_a_member_costs_a_fixed_number_of_statements(
    wanqing: Member, django_assert_max_num_queries: Any
) -> None:
    bought(wanqing, 100_000, "a")
    with django_assert_max_num_queries(4):
        standings.judge(wanqing)


def test_a_hundred_members_cost_no_more_statements_than_one(django_assert_max_num_queries: Any) -> None:
    members = factories.MemberFactory.create_batch(40)
    for member in members:
        bought(member, 200_000, f"m{member.pk}")
    with at(dt.date(2028, 3, 1)), django_assert_max_num_queries(24):
        assert len(tier_nights.review([member.pk for member in members], on=clock.today())) == 40
