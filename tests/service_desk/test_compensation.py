"""Compensation within authority (SVC-04 · D6.2, invariant 44): points, coupons, money; nobody for himself; each given once."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from cards.models import Payment, Product, Refund
from core import approvals, sweeps
from core.models import Approval, Message, RoleAssignment, User
from core.refusals import Refusal
from loyalty.models import Coupon, PointAccount, PointTransaction
from members.models import Member
from service_desk.models import Case, Compensation
from service_desk.operations import compensation, complaints, handling, merging, threads
from service_desk.operations.compensation_means import coupon, money, points
from service_desk.queries import compensation as kept
from tests.cards.shop import pay, place
from tests.loyalty.shelf import offer
from tests.service_desk.desk import agent, cause_of, complaint, enquiry, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday", "sound")]
State = Compensation.State


def give(case: Case, wanted: Any, by: User, key: str = "k", **more: Any) -> Compensation:
    return compensation.give(case, wanted, **{"reason": "等候过久", "by": by, "key": key, **more})


def balance(member: Member) -> int:
    row = PointAccount.objects.filter(pk=member.pk).first()
    return row.available if row else 0


@pytest.fixture
def payment(buyer: Member, product: Product) -> Payment:
    """Wanqing paid ¥1,299.00 for a card."""
    return pay(place(buyer, product))


def test_points_are_on_her_account_at_once_and_she_is_told(looked: Case, ling: User, wanqing: Member) -> None:
    made = give(looked, points(1_000), ling)
    assert (made.state, made.amount_minor, made.authority, made.limit_minor) == ("given", 1_000, "agent", 5_000)
    assert balance(wanqing) == 1_000
    posted = PointTransaction.objects.get()
    assert (posted.source, posted.external_id, posted.kind) == ("compensation", str(made.pk), "adjust")
    assert "1,000" in Message.objects.get(event="complaint.compensated", channel="inbox").body


def test_a_coupon_is_hers_and_its_code_stands_in_the_letter(looked: Case, ling: User, wanqing: Member) -> None:
    made = give(looked, coupon(offer(value_minor=3_000, days=30)), ling)
    code = Coupon.objects.get()
    assert (made.state, made.coupon, code.member, made.amount_minor) == ("given", code, wanqing, 3_000)
    assert Message.objects.filter(event="complaint.compensated").count() == 2


def test_a_percentage_counts_for_the_most_it_can_take_off(looked: Case, ling: User) -> None:
    percent = {"effect": "percent", "value_minor": 0, "value_bps": 1_500}
    assert give(looked, coupon(offer("capped", most_minor=4_000, **percent)), ling).amount_minor == 4_000
    with refused("coupon_without_ceiling"):
        give(looked, coupon(offer("endless", **percent)), ling, "another")


def test_money_goes_back_to_where_it_came_from(looked: Case, ling: User, payment: Payment) -> None:
    made = give(looked, money(payment, 4_500), ling)
    refund = Refund.objects.get()
    assert (made.state, made.refund, refund.amount_minor, refund.requested_by) == ("given", refund, 4_500, ling)
    payment.refresh_from_db()
    assert payment.refunded_minor == 4_500


def test_all_the_money_is_a_return_and_no_compensation(looked: Case, lead: User, payment: Payment) -> None:
    with refused("compensation_is_a_return"):
        give(looked, money(payment, payment.received_minor), lead)
    with refused("compensation_above_paid"):
        give(looked, money(payment, payment.received_minor + 1), lead)


def test_nothing_comes_out_of_another_members_payment(
    looked: Case, ling: User, payment: Payment, stranger: Member
) -> None:
    case = complaint(stranger)
    complaints.find(case, finding="justified", explanation="x", by=ling)
    with refused("payment_of_another"):
        give(case, money(payment, 100), ling)


def test_everything_in_the_case_counts_against_an_authority(looked: Case, ling: User, lead: User) -> None:
    give(looked, points(3_000), ling, "one")
    within = give(looked, points(2_000), ling, "two")
    assert (within.state, within.counted_minor) == ("given", 5_000)
    above = give(looked, points(1), ling, "three")
    assert (above.state, above.authority, above.limit_minor) == ("waiting", "lead", 30_000)
    assert give(looked, points(24_999), lead, "four").state == "given"
    large = give(looked, points(1), lead, "five")
    assert (large.state, large.authority, large.limit_minor) == ("waiting", "director", None)
    room = kept.room(list(kept.of_case(looked)), user=lead)
    assert room is not None
    assert (room.counted_minor, room.left_minor) == (30_001, 0)


def test_the_lead_decides_what_an_agent_may_not_and_the_director_the_rest(
    looked: Case, ling: User, lead: User, chief: User, wanqing: Member
) -> None:
    asked = give(looked, points(6_000), ling)
    approval = asked.approval
    assert approval is not None
    with refused("four_eyes"):
        approvals.approve(approval, by=ling)
    approvals.approve(approval, by=lead)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, balance(wanqing)) == ("given", lead, 6_000)
    large = give(looked, points(50_000), lead, "large")
    assert large.approval is not None
    with refused("not_permitted"):
        approvals.approve(large.approval, by=agent("Nan", role="service_lead", on_duty=False))
    approvals.approve(large.approval, by=chief)
    assert balance(wanqing) == 56_000


def test_even_a_director_needs_another_director(looked: Case, chief: User) -> None:
    asked = give(looked, points(40_000), chief)
    assert (asked.state, asked.approval is not None) == ("waiting", True)
    assert asked.approval is not None
    with refused("four_eyes"):
        approvals.approve(asked.approval, by=chief)


@pytest.mark.parametrize("way", ["reject", "withdraw"])
def test_what_was_turned_down_frees_the_authority(
    looked: Case, ling: User, lead: User, wanqing: Member, way: str
) -> None:
    asked = give(looked, points(6_000), ling)
    assert asked.approval is not None
    with refused("compensation_waits"):
        complaints.answer(looked, solution="x", by=ling)
    if way == "reject":
        approvals.reject(asked.approval, by=lead, reason="too much")
    else:
        approvals.withdraw(asked.approval, by=ling)
    asked.refresh_from_db()
    assert asked.state == ("rejected" if way == "reject" else "withdrawn")
    assert give(looked, points(5_000), ling, "instead").state == "given"
    assert balance(wanqing) == 5_000


def test_money_above_the_limit_of_refunds_waits_for_finance_too(
    looked: Case, lead: User, chief: User, finance: User, payment: Payment
) -> None:
    asked = give(looked, money(payment, 60_000), lead)
    assert asked.approval is not None
    approvals.approve(asked.approval, by=chief)
    asked.refresh_from_db()
    assert (asked.state, Refund.objects.count()) == ("at-finance", 0)
    with refused("compensation_waits"):
        _close(looked, lead)
    second = asked.refund_approval
    assert second is not None
    approvals.approve(second, by=finance)
    assert sweeps.run("compensation.settle").done == 1
    assert sweeps.run("compensation.settle").done == 0
    asked.refresh_from_db()
    assert (asked.state, asked.refund) == ("given", Refund.objects.get())
    assert Message.objects.filter(event="complaint.compensated", channel="inbox").count() == 1


def test_what_finance_turns_down_frees_the_authority(
    looked: Case, lead: User, chief: User, finance: User, payment: Payment
) -> None:
    asked = give(looked, money(payment, 60_000), lead)
    assert asked.approval is not None
    approvals.approve(asked.approval, by=chief)
    asked.refresh_from_db()
    assert asked.refund_approval is not None
    approvals.reject(asked.refund_approval, by=finance, reason="no")
    assert give(looked, points(30_000), lead, "instead").state == "given", "even before the sweep has seen it"
    asked.refresh_from_db()
    assert asked.state == "rejected"


def _close(case: Case, by: User) -> None:
    complaints.name_cause(case, cause=cause_of("service-waiting"), by=by)
    threads.reply(case, body="x", by=by, resolves=True)
    handling.close(case, by=by)


def test_pressed_twice_it_is_given_once(looked: Case, ling: User, wanqing: Member) -> None:
    first, again = give(looked, points(500), ling), give(looked, points(500), ling)
    assert (first.pk, balance(wanqing)) == (again.pk, 500)
    with refused("key_reused"):
        give(looked, points(501), ling)


def test_a_stale_page_gives_nothing(looked: Case, ling: User) -> None:
    version = looked.version
    give(looked, points(500), ling, version=version)
    with refused("case_changed"):
        give(looked, points(500), ling, "again", version=version)


# Nobody for himself


def test_nobody_compensates_himself_nor_his_household(wanqing: Member, ling: User, household: Any) -> None:
    case = complaint(wanqing)
    complaints.find(case, finding="justified", explanation="x", by=ling)
    assert wanqing.user is not None
    husband = Member.objects.get(
        household=household, phone_index__isnull=False, user__isnull=False, number__gt="1000000008"
    )
    for user in (wanqing.user, husband.user):
        assert user is not None
        User.objects.filter(pk=user.pk).update(is_staff=True, display_name="Also here")
        user.refresh_from_db()
        RoleAssignment.objects.create(user=user, role="service_lead")
        with refused("own_case"):
            give(case, points(100), user)


def test_nor_does_he_approve_it(looked: Case, ling: User, wanqing: Member) -> None:
    asked = give(looked, points(6_000), ling)
    assert asked.approval is not None
    herself = wanqing.user
    assert herself is not None
    User.objects.filter(pk=herself.pk).update(is_staff=True)
    RoleAssignment.objects.create(user=herself, role="service_lead")
    herself.refresh_from_db()
    with refused("own_case"):
        approvals.approve(asked.approval, by=herself)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_whoever_is_complained_about_neither_gives_nor_decides(
    looked: Case, ling: User, lead: User, chief: User
) -> None:
    asked = give(looked, points(6_000), ling)
    assert asked.approval is not None
    complaints.name_colleague(looked, colleague=lead, by=ling)
    with refused("complained_about_you"):
        approvals.approve(asked.approval, by=lead)
    with refused("complained_about_you"):
        give(looked, points(1), lead, "mine")
    approvals.approve(asked.approval, by=chief)


def test_a_colleague_without_the_right_gives_nothing(looked: Case, finance: User) -> None:
    with pytest.raises(Refusal) as refusal:
        give(looked, points(1), finance)
    assert refusal.value.status == 403


# Always in a case, always on an authority


def test_only_a_complaint_of_a_member_that_was_looked_into_is_compensated(wanqing: Member, ling: User) -> None:
    with refused("case_no_complaint"):
        give(enquiry(wanqing), points(1), ling)
    case = complaint(wanqing)
    with refused("finding_missing"):
        give(case, points(1), ling)
    complaints.find(case, finding="justified", explanation="x", by=ling)
    with refused("reason_needed"):
        give(case, points(1), ling, reason=" ")
    _close(case, ling)
    with refused("case_closed"):
        give(case, points(1), ling)


def test_two_cases_merged_into_one_have_one_authority(wanqing: Member, ling: User) -> None:
    one, other = complaint(wanqing), complaint(wanqing)
    for place_, case in enumerate((one, other)):
        complaints.find(case, finding="justified", explanation="x", by=ling)
        give(case, points(4_000), ling, f"k{place_}")
    merging.merge(one, into=other, by=ling)
    assert give(other, points(1), ling, "more").state == "waiting"


def test_what_was_asked_before_a_merge_is_measured_again(wanqing: Member, ling: User, lead: User) -> None:
    one, other = complaint(wanqing), complaint(wanqing)
    for case in (one, other):
        complaints.find(case, finding="justified", explanation="x", by=ling)
    asked = give(one, points(20_000), ling, "a")
    give(other, points(20_000), lead, "b")
    merging.merge(one, into=other, by=lead)
    assert asked.approval is not None
    with refused("compensation_above_authority"):
        approvals.approve(asked.approval, by=lead)


def test_the_database_refuses_what_no_authority_covers(looked: Case, ling: User) -> None:
    made = give(looked, points(500), ling)
    for wrong in (
        {"limit_minor": 499}, {"limit_minor": None}, {"amount_minor": 0}, {"transaction": None}, {"counted_minor": 1},
        {"state": "waiting"}, {"coupon_id": 1},
    ):  # fmt: skip
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            Compensation.objects.filter(pk=made.pk).update(**wrong)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        made.delete()


def test_the_request_says_what_it_is_about(looked: Case, ling: User) -> None:
    asked = give(looked, points(6_000), ling)
    approval = Approval.objects.get()
    words = approvals.kind_of(approval).words
    assert words is not None
    told = {name: word.show((approval.after | approval.effect)[name]) for name, word in words(approval).items()}
    assert told["amount_minor"] == told["counted_minor"] == "¥60.00"
    assert told["case"] == looked.number
    leads_to = approvals.kind_of(approval).url
    assert leads_to is not None
    assert f"/complaint/{looked.pk}/" in leads_to(approval)
    assert asked.approval == approval


def test_a_coupon_that_is_over_is_not_given(looked: Case, ling: User) -> None:
    over = offer(last_on=dt.date(2026, 11, 22))
    assert over not in kept.offers()
    with refused("coupon_offer_over"):
        give(looked, coupon(over), ling)


def test_only_payments_with_something_left_are_offered(wanqing: Member, payment: Payment) -> None:
    assert kept.payments_of(wanqing) == [payment]
    assert kept.payments_of(None) == []
