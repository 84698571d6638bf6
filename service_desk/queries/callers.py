"""Who calls or writes (SVC-01 · A6.2.1): what an agent sees of a member beside her case, or while she is on the line."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from cards.models import Card, Order
from cards.policy import numbers
from cards.queries import cards, holder_tier
from core.rules import RuleBroken
from loyalty.models import PointAccount
from loyalty.queries import balances
from members.models import Member
from members.policy import emails, member_numbers, phones
from service_desk.models import Case
from service_desk.models.cases import QUEUE, UNDONE

SHOWN = 5


@dataclass(frozen=True)
class Caller:
    """A member as an agent needs her: tier, cards, points, and what else is open."""

    member: Member
    tier: str
    cards: Sequence[Card]
    account: PointAccount | None
    open_cases: Sequence[Case]


def about(member: Member, *, but: Case | None = None) -> Caller:
    """SVC-01 · A6.2.1 — four queries; `but` is the case on the screen, which is not told twice."""
    open_cases = Case.objects.filter(UNDONE, member=member)
    if but is not None:
        open_cases = open_cases.exclude(pk=but.pk)
    return Caller(
        member=member,
        tier=holder_tier.code_of(member),
        cards=cards_of(member),
        account=balances.account_of(member),
        open_cases=list(open_cases.select_related("category", "owner").order_by(*QUEUE)[:SHOWN]),
    )


def cards_of(member: Member) -> list[Card]:
    """The newest cards that she holds."""
    return list(cards.with_relations().filter(holder=member).order_by("-id")[:SHOWN])


def orders_of(member: Member) -> list[Order]:
    """What she bought last."""
    return list(Order.objects.filter(member=member).order_by("-id")[:SHOWN])


def as_phone(text: str) -> str:
    """A text as a phone number, or nothing where it is none."""
    try:
        return phones.normalise(text, default_region=settings.PHONE_REGION) if text else ""
    except RuleBroken:
        return ""


def find(text: str) -> Member | None:
    """SVC-01 · A6.2.1 — the member meant by a phone number, an e-mail address, a member number or a card number."""
    try:
        return _meant(text.strip()[:200]).first()
    except RuleBroken:
        return None


def _meant(text: str) -> QuerySet[Member]:
    if member_numbers.is_number(text):
        return Member.objects.filter(number=text)
    if "@" in text:
        return Member.objects.by_email(emails.normalise(text))
    if numbers.looks_like_card_number(text):
        return Member.objects.filter(cards__number__number=numbers.read_card_number(text))
    return Member.objects.by_phone(as_phone(text))
