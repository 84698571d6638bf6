"""The night's work on terms that end: reminders, announced charges, cards that nobody activated."""

from bisect import bisect_right
from collections.abc import Sequence

from celery import shared_task
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from cards.models import Card, RenewalMandate
from cards.operations import auto_charges, follow_ups, mandates, reminders
from cards.policy import reminders as rule
from cards.policy.parameters import ActivationParameters, RenewalParameters
from cards.queries import mandates as mandate_rows
from cards.queries import reminders as rows
from core import clock, jobs, sweeps

READ_AT_ONCE = 100_000


class Remind(sweeps.Sweep):
    """Reminders of one occasion. What is due is read once for many batches; each batch writes it in two statements."""

    batch = 5_000
    occasion: rows.Occasion

    def __init__(self) -> None:
        self._due: list[int] = []
        self._more = True

    def ladder(self) -> rule.Ladder:
        raise NotImplementedError

    def windows(self) -> tuple[rule.Window, ...]:
        return rule.windows(self.ctx.on, ladder=self.ladder())

    def span(self) -> tuple[int, int] | None:
        ids = Card.objects.aggregate(low=Min("pk"), high=Max("pk"))
        return (ids["low"], ids["high"]) if ids["low"] is not None else None

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        begin = 0 if after is None else bisect_right(self._due, after)
        if begin == len(self._due) and self._more:
            self._due, begin = self._read(after), 0
            self._more = len(self._due) == READ_AT_ONCE
        return self._due[begin : begin + limit]

    def process(self, keys: Sequence[int]) -> int:
        return reminders.write(self.occasion, windows=self.windows(), keys=keys)

    def _read(self, after: int | None) -> list[int]:
        found: list[int] = []
        for window in self.windows():
            cards = self.ctx.within(rows.due(self.occasion, window))
            if after is not None:
                cards = cards.filter(pk__gt=after)
            found += cards.order_by("pk").values_list("pk", flat=True)[:READ_AT_ONCE]
        return sorted(found)[:READ_AT_ONCE]


class RemindRenewal(Remind):
    """CARD-15 · A5.1.1 — before the end of the term and within grace."""

    name = "cards.remind_renewal"
    label = _("Remind of renewals")
    occasion = rows.RENEWAL

    def ladder(self) -> rule.Ladder:
        return rule.renewal_ladder(self.ctx.parameters.of(RenewalParameters))


class RemindActivation(Remind):
    """CARD-11 · A4.1.1 — before the last day on which a sold card is to be activated."""

    name = "cards.remind_activation"
    label = _("Remind of activation")
    occasion = rows.ACTIVATION

    def ladder(self) -> rule.Ladder:
        return rule.activation_ladder(self.ctx.parameters.of(ActivationParameters))


class FollowUpActivation(sweeps.Sweep):
    """CARD-11 · A4.1.1 — sold cards that nobody activated in time go to member service, once each."""

    name = "cards.follow_up_activation"
    label = _("Cards that nobody activated")

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        cards = Card.objects.filter(state=Card.State.ISSUED, activate_before_on__lt=self.ctx.on, follow_up=None)
        if after is not None:
            cards = cards.filter(pk__gt=after)
        return list(cards.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return follow_ups.open_for(keys)


class NotifyAutoRenewals(sweeps.Sweep):
    """CARD-17 · A5.2 — announce each charge in time, and end what can no longer be renewed."""

    name = "cards.notify_auto_renewals"
    label = _("Announce automatic renewals")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        due = mandate_rows.to_be_announced(self.ctx.on, rules=self.ctx.parameters.of(RenewalParameters))
        if after is not None:
            due = due.filter(pk__gt=after)
        return list(due.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return sum(mandates.announce(one) for one in RenewalMandate.objects.filter(pk__in=keys).order_by("pk"))


@shared_task(name="cards.charge_auto_renewals")
def charge_auto_renewals() -> int:
    """Charge what was announced for today or before. No sweep, because providers are not called in a transaction; each
    charge can be repeated, so that two workers at once or one that is killed do no harm.
    """
    return sum(jobs.each(mandate_rows.to_be_charged(clock.today()), auto_charges.collect))


for sweep in (RemindRenewal(), RemindActivation(), FollowUpActivation(), NotifyAutoRenewals()):
    sweeps.register(sweep)
