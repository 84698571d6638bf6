"""Whom the sweeps ask, about what, and whom they leave alone."""

import datetime as dt
from typing import Any

import pytest

from cards.models import Activation, Card, Order
from core import clock, verify
from core.messaging import dispatch
from core.models import AuditRecord, Message, Store, User
from loyalty.models import Purchase
from members.models import Acceptance, LegalText, Member
from members.operations import consent, legal
from service_desk.operations import cases, handling
from service_desk.surveys.models import Survey, SurveyInvitation
from service_desk.surveys.operations import drafting, triggers
from service_desk.surveys.queries import links
from tests import factories
from tests.cards.factories import ActiveCardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.loyalty.benefits_cast import on_tier
from tests.service_desk.desk import looked_into
from tests.service_desk.surveys import cast
from tests.service_desk.surveys.test_drafting import broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def joined(ago: dt.timedelta, **facts: Any) -> Member:
    return factories.MemberFactory.create(joined_at=clock.now() - ago, **facts)


def asked() -> list[int]:
    return sorted(SurveyInvitation.objects.values_list("member", flat=True))


def later(**much: float) -> Any:
    return clock.stopped(clock.now() + dt.timedelta(**much))


def test_asked_after_the_delay_not_too_late_and_once(csat: Survey) -> None:
    cast.trigger(csat, delay_hours=24)
    early, due, old = joined(23 * HOUR), joined(25 * HOUR), joined(8 * DAY + HOUR)
    assert cast.sweep() == 1
    assert asked() == [due.pk]
    assert cast.sweep() == 0
    with later(hours=2):
        assert cast.sweep() == 1
        assert asked() == sorted([early.pk, due.pk])
    assert old.pk not in asked()
    assert broken() == []


def test_an_invitation_keeps_what_the_occasion_was(csat: Survey, store: Store, clerk: User) -> None:
    cast.trigger(csat)
    member = joined(2 * HOUR, source="store", source_store=store, source_staff=clerk)
    on_tier(member, "gold")
    cast.sweep()
    row = SurveyInvitation.objects.get()
    assert (row.source, row.fact, row.occurred_at) == ("members.member", member.pk, member.joined_at)
    assert (row.store, row.agent, row.tier, row.channel, row.product) == (store, clerk, "gold", "store", "")
    assert (row.version.number, row.touch_point, row.sequence) == (1, "registration", 1)
    assert row.expires_at == clock.now() + 14 * DAY
    told = AuditRecord.objects.get(action="service_desk.survey.ask")
    assert told.details["asked"] == 1


def test_nobody_is_asked_twice_in_thirty_days_by_whatever_survey(csat: Survey, nps: Survey) -> None:
    cast.trigger(csat)
    cast.trigger(nps)
    member = joined(2 * HOUR)
    assert cast.sweep() == 1
    with later(days=29):
        Member.objects.filter(pk=member.pk).update(joined_at=clock.now() - 2 * HOUR)
        SurveyInvitation.objects.update(begun_at=clock.now())  # whatever became of it
        assert cast.sweep() == 0
    with later(days=30):
        Member.objects.filter(pk=member.pk).update(joined_at=clock.now() - 2 * HOUR)
        assert cast.sweep() == 1
        first, second = SurveyInvitation.objects.order_by("sequence")
        assert (second.sequence, second.allowed_from_on, second.asked_on) == (2, first.rests_until_on, clock.today())
        assert {first.survey, second.survey} == {csat, nps}
        assert broken() == []


def test_of_two_occasions_in_a_batch_a_member_is_asked_about_the_first(csat: Survey, store: Store) -> None:
    row = cast.trigger(csat, "benefit-use")
    card = used(joined(100 * DAY), store, 3 * HOUR, 2 * HOUR)
    assert cast.sweep() == 1
    assert SurveyInvitation.objects.get().fact == card.uses.earliest("pk").pk
    assert row.touch_point == "benefit-use"


def used(member: Member, store: Store, *ago: dt.timedelta, **facts: Any) -> Card:
    order = OrderFactory.create(member=member, store=store)
    card: Card = ActiveCardFactory.create(order_line=LineFactory.create(order=order), store=store)
    benefit = EntitlementFactory.create(version=card.version)
    for number, one in enumerate(ago):
        at = clock.now() - one
        card.uses.create(
            entitlement=benefit, term=card.terms.get(), store=store, key=f"{card.pk}-{number}", at=at,
            used_on=clock.day_of(at), **facts,
        )  # fmt: skip
    return card


