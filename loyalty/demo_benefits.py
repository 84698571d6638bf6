"""The benefits of the demo: what the programme, a tier and an event give, some months of uses, a table kept for today."""

import contextlib
import datetime as dt
from typing import Any

from django.db import transaction

from cards.models import Card, Term
from core import approvals, clock
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import Adviser, Benefit, BenefitGrant, BenefitReservation, MemberTier, ServicePoint
from loyalty.operations import (
    advisers,
    benefit_catalogue,
    benefit_grants,
    benefit_reservations,
    redemptions,
)
from loyalty.queries import benefits, catalogue
from members.models import Member

Words = tuple[str, str, str]
AGREED_AGO = 300
# Code, kind, name, description, terms.
BENEFITS: tuple[tuple[str, str, Words, Words, dict[str, Any]], ...] = (
    (
        "gift-wrap", "basic", ("Gift wrapping", "礼品包装", "禮品包裝"),
        ("Wrapped with paper and ribbon, at any counter.", "任意柜台，含包装纸与丝带。", "任一櫃檯，含包裝紙與緞帶。"),
        {"per_day": 3, "value_minor": 1_500, "cost_minor": 260},
    ),
    (
        "umbrella", "basic", ("Loan of an umbrella", "雨伞借用", "雨傘借用"),
        ("Borrow in one store, return in any.", "一店借，全店还。", "一店借，全店還。"),
        {"per_month": 4, "per_household": 24, "value_minor": 500, "cost_minor": 390},
    ),
    (
        "priority-lane", "tier", ("Priority lane", "优先通道", "優先通道"),
        ("Pay without queueing, at the lane with the star.", "带星标的通道，结账免排队。", "有星標的通道，結帳免排隊。"),
        {"from_tier": "silver", "value_minor": 800, "cost_minor": 100},
    ),
    (
        "lounge", "tier", ("An hour in the lounge", "贵宾厅一小时", "貴賓廳一小時"),
        ("Tea, quiet and a power socket; please reserve.", "清茶、安静与电源；请先预约。", "清茶、安靜與電源；請先預約。"),
        {"from_tier": "gold", "per_day": 1, "per_month": 4, "value_minor": 6_800, "cost_minor": 1_900},
    ),
    (
        "stylist", "tier", ("A personal stylist", "私人造型师", "私人造型師"),
        ("Ninety minutes with one of our stylists.", "与造型师独处九十分钟。", "與造型師獨處九十分鐘。"),
        {"from_tier": "platinum", "per_month": 1, "value_minor": 48_000, "cost_minor": 19_000},
    ),
    (
        "harvest-tea", "event", ("Tea of the harvest festival", "秋收茶会礼", "秋收茶會禮"),
        ("For those who came to the harvest festival.", "献给参加秋收茶会的您。", "獻給參加秋收茶會的您。"),
        {"value_minor": 12_800, "cost_minor": 4_200},
    ),
)  # fmt: skip
POINTS = (
    ("lounge", "SH1", 10, 20, 60, 4), ("lounge", "SH2", 9, 21, 60, 6), ("breakfast", "SH2", 7, 11, 30, 12),
    ("breakfast", "CD1", 7, 11, 30, 8), ("late-check-out", "SH2", 12, 16, 0, 10), ("stylist", "SH1", 11, 19, 120, 1),
    ("harvest-tea", "SH1", 9, 23, 0, 20),
)  # fmt: skip
GIFTED = ("+8613800138001", "+85291234567", "+886912345678")
# How many days ago, which benefit; each member with a card takes part.
USED = tuple(
    (days, code)
    for days, codes in (
        (150, "gift-wrap umbrella"), (128, "gift-wrap"), (110, "gift-wrap priority-lane lounge"), (92, "umbrella lounge"),
        (76, "gift-wrap priority-lane"), (58, "lounge priority-lane gift-wrap"), (41, "priority-lane"), (33, "lounge"),
        (20, "gift-wrap priority-lane"), (9, "priority-lane lounge"), (2, "gift-wrap"),
    )
    for code in codes.split()
)  # fmt: skip


