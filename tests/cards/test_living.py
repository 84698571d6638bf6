"""Cards in use, as staff look after them: stopped, let go on, held; and what verify finds when something is broken."""

from collections.abc import Callable

import pytest
from django.test import Client

from cards.invariants import living
from cards.models import Activation, BenefitUse, Card, Entitlement, SpentCode, UseCounter
from cards.operations import codes, holding, uses
from core import clock
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from members.models import Acceptance, LegalText, Member
from members.queries import legal
from risk import operations as risk
from risk.models import Hold, RiskEvent
from tests.factories import StaffFactory


@pytest.fixture
def activated(card: Card) -> Card:
    """Wanqing's card with the record of how it came to life."""
    assert card.holder is not None
    text = legal.in_force(LegalText.Kind.CARD_AGREEMENT)
    Activation.objects.create(
        card=card, member=card.holder, channel="web", document_kind="passport", document_last_digits="1234",
        proof="activation code", phone_verified_at=clock.now(),
        acceptance=Acceptance.objects.create(member=card.holder, text=text, language="en"),
    )  # fmt: skip
    number = card.number
    number.activation_code = ""
    number.save()
    Card.objects.filter(pk=card.pk).update(activated_at=clock.now())
    return card


def test_a_card_reported_lost_stops_and_goes_on_again(
    activated: Card, breakfast: Entitlement, service_agent: User, store: Store, clerk: User
) -> None:
    holding.suspend(activated, because="lost", by=service_agent, reason="Lost on the train")
    with pytest.raises(Refusal, check=lambda r: r.code == "card_suspended_lost"):
        uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="k")
    holding.resume(activated, by=service_agent, reason="Found again")
    uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="k")
    trail = AuditRecord.objects.filter(action__startswith="cards.card.").order_by("pk")
    assert [(row.action, row.reason) for row in trail] == [
        ("cards.card.suspend", "Lost on the train"),
        ("cards.card.resume", "Found again"),
    ]
    assert Message.objects.filter(event="card.suspended").count() == 2


@pytest.mark.parametrize("who", ["clerk", "finance", "auditor", "manager"])
def test_only_service_stops_cards(activated: Card, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Refusal, check=lambda r: r.status == 403):
        holding.suspend(activated, because="staff", by=request.getfixturevalue(who), reason="because")


def test_a_reason_is_needed_and_states_follow_their_table(activated: Card, service_agent: User) -> None:
    with pytest.raises(Refusal, check=lambda r: r.code == "reason_needed"):
        holding.suspend(activated, because="staff", by=service_agent, reason="  ")
    holding.suspend(activated, because="staff", by=service_agent, reason="a")
    with pytest.raises(ValueError, match="transition_not_listed"):
        holding.suspend(activated, because="lost", by=service_agent, reason="b")


def test_who_owes_an_instalment_pays_it_first(activated: Card, service_agent: User) -> None:
    Card.objects.filter(pk=activated.pk).update(state="suspended", suspension="arrears")
    with pytest.raises(Refusal, check=lambda r: r.code == "still_in_arrears"):
        holding.resume(activated, by=service_agent, reason="She is nice")


@pytest.fixture
def office(client: Client, service_agent: User) -> Client:
    client.force_login(service_agent)
    return client


def test_the_list_finds_by_index_and_masks_the_holder(office: Client, activated: Card) -> None:
    for term in (activated.number.number, "1000000008", activated.order_line.order.number):
        page = office.get("/admin/cards/card/", {"q": term}).content.decode()
        assert "林*清" in page
        assert "林婉清" not in page
    assert "林*清" not in office.get("/admin/cards/card/", {"q": "nobody"}).content.decode()


def test_the_page_of_a_card_stops_it_with_a_reason(office: Client, activated: Card) -> None:
    page = office.get(f"/admin/cards/card/{activated.pk}/change/").content.decode()
    assert f"/admin/cards/card/{activated.pk}/decide/lost/" in page
    address = f"/admin/cards/card/{activated.pk}/decide/lost/"
    assert office.post(address, {"reason": ""}).status_code == 422
    assert office.post(address, {"reason": "Lost on the train"}).status_code == 302
    activated.refresh_from_db()
    assert (activated.state, activated.suspension) == ("suspended", "lost")


def test_a_hold_is_placed_and_lifted_on_the_page_of_the_card(office: Client, activated: Card) -> None:
    office.post(f"/admin/cards/card/{activated.pk}/decide/hold/", {"reason": "Reported by the bank"})
    hold = Hold.objects.get()
    assert (hold.subject, hold.scope, hold.member) == (f"cards.card:{activated.pk}", "use", activated.holder)
    office.post(f"/admin/cards/card/{activated.pk}/decide/lift/", {"reason": "It was a mistake"})
    hold.refresh_from_db()
    assert hold.lifted_at