def test_a_use_that_was_taken_back_is_no_occasion(csat: Survey, store: Store, clerk: User) -> None:
    cast.trigger(csat, "benefit-use")
    card = used(joined(100 * DAY), store, 2 * HOUR, clerk=clerk)
    card.uses.update(reversed_at=clock.now())
    assert cast.sweep() == 0
    card.uses.update(reversed_at=None)
    assert cast.sweep() == 1
    row = SurveyInvitation.objects.get()
    assert (row.agent, row.store, row.product, row.channel) == (clerk, store, card.product.code, "store")


def test_each_touch_point_finds_its_own_facts(csat: Survey, store: Store, clerk: User, service_agent: User) -> None:
    """Seven members, each with one thing that happened two hours ago."""
    at = clock.now() - 2 * HOUR
    buyer, renewer, shopper, returner, complainer, activated = (joined(100 * DAY) for _ in range(6))
    bought = OrderFactory.create(member=buyer, paid_at=at, store=store, seller=clerk, channel="store")
    LineFactory.create(order=bought)
    renewed = OrderFactory.create(member=renewer, kind="renewal", paid_at=at)
    LineFactory.create(order=renewed)
    common: dict[str, Any] = {"source": "api", "currency": "CNY", "net_minor": 100, "occurred_on": clock.today()}
    Purchase.objects.create(member=shopper, external_id="1", occurred_at=at, **common)
    old = Purchase.objects.create(member=returner, external_id="2", occurred_at=at - 20 * DAY, **common)
    old.returns.create(source="api", external_id="3", net_minor=100, occurred_at=at)
    case = cases.open_case(kind="enquiry", channel="web", subject="Where?", body="Where is it?", member=complainer)
    with clock.stopped(at):
        handling.assign(case, by=_lead(), to=service_agent)
        handling.resolve(case, by=service_agent, resolution="There.")
        handling.close(case, by=service_agent)
    card = used(activated, store)
    _activation(card, activated, at)
    for point in ("card-purchase", "renewal", "purchase", "after-sale", "case-closed", "activation"):
        cast.trigger(csat, point)
    assert cast.sweep() == 6
    told = {row.touch_point: row.member for row in SurveyInvitation.objects.select_related("member")}
    assert told == {
        "card-purchase": buyer, "renewal": renewer, "purchase": shopper, "after-sale": returner,
        "case-closed": complainer, "activation": activated,
    }  # fmt: skip
    of_case = SurveyInvitation.objects.get(touch_point="case-closed")
    assert (of_case.agent, of_case.channel) == (service_agent, "web")
    of_order = SurveyInvitation.objects.get(touch_point="card-purchase")
    assert (of_order.store, of_order.agent, of_order.product) == (store, clerk, bought.lines.get().version.product.code)


def _lead() -> User:
    return factories.StaffFactory.create(roles={"service_lead": None})


def _activation(card: Card, member: Member, at: dt.datetime) -> None:
    legal.publish_shipped()
    text = LegalText.objects.filter(kind="card-agreement").latest("version")
    Activation.objects.create(
        card=card, member=member, channel="store", document_kind="resident_id", document_last_digits="002X",
        proof="order number", phone_verified_at=at, at=at,
        acceptance=Acceptance.objects.create(member=member, text=text, language="en"),
    )  # fmt: skip


def test_an_order_that_was_given_back_is_asked_about_as_after_sale_alone(csat: Survey, finance: User) -> None:
    cast.trigger(csat, "card-purchase")
    order = OrderFactory.create(paid_at=clock.now() - 2 * HOUR, state=Order.State.REFUNDED)
    LineFactory.create(order=order)
    assert cast.sweep() == 0
    payment = order.payments.create(
        gateway="cash", reference="P-1", amount_minor=100, received_minor=100, refunded_minor=100, currency="CNY",
        state="succeeded", settled_at=clock.now(),
    )  # fmt: skip
    payment.refunds.create(
        reference="R-1", amount_minor=100, reason="Back", state="succeeded", settled_at=clock.now() - 2 * HOUR,
        requested_by=finance,
    )  # fmt: skip
    cast.trigger(csat, "after-sale")
    assert cast.sweep() == 1
    assert SurveyInvitation.objects.get().source == "cards.refund"


