"""The member says yes at the counter before many of her points are spent there (LOY-06 · B7.2).

A clerk who knows no more than a phone number cannot spend what another has saved: above so many points in a day, the
rotating code of her card was scanned a moment ago, or she reads out a code that was sent to her.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from cards.models import Card, CounterConfirmation, SpentCode
from cards.operations import codes as rotating_codes
from cards.operations import part_payment
from cards.policy.codes import looks_like_code
from core import access, audit, clock
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import Member
from members.operations import codes
from members.operations.codes import Address
from members.policy import emails, phones

PURPOSE, EVENT = "points", "points.counter_code"
GOOD_FOR = dt.timedelta(minutes=10)
REFUSALS = frozenset({"points_unconfirmed", "points_confirmed_by_card", "too_many_one_time_codes"})


@dataclass(frozen=True)
class Asked:
    """What has to be confirmed: so many points, and where a code would go; None where there is no address."""

    points: int
    to: Address | None

    @property
    def masked(self) -> str:
        """The address, as a clerk may see it."""
        if self.to is None:
            return ""
        return phones.masked(self.to.value) if self.to.channel == "sms" else emails.masked(self.to.value)


def asked(member: Member | None, points: int, *, clerk: User, store: Store) -> Asked | None:
    """LOY-06 · B7.2 — what this member has still to say yes to before so many points are spent; None where nothing."""
    if member is None or not part_payment.must_confirm(member, points):
        return None
    if _is_here(member, clerk=clerk, store=store) or _confirmed(member, points, clerk=clerk, store=store).exists():
        return None
    return Asked(points, _address(member))


def require(member: Member, points: int, *, clerk: User, store: Store) -> None:
    """LOY-06 · B7.2 — refuses (`points_unconfirmed`) what she has not said yes to. Her points are held by the caller.

    A code that was sent is used up by this; it is good again when the caller's transaction comes to nothing.
    """
    if not part_payment.must_confirm(member, points) or _is_here(member, clerk=clerk, store=store):
        return
    found = _confirmed(member, points, clerk=clerk, store=store).first()
    if found is None:
        raise Refusal("points_unconfirmed")
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])


def send_code(member: Member, points: int, *, clerk: User, store: Store, language: str) -> None:
    """Send her a code that says how many points it is for, and where. It is good at this counter for no more than these.

    Refuses whom no code can reach (`points_confirmed_by_card`), and what `members.operations.codes.send` refuses.
    """
    access.require(clerk, "counter.look_up", at=store.pk)
    to = _address(member)
    if to is None:
        raise Refusal("points_confirmed_by_card")
    codes.send(
        PURPOSE,
        to=to,
        binding=_binding(member, points, clerk=clerk, store=store),
        language=language,
        event=EVENT,
        details={"points": points, "store": store.name},
    )


def confirm(member: Member, typed: str, points: int, *, clerk: User, store: Store) -> None:
    """LOY-06 · B7.2 — she confirms: her card's code was scanned, or she read out the one that was sent for these points.

    Runs its own transaction, so that a wrong try stays counted. Refuses what is wrong with either, and the card of
    another (`code_of_another_member`).
    """
    if looks_like_code(typed):
        with transaction.atomic():
            card = rotating_codes.read(typed, store=store, clerk=clerk)
            if card.holder_id != member.pk or card.state != Card.State.ACTIVE:
                raise Refusal("code_of_another_member")
            _record(member, "card", points, clerk=clerk, store=store)
        return
    to = _address(member)
    if to is None:
        raise Refusal("points_confirmed_by_card")
    codes.check(PURPOSE, to=to, binding=_binding(member, points, clerk=clerk, store=store), typed=typed)
    with transaction.atomic():
        CounterConfirmation.objects.create(member=member, clerk=clerk, store=store, points=points)
        _record(member, "sent", points, clerk=clerk, store=store)


def is_about(broken: RuleBroken) -> bool:
    """Whether a refusal is about the member's yes: it belongs beside the field in which that is typed."""
    return broken.code in REFUSALS or broken.code.startswith(("one_time_code_", "code_"))


def _record(member: Member, by: str, points: int, *, clerk: User, store: Store) -> None:
    audit.record(
        "counter.confirm",
        subject=member,
        actor=clerk,
        member_id=member.pk,
        store_id=store.pk,
        details={"by": by, "points": points},
    )


def _is_here(member: Member, *, clerk: User, store: Store) -> bool:
    """The rotating code of her card in use was read here a moment ago."""
    cards = Card.objects.filter(holder=member, state=Card.State.ACTIVE)
    since = clock.now() - GOOD_FOR
    return SpentCode.objects.filter(card__in=cards, clerk=clerk, store=store, at__gte=since).exists()


def _confirmed(member: Member, points: int, *, clerk: User, store: Store) -> QuerySet[CounterConfirmation]:
    """What she read out a moment ago and nothing has used."""
    rows = CounterConfirmation.objects.filter(member=member, at__gte=clock.now() - GOOD_FOR, used_at=None)
    return rows.filter(clerk=clerk, store=store, points__gte=points).order_by("points", "pk")


def _address(member: Member) -> Address | None:
    if member.phone:
        return Address("sms", member.phone)
    return Address("email", member.email) if member.email else None


def _binding(member: Member, points: int, *, clerk: User, store: Store) -> str:
    return f"{member.pk}:{clerk.pk}:{store.pk}:{points}"
