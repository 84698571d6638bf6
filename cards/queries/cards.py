"""Finding cards and telling how they stand (CARD-14 · A4.3.1): for the counter, the portal and the back office."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from cards.models import BenefitUse, Card, Order, Term
from cards.policy import numbers, validity
from cards.policy.parameters import RenewalParameters
from cards.queries import benefits, entitlements
from core import audit, parameters
from core.fields import digest_in
from core.models import Store
from core.prepared import Asked, Prepared
from core.rules import RuleBroken
from members.models import Member
from members.policy import emails, names, phones
from members.queries import spending
from risk import queries as risk
from risk.models import Hold

MOST_MATCHES = 20
USES_SHOWN = 10
JUST_NOW = dt.timedelta(minutes=10)
SHOWN = (
    "public_id", "product", "state", "suspension", "expected_document_index", "activate_before_on", "valid_from_on",
    "last_valid_on", "number__number", "number__activation_digest", "version__name", "version__name_zh_hans",
    "version__name_zh_hant", "version__face", "version__product", "holder__number", "holder__name", "holder__phone",
    "holder__household", "holder__phone_changed_at", "purchaser__name", "purchaser__phone", "purchaser__phone_verified_at",
    "purchaser__household", "order_line__order__number", "order_line__order__store", "order_line__order__is_gift",
    "order_line__order__gift_name", "order_line__order__gift_phone",
)  # fmt: skip
"""What the counter shows of a card and asks for an activation; anything else is read when somebody asks for it."""
USED = (
    "card", "clerk", "quantity", "value_minor", "at", "reversed_at", "entitlement__name", "entitlement__name_zh_hans",
    "entitlement__name_zh_hant", "store__name",
)  # fmt: skip


@dataclass(frozen=True)
class Position:
    """Where a card stands on a day: its stored state joined with its terms."""

    card: Card
    term: Term | None
    in_term: validity.State | None
    days_left: int
    grace_ends_on: dt.date | None

    @property
    def code(self) -> str:
        """One word for the screen: issued, active, not_started, in_grace, expired, suspended or closed."""
        stored = self.card.state
        return str(self.in_term) if stored == Card.State.ACTIVE and self.in_term else stored

    @property
    def is_usable(self) -> bool:
        return self.card.state == Card.State.ACTIVE and self.in_term == validity.State.ACTIVE


@dataclass(frozen=True)
class Panel:
    """All that the counter or the member sees of one card, gathered in a constant number of queries."""

    position: Position
    benefits: list[entitlements.Standing]
    uses: list[Any]
    hold: Hold | None
    rests_until: dt.datetime | None

    @property
    def serves(self) -> bool:
        """Whether benefits can be used with the card now, limits apart."""
        return self.position.is_usable and self.hold is None and self.rests_until is None


def with_relations() -> QuerySet[Card]:
    """Cards with what every screen shows of them."""
    return Card.objects.select_related("number", "product", "version", "holder__user", "purchaser", "order_line__order")


def shown() -> QuerySet[Card]:
    """Cards with no more than is shown of them at the counter, where every look-up counts."""
    rows = Card.objects.select_related("number", "version", "holder", "purchaser", "order_line__order")
    return rows.only(*SHOWN)


_TERMS = Prepared(lambda card: Term.objects.filter(card=card).order_by("sequence"))
_USES = Prepared(
    lambda card: (
        BenefitUse.objects.filter(card=card)
        .select_related("entitlement", "store")
        .order_by("-id")
        .only(*USED)[:USES_SHOWN]
    )
)
_OPENED = Prepared(lambda public_id: without_version().filter(public_id=public_id))


def without_version() -> QuerySet[Card]:
    """`shown` for a page that takes what is frozen from `entitlements.with_versions`."""
    rows = Card.objects.select_related("number", "holder", "purchaser", "order_line__order")
    return rows.only("version", *(name for name in SHOWN if not name.startswith("version")))


def opened(public_id: UUID) -> Card | None:
    """The card of a page at the counter."""
    return next(iter(entitlements.with_versions(_OPENED.all(public_id=public_id))), None)


def find(text: str) -> list[Card]:
    """CARD-14 · A4.3.1 — the cards meant by anything scanned or typed: card number, phone, e-mail, name, order number.

    At most `MOST_MATCHES`, newest first; nothing for a text that means nothing. Rotating codes are read by
    `operations.codes.read`, because reading spends them.
    """
    plain = text.strip()[:150]
    if not plain:
        return []
    meant = _meaning(plain)
    return list(shown().filter(meant).order_by("-id")[:MOST_MATCHES]) if meant is not None else []


def position(card: Card, *, day: dt.date) -> Position:
    """The card's standing on a day. Two queries."""
    terms = _TERMS.all(card=card.pk)
    current = next((term for term in terms if term.starts_on <= day <= term.last_valid_on), None)
    if not terms:
        return Position(card, None, None, 0, None)
    whole = validity.Term(terms[0].starts_on, terms[-1].last_valid_on)
    grace = parameters.in_force(RenewalParameters, on=day).grace_days
    return Position(
        card=card,
        term=current or terms[-1],
        in_term=validity.state_on(day, term=whole, grace_days=grace),
        days_left=validity.days_left(day, last_valid_on=whole.last_valid_on),
        grace_ends_on=whole.last_valid_on + dt.timedelta(days=grace),
    )


