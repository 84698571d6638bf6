"""Bringing a card to life, online and at the counter (CARD-11, CARD-12 · A4.1)."""

from django.conf import settings
from django.db import transaction

from cards.models import Activation, Card, Order, Term
from cards.operations import activation_rows, serving
from cards.policy import numbers, validity
from cards.queries import entitlements, validities
from core import access, audit, clock, crypto
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal
from members.models import Acceptance, IdentityDocument, Member
from risk import queries as risk

NEEDED_OF_HOLDER = ("language", "phone_verified_at", "household", "user__language")
NEEDED_OF_CARD = (
    "public_id", "product", "state", "number__number", "order_line__years", "order_line__total_minor",
    "order_line__order__state", "version__name", "version__name_zh_hans", "version__name_zh_hant", "version__validity",
    "version__months", "version__season_starts", "version__season_rolls_over", "version__first_day_counts",
    "version__max_per_member",
)  # fmt: skip


def digest(code: str) -> str:
    """The digest by which an activation code is compared."""
    return crypto.keyed_digest(code, key=settings.INDEX_KEY, purpose="activation-code")


@transaction.atomic
def activate(
    card: Card,
    *,
    holder: Member,
    document: IdentityDocument,
    channel: str,
    proof: str,
    acceptance: Acceptance,
    store: Store | None = None,
    clerk: User | None = None,
) -> Activation:
    """CARD-11, CARD-12 · A4.1 — give the card its holder and its first term, from today on.

    `proof` says what showed the purchase (activation code, receipt number). A card is activated once; whoever holds
    as many active cards of the product as allowed, has no verified phone, or whose card is not paid, is refused.
    """
    if clerk is not None:
        access.require(clerk, "counter.activate")
    holder, card = lock(holder, card)
    return activate_locked(
        card,
        holder=holder,
        document=document,
        channel=channel,
        proof=proof,
        acceptance=acceptance,
        store=store,
        clerk=clerk,
    )


def lock(holder: Member, card: Card) -> tuple[Member, Card]:
    """Both rows as they are now, with what an activation asks of them; nobody else changes them until the commit."""
    people = Member.objects.select_for_update(of=("self",)).select_related("user").only(*NEEDED_OF_HOLDER)
    cards = Card.objects.select_for_update(of=("self",)).select_related("number", "version", "order_line__order")
    return people.get(pk=holder.pk), cards.only(*NEEDED_OF_CARD).get(pk=card.pk)


def activate_locked(
    card: Card,
    *,
    holder: Member,
    document: IdentityDocument,
    channel: str,
    proof: str,
    acceptance: Acceptance,
    store: Store | None = None,
    clerk: User | None = None,
) -> Activation:
    """The same within an operation that has asked for the right and locked both."""
    _refuse_unfit(card, holder=holder, clerk=clerk)
    today = clock.today()
    term = validity.first_term(
        today,
        validity=validities.of_version(card.version),
        first_day_counts=card.version.first_day_counts,
        times=card.order_line.years,
    )
    now = clock.now()
    card.holder, card.state, card.activated_at = holder, Card.State.ACTIVE, now
    card.valid_from_on, card.last_valid_on = term.starts_on, term.last_valid_on
    first = Term(
        card=card,
        sequence=1,
        order_line=card.order_line,
        version=card.version,
        starts_on=term.starts_on,
        last_valid_on=term.last_valid_on,
        price_minor=card.order_line.total_minor,
    )
    done = Activation(
        card=card,
        member=holder,
        channel=channel,
        store=store,
        clerk=clerk,
        document_kind=document.kind,
        document_last_digits=document.last_digits,
        proof=proof[:60],
        phone_verified_at=holder.phone_verified_at or now,
        acceptance=acceptance,
    )
    activation_rows.write(card, first, done)
    audit.record(
        "cards.card.activate",
        subject=card,
        actor=clerk,
        member_id=holder.pk,
        store_id=store.pk if store else None,
        details={"channel": channel, "last_valid_on": term.last_valid_on, "document": document.kind},
    )
    _send_guide(card, holder)
    return done


def _refuse_unfit(card: Card, *, holder: Member, clerk: User | None) -> None:
    if card.state != Card.State.ISSUED:
        raise Refusal("card_already_activated")
    if card.order_line.order.state != Order.State.FULFILLED:
        raise Refusal("card_not_paid")
    if holder.phone_verified_at is None:
        raise Refusal("phone_not_verified")
    serving.refuse_own(holder, clerk=clerk)
    if hold := risk.hold_on(subjects=[audit.label_of(card)], member=holder, scope="activate"):
        raise Refusal("card_on_hold", allowed_from=hold.ends_at)
    running = Card.objects.filter(holder=holder, product=card.product_id, state__in=["active", "suspended"])
    if running.filter(last_valid_on__gte=clock.today()).count() >= card.version.max_per_member:
        raise Refusal("too_many_cards", limit=card.version.max_per_member)


def _send_guide(card: Card, holder: Member) -> None:
    """CARD-13 · A4.2.1 — the benefit guide: what, how, conditions, until when."""
    language = holder.language
    benefits = [
        {"name": one.entitlement.worded("name", language), "how": one.entitlement.worded("description", language)}
        for one in entitlements.of_version(card.version_id)
    ]
    outbox.send(
        "card.activated",
        key=str(card.pk),
        to=holder.user,
        member_id=holder.pk,
        language=language,
        link=f"/me/cards/{card.public_id}/",
        context={
            "product": card.version.worded("name", language),
            "number": numbers.masked_number(card.number.number),
            "valid_from_on": str(card.valid_from_on),
            "last_valid_on": str(card.last_valid_on),
            "benefits": benefits,
        },
    )
