"""Automatic renewals: what is to be announced, and what is to be charged (CARD-17 · A5.2)."""

import datetime as dt

from django.core import signing
from django.db.models import Exists, OuterRef, QuerySet

from cards.models import Card, Payment, RenewalCharge, RenewalMandate
from cards.policy.parameters import RenewalParameters
from core.prepared import Asked, Prepared
from members.models import Member

SALT = "cards.auto-renewal"


_LIVE = Prepared(lambda card: RenewalMandate.objects.filter(card=card, ended_at__isnull=True)[:1])


def asked(card: Card) -> Asked:
    """What `live` asks the database."""
    return _LIVE.with_(card=card.pk)


def live(card: Card) -> RenewalMandate | None:
    """The auto-renewal of a card that is switched on."""
    return _LIVE.first(card=card.pk)


def announced(mandate: RenewalMandate) -> RenewalCharge | None:
    """The charge that the member was told of and that is still to come."""
    return mandate.charges.filter(state=RenewalCharge.State.ANNOUNCED).first()


def to_be_announced(day: dt.date, *, rules: RenewalParameters) -> QuerySet[RenewalMandate]:
    """Live mandates whose card ends soon enough and whose charge for this term was not yet announced."""
    last = day + dt.timedelta(days=rules.auto_renewal_charge_days + rules.auto_renewal_notice_days)
    told = RenewalCharge.objects.filter(mandate=OuterRef("pk"), ends_on=OuterRef("card__last_valid_on"))
    told = told.exclude(state=RenewalCharge.State.VOID)
    return RenewalMandate.objects.filter(~Exists(told), ended_at__isnull=True, card__last_valid_on__lte=last)


def to_be_charged(day: dt.date) -> list[RenewalCharge]:
    """Announced charges whose day has come, the earliest first."""
    due = RenewalCharge.objects.filter(state=RenewalCharge.State.ANNOUNCED, charge_on__lte=day)
    return list(due.order_by("charge_on", "id"))


def kept_instrument(member: Member) -> Payment | None:
    """The payment by which the member last left a means of payment with a provider."""
    paid = Payment.objects.filter(order__member=member, state=Payment.State.SUCCEEDED, keep_instrument=True)
    return next((one for one in paid.order_by("-pk")[:5] if one.instrument), None)


def off_token(mandate: RenewalMandate) -> str:
    """What the switch-off link of a notice carries; valid for ever, because an old message must still be answerable."""
    return signing.Signer(salt=SALT).sign_object(mandate.pk)


def by_token(token: str) -> RenewalMandate | None:
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    rows = RenewalMandate.objects.select_related("card__number", "card__version", "member")
    return rows.filter(pk=pk).first() if isinstance(pk, int) else None