def test_the_sample_is_drawn_once_and_the_same_again(csat: Survey) -> None:
    members = [joined(2 * HOUR) for _ in range(60)]
    cast.trigger(csat, share_bps=5_000)
    some = cast.sweep()
    assert 10 < some < 50
    first = asked()
    assert cast.sweep() == 0
    with later(hours=1):
        assert cast.sweep() == 0
    assert asked() == first
    assert set(first) < {member.pk for member in members}


def test_filters_by_store_tier_and_card(csat: Survey, store: Store, other_store: Store) -> None:
    here = used(joined(100 * DAY), store, 2 * HOUR)
    gold, there = (used(joined(100 * DAY), other_store, 2 * HOUR) for _ in range(2))
    on_tier(gold.holder, "gold")  # type: ignore[arg-type]
    by_store = cast.trigger(csat, "benefit-use", stores=[store])
    assert cast.sweep() == 1
    assert asked() == [here.holder_id]
    triggers.stop(by_store, by=by_store.author)
    cast.trigger(csat, "benefit-use", tiers=["gold"])
    assert cast.sweep() == 1
    cast.trigger(csat, "benefit-use", products=["another"])
    assert cast.sweep() == 0
    cast.trigger(csat, "benefit-use", products=[there.product.code])
    assert cast.sweep() == 1
    assert asked() == sorted([here.holder_id, gold.holder_id, there.holder_id])  # type: ignore[type-var]


def test_only_within_its_days_and_not_once_stopped_or_ended(csat: Survey, planner: User) -> None:
    row = cast.trigger(csat, starts_on=clock.today() + DAY, last_valid_on=clock.today() + DAY)
    joined(2 * HOUR)
    assert cast.sweep() == 0, "it begins tomorrow"
    with later(days=1):
        within = joined(2 * HOUR)
        assert cast.sweep() == 1
        assert asked() == [within.pk]
    with later(days=2, hours=12):
        joined(2 * HOUR)
        assert cast.sweep() == 0, "its last day is over"
    again = cast.trigger(csat)
    triggers.stop(again, by=planner)
    assert cast.sweep() == 0
    cast.trigger(csat)
    drafting.end(csat, reason="Over", by=planner)
    assert cast.sweep() == 0
    assert row.survey_id == csat.pk


def test_who_said_no_is_not_asked_and_who_said_yes_to_sms_is_reached(csat: Survey) -> None:
    legal.publish_shipped()
    cast.trigger(csat)
    tired, by_phone, silent, both = (
        joined(2 * HOUR),
        joined(2 * HOUR, user=None),
        joined(2 * HOUR, user=None),
        joined(2 * HOUR),
    )
    Member.objects.filter(pk=both.pk).update(email="both@example.com", email_verified_at=clock.now())
    consent.decide(tired, {("survey", channel): False for channel in ("inbox", "email", "sms")}, via="portal")
    consent.decide(by_phone, {("survey", "sms"): True}, via="counter")
    assert cast.sweep() == 2
    assert asked() == sorted([by_phone.pk, both.pk])
    ways = {
        member: set(Message.objects.filter(member_id=member.pk, event="survey.asked").values_list("channel", flat=True))
        for member in (by_phone, both, silent)
    }
    assert ways == {by_phone: {"sms"}, both: {"inbox", "email"}, silent: set()}
    assert set(Message.objects.filter(event="survey.asked").values_list("purpose", flat=True)) == {"survey"}


def test_never_while_a_complaint_is_open(csat: Survey, service_agent: User) -> None:
    cast.trigger(csat)
    member = joined(2 * HOUR)
    case = cases.open_case(kind="complaint", channel="web", subject="Rude", body="He was rude.", member=member)
    assert cast.sweep() == 0
    handling.assign(case, by=_lead(), to=service_agent)
    handling.resolve(case, by=service_agent, resolution="We talked to him.")
    assert cast.sweep() == 0, "solved is not closed: it may be reopened"
    looked_into(case, service_agent)
    handling.close(case, by=service_agent)
    assert cast.sweep() == 1


