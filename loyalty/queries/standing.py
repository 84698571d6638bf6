"""On which tier a member stands, for those who only want to know that (CARD-14, LOY-15)."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from cards.models import Card
from cards.policy.priority import HeadStart, Opening, opening
from cards.queries.holder_tier import HolderTier
from core import parameters, words
from core.prepared import Asked, Prepared
from loyalty.models import MemberTier
from loyalty.policy import service, tiers
from loyalty.policy.benefit_parameters import ServiceParameters
from loyalty.policy.parameters import TierParameters
from members.models import Member

_HELD = Prepared(lambda member: MemberTier.objects.filter(pk=member).values_list("tier", flat=True))


class Standing:
    """What cards asks of tiers: its own port, filled."""

    def of_holder(self, card: Card) -> HolderTier:
        """CARD-14 · A4.3.1 — the tier of a card's holder, in words. One query."""
        code = _code(card.holder_id)
        return HolderTier(code, words.of(words.TIER, code), url=reverse("loyalty:tier"))

    def code_of(self, member: Member) -> str:
        """CARD-01 · A2.1 — the tier of a member; who has no row stands on the lowest. One query."""
        return _code(member.pk)

    def head_starts(self, day: dt.date) -> Sequence[HeadStart]:
        """LOY-15 · B8.3 — how many days before everybody else each tier buys or redeems what is new."""
        return head_starts(day)


def asked(card: Card) -> Asked:
    """What `Standing.of_holder` asks the database."""
    return _HELD.with_(member=card.holder_id)


def head_starts(day: dt.date) -> Sequence[HeadStart]:
    """LOY-15 · B8.3 — the head starts in force on a day. No query."""
    ladder = tiers.codes(parameters.in_force(TierParameters, on=day))
    return service.head_starts(ladder=ladder, parameters=parameters.in_force(ServiceParameters, on=day))


def opens(on: dt.date, *, day: dt.date) -> Opening:
    """LOY-15 · B8.3 — when what is there for everybody from `on` is there for each tier, as the policy says on a day."""
    return opening(on, head_starts=head_starts(day))


def _code(member_id: int | None) -> str:
    return _HELD.first(member=member_id) or parameters.in_force(TierParameters).ladder[0].code