def test_alerts_wait_until_somebody_takes_them_up(office: Client, service_agent: User, activated: Card) -> None:
    event = risk.note("activation.locked", subject="x", alert=True)
    assert "activation.locked" in office.get("/admin/risk/riskevent/", {"alerts": "open"}).content.decode()
    office.post("/admin/risk/riskevent/", {"action": "take_up", "_selected_action": [event.pk]})
    event.refresh_from_db()
    assert event.acknowledged_by == service_agent
    assert "activation.locked" not in _rows(office.get("/admin/risk/riskevent/", {"alerts": "open"}))
    assert AuditRecord.objects.filter(action="risk.event.acknowledge").count() == 1


def _rows(answer: object) -> str:
    return answer.content.decode().split("result_list")[-1] if b"result_list" in answer.content else ""  # type: ignore[attr-defined]


def test_the_card_is_printed_for_its_holder_on_record(
    office: Client, client: Client, activated: Card, auditor: User
) -> None:
    address = f"/admin/cards/card/{activated.pk}/card.pdf"
    assert office.get(address)["Content-Type"] == "application/pdf"
    assert AuditRecord.objects.filter(action="cards.card.print", member_id=activated.holder_id).count() == 1
    other = Client()
    other.force_login(auditor)
    assert other.get(address).status_code == 403


def test_uses_are_looked_at_and_not_edited(
    office: Client, activated: Card, breakfast: Entitlement, store: Store, clerk: User
) -> None:
    use = uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="k")
    assert office.get("/admin/cards/benefituse/").status_code == 200
    assert office.get(f"/admin/cards/benefituse/?card__id__exact={activated.pk}").status_code == 200
    assert office.post(f"/admin/cards/benefituse/{use.pk}/change/", {"quantity": 9}).status_code == 403
    assert office.get("/admin/cards/activation/").status_code == 200


def test_the_members_page_shows_cards_and_uses(
    office: Client, activated: Card, breakfast: Entitlement, store: Store, clerk: User
) -> None:
    uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="k")
    page = office.get(f"/admin/members/member/{activated.holder_id}/").content.decode()
    assert f"/admin/cards/card/{activated.pk}/change/" in page
    assert "Breakfast" in page


CHECKS = (
    living.activated_properly,
    living.code_works_once,
    living.cards_within_limit,
    living.uses_within_terms,
    living.uses_within_limits,
    living.counters_agree,
    living.codes_spent_once,
    living.nobody_serves_himself,
)


def test_verify_finds_nothing_wrong_with_cards_in_use(
    activated: Card, breakfast: Entitlement, store: Store, clerk: User
) -> None:
    codes.read(codes.make(activated), store=store)
    uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="k")
    taken = uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="l")
    uses.reverse(taken, by=clerk, reason="wrong card")
    assert [violation for check in CHECKS for violation in check()] == []


def _without_activation(card: Card) -> None:
    Activation.objects.all().delete()


def _unverified(card: Card) -> None:
    Member.objects.filter(cards=card).update(phone_verified_at=None)


def _code_kept(card: Card) -> None:
    number = card.number
    number.activation_code = "7KQM2XPT9RWB"
    number.save()


def _too_many(card: Card) -> None:
    type(card.version).objects.filter(pk=card.version_id).update(max_per_member=0)


def _outside_the_term(card: Card) -> None:
    BenefitUse.objects.update(used_on=card.last_valid_on.replace(year=2040))  # type: ignore[union-attr]


def _miscounted(card: Card) -> None:
    UseCounter.objects.update(used=0)


def _uncounted(card: Card) -> None:
    UseCounter.objects.all().delete()


def _foreign_code(card: Card) -> None:
    SpentCode.objects.create(nonce="0" * 40, card=card, purpose="present_card")


def _served_herself(card: Card) -> None:
    Member.objects.filter(cards=card).update(user=BenefitUse.objects.get().clerk)


@pytest.mark.parametrize(
    ("breaks", "check"),
    [
        (_without_activation, living.activated_properly),
        (_unverified, living.activated_properly),
        (_code_kept, living.code_works_once),
        (_too_many, living.cards_within_limit),
        (_outside_the_term, living.uses_within_terms),
        (_miscounted, living.counters_agree),
        (_uncounted, living.counters_agree),
        (_foreign_code, living.codes_spent_once),
        (_served_herself, living.nobody_serves_himself),
    ],
)
def test_verify_finds_what_is_broken(
    activated: Card,
    breakfast: Entitlement,
    store: Store,
    clerk: User,
    breaks: Callable[[Card], None],
    check: Callable[[], object],
) -> None:
    uses.record(activated, entitlement=breakfast, store=store, clerk=clerk, key="k")
    breaks(activated)
    assert list(check())  # type: ignore[call-overload]


def test_many_alerts_are_taken_up_once(service_agent: User) -> None:
    for number in range(3):
        risk.note("x", subject=str(number), alert=True)
    other = StaffFactory.create(roles={"member_service": None})
    assert risk.acknowledge_all(RiskEvent.objects.all(), by=service_agent) == 3
    assert risk.acknowledge_all(RiskEvent.objects.all(), by=other) == 0