def test_a_complaint_that_was_closed_has_a_question_of_its_own(csat: Survey, service_agent: User) -> None:
    cast.trigger(csat, "case-closed", delay_hours=0)
    for kind in ("complaint", "enquiry"):
        case = cases.open_case(kind=kind, channel="web", subject="Late", body="It was late.", member=joined(DAY))
        handling.assign(case, by=_lead(), to=service_agent)
        handling.resolve(case, by=service_agent, resolution="We talked to him.")
        if kind == "complaint":
            looked_into(case, service_agent)
        handling.close(case, by=service_agent)
    with clock.stopped(clock.now() + dt.timedelta(minutes=1)):
        assert cast.sweep() == 1
    assert asked() == [case.member_id]


def test_a_closed_membership_is_left_in_peace(csat: Survey) -> None:
    cast.trigger(csat)
    joined(2 * HOUR, state="closed")
    assert cast.sweep() == 0


def test_a_recurring_survey_asks_its_sample_once_a_period(csat: Survey) -> None:
    old, fresh = joined(100 * DAY), joined(HOUR)
    cast.trigger(csat, "periodic", every_months=3, delay_hours=0, starts_on=clock.today())
    assert cast.sweep() == 1
    assert asked() == [old.pk]
    assert SurveyInvitation.objects.get().source == f"period:{clock.today()}"
    with later(days=8):
        assert cast.sweep() == 0
        joined(20 * DAY)
        assert cast.sweep() == 0, "too late for this period"
    with later(days=95):
        assert cast.sweep() == 3
        assert SurveyInvitation.objects.filter(member=old).count() == 2
        assert fresh.pk in asked()
    assert broken() == []


def test_the_message_leads_to_a_link_that_stands_nowhere_else(csat: Survey, wanqing: Member) -> None:
    """Neither the invitation nor the waiting message holds the token; what was sent is sealed."""
    row = cast.invited(wanqing, csat)
    token = links.token_of(row.public_id)
    assert token not in "".join(map(str, SurveyInvitation.objects.values_list()))
    for message in Message.objects.filter(event="survey.asked"):
        assert token not in f"{message.link}{message.about}{message.context}{message.dedup_key}"
    for channel in ("inbox", "email"):
        dispatch.run(channel)
    letter = Message.objects.get(event="survey.asked", channel="email")
    assert f"/s/{token}/?by=email" in letter.body
    assert letter.subject.startswith("Title（简）")
    assert "/unsubscribe/" in letter.body
    inbox = Message.objects.get(event="survey.asked", channel="inbox")
    assert (inbox.link, token in inbox.body) == (f"/me/surveys/{row.public_id}/", False)


def test_what_is_answered_or_complained_about_meanwhile_is_not_sent(
    csat: Survey, wanqing: Member, stranger: Member
) -> None:
    cast.invited(wanqing, csat)
    cases.open_case(kind="complaint", channel="web", subject="Rude", body="He was rude.", member=wanqing)
    dispatch.run("inbox")
    assert Message.objects.get(event="survey.asked", channel="inbox", member_id=wanqing.pk).state == "suppressed"
    other = cast.invited(stranger, csat)
    SurveyInvitation.objects.filter(pk=other.pk).update(closed_at=clock.now())
    dispatch.run("inbox")
    assert Message.objects.get(event="survey.asked", channel="inbox", member_id=stranger.pk).state == "suppressed"


def test_rest_that_was_broken_is_found(csat: Survey, wanqing: Member) -> None:
    row = cast.invited(wanqing, csat)
    SurveyInvitation.objects.bulk_create([
        SurveyInvitation(
            survey=csat, version=row.version, trigger=row.trigger, member=wanqing, touch_point="registration", source="x",
            fact=9, occurred_at=clock.now(), sequence=2, asked_on=clock.today(), allowed_from_on=clock.today(),
            rests_until_on=clock.today() + 30 * DAY, expires_at=clock.now(), token_digest="x",
        )
    ])  # fmt: skip
    assert [code for code, _ in broken()] == ["SV2"]
    assert verify.look(next(one for one in verify.invariants() if one.code == "SV2")).broken == 1