def load() -> None:
    """Loading it again changes nothing: each use and reservation has its key."""
    planner, director = _person("planner"), _person("director")
    for code, kind, names, texts, terms in BENEFITS:
        if not Benefit.objects.filter(code=code).exists():
            with clock.stopped(clock.now() - dt.timedelta(days=AGREED_AGO)), transaction.atomic():
                _agree(code, kind, names, texts, terms, planner=planner, director=director)
    stores = {store.code: store for store in Store.objects.all()}
    for code, at, opens, closes, minutes, capacity in POINTS:
        ServicePoint.objects.get_or_create(
            code=code,
            store=stores[at],
            defaults={
                "opens_at": dt.time(opens), "closes_at": dt.time(closes), "slot_minutes": minutes, "capacity": capacity,
            },
        )  # fmt: skip
    members = [Member.objects.by_phone(phone).get() for phone in GIFTED]
    _give(members, planner)
    _use(members, clerk=_person("clerk"), store=stores["SH1"])
    for member in members:
        _reserve(member, stores["SH1"])
    if not Adviser.objects.exists():
        advisers.settle(sorted(MemberTier.objects.values_list("pk", flat=True)))
    _draft(planner)


def _person(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


def _agree(
    code: str, kind: str, names: Words, texts: Words, terms: dict[str, Any], *, planner: User, director: User
) -> None:
    benefit = benefit_catalogue.begin(code, kind, by=planner)
    draft = benefit.versions.get()
    empty = {name: getattr(draft, name) for name in benefit_catalogue.TERMS}
    said = dict(zip(benefit_catalogue.WORDS, (*names, *texts), strict=True))
    benefit_catalogue.save_draft(draft, empty | said | terms | {"starts_on": clock.today()}, [], by=planner)
    asked = benefit_catalogue.submit(draft, reason="The catalogue of the first year.", by=planner)
    approvals.approve(asked, by=director, reason="Within the budget of the year.")


def _give(members: list[Member], planner: User) -> None:
    version = next(one for one in catalogue.in_force(clock.today()) if one.benefit.code == "harvest-tea")
    for member in members:
        if BenefitGrant.objects.filter(source="event", external_id=f"harvest:{member.pk}").exists():
            continue
        benefit_grants.give(
            member, version, uses=1, last_valid_on=clock.today() + dt.timedelta(days=45), source="event",
            external_id=f"harvest:{member.pk}", reason="Came to the harvest festival.", by=planner,
        )  # fmt: skip


def _cards(member: Member) -> list[Card]:
    return list(
        Card.objects.filter(holder=member, state=Card.State.ACTIVE).select_related("holder__user").order_by("pk")
    )


def _use(members: list[Member], *, clerk: User, store: Store) -> None:
    for member in members:
        for card in _cards(member)[:1]:
            for number, (days, code) in enumerate(USED):
                with clock.stopped(clock.now() - dt.timedelta(days=days)):
                    _once(card, code, key=f"demo-benefit-{member.pk}-{number}", clerk=clerk, store=store)


def _once(card: Card, code: str, *, key: str, clerk: User, store: Store) -> None:
    """One use, where her tier and her card of that day allow it."""
    member = card.holder
    if member is None or not Term.objects.filter(card=card, starts_on__lte=clock.today()).exists():
        return
    offer = next((one for one in benefits.offers(member, day=clock.today()) if one.version.benefit.code == code), None)
    try:
        if offer is not None:
            redemptions.record(card, offer, store=store, clerk=clerk, key=key)
    except Refusal:
        return


def _reserve(member: Member, store: Store) -> None:
    """What her event gave her, for today, at the store where the demo's clerk stands; and an hour in the lounge, if she may."""
    if member.user is None:
        return
    for card in _cards(member)[:1]:
        for code, days, hour in (("harvest-tea", 0, 9), ("lounge", 1, 15)):
            point = ServicePoint.objects.select_related("store").get(code=code, store=store)
            on = clock.today() + dt.timedelta(days=days)
            at = dt.datetime.combine(on, dt.time(hour), tzinfo=clock.zone())
            key = f"demo-{member.pk}-{code}"
            for offer in benefits.offers(member, day=clock.today()):
                if offer.version.benefit.code != code or BenefitReservation.objects.filter(key=key).exists():
                    continue
                with contextlib.suppress(Refusal):
                    benefit_reservations.reserve(card, offer, point=point, starts_at=at, by=member.user, key=key)


def _draft(planner: User) -> None:
    """A revision that waits for approval, so that the inbox shows a diff."""
    umbrella = Benefit.objects.get(code="umbrella")
    if umbrella.versions.count() > 1:
        return
    with transaction.atomic():
        draft = benefit_catalogue.revise(umbrella, by=planner)
        terms = {name: getattr(draft, name) for name in benefit_catalogue.TERMS} | {"per_month": 2, "cost_minor": 250}
        benefit_catalogue.save_draft(draft, terms, [], by=planner)
        benefit_catalogue.submit(
            draft, reason="Too dear for what it is worth: fewer loans, a simpler umbrella.", by=planner
        )