def asked(card: Card, *, day: dt.date, store: Store | None) -> list[Asked]:
    """What `panel` and the holder's tier ask the database, for `core.ahead`."""
    hold = risk.asked(subject=audit.label_of(card), member=card.holder_id, scope="use")
    own = [_TERMS.with_(card=card.pk), _USES.with_(card=card.pk), hold]
    return own + benefits.asked(card, day=day, store=store)


def panel(card: Card, *, day: dt.date, store: Store | None, uses: int = USES_SHOWN) -> Panel:
    """CARD-14 · A4.3.1 — state, days left, benefits left and used with place and time.

    Without `uses` it is asked about the card's own benefits alone: by the page of one of them.
    """
    at = position(card, day=day)
    standing = benefits.standing if uses else entitlements.standing
    return Panel(
        position=at,
        benefits=standing(card, term=at.term, day=day, store=store) if at.term else [],
        uses=benefits.uses(card, _USES.all(card=card.pk), most=uses) if uses else [],
        hold=risk.hold_on(subjects=[audit.label_of(card)], member=card.holder, scope="use"),
        rests_until=spending.rests_until(card.holder),
    )


def _meaning(text: str) -> Q | None:
    """The condition that a text stands for: the most exact reading wins."""
    if (number := _read(numbers.read_card_number, text)) is not None:
        return Q(number__number=number)
    people = _people(text)
    if people is not None:
        return Q(holder__in=people) | Q(purchaser__in=people)
    order = Order.objects.filter(number=text.upper()).values_list("pk", flat=True).first()
    if order is not None:
        return Q(order_line__order=order)
    return None


def _people(text: str) -> list[int] | None:
    """Members whose phone, e-mail, number or full name the text is; None when nobody is meant."""
    keys = Q(number=text)
    if (phone := _read(_phone, text)) is not None:
        keys |= Q(phone_index=digest_in(Member, "phone_index", phone))
    elif "@" in text and (email := _read(emails.normalise, text)) is not None:
        keys |= Q(email_index=digest_in(Member, "email_index", email))
    elif (name := _read(names.normalise, text)) is not None:
        keys |= Q(name_index=digest_in(Member, "name_index", name))
    return list(Member.objects.filter(keys).values_list("pk", flat=True)[:MOST_MATCHES]) or None


def _phone(text: str) -> str:
    return phones.normalise(text, default_region=settings.PHONE_REGION)


def _read(reader: Callable[[str], str], text: str) -> str | None:
    try:
        return reader(text)
    except RuleBroken:
        return None
