"""What benefits, reservations and their evaluation say (LOY-09 to LOY-11, CARD-24)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import refusals, show, words
from core.approvals import Word
from loyalty.policy.evaluation import Advice

refusals.word({
    "benefit_code_taken": _("There is a benefit with this code already."),
    "benefit_retired": _("This benefit has been retired."),
    "benefit_has_a_draft": _("Submit or discard the draft first."),
    "benefit_has_no_name": _("A benefit needs a name."),
    "benefit_names_no_tier": _("A benefit of a tier says from which tier on."),
    "benefit_ends_before_it_starts": _("The last day lies before the first, or in the past."),
    "benefit_is_not_granted": _("Only the benefit of an event, in force, is granted to single members."),
    "draft_submitted": _("This draft has been submitted and no longer changes."),
    "adviser_unfit": _("This colleague does not advise members."),
    "slot_unknown": _("There is no such time to reserve here."),
    "slot_over": _("This time is over."),
    "slot_full": _("This time is fully reserved. Please choose another."),
    "slot_reserved_already": _("You have reserved this time already."),
    "slot_not_open_yet": _("With your tier this day can be reserved from %(day)s."),
    "slot_after_the_card_ends": _("The card ends on %(day)s. Renew it to reserve a later day."),
    "too_many_reservations": _("At most %(most)s reservations can be open at once."),
    "reservation_cancelled_too_late": _("This reservation could be cancelled until %(until)s. Please call the store."),
    "reservation_elsewhere": _("This reservation is for another store: %(store)s."),
    "reservation_another_day": _("This reservation is for %(day)s."),
    "reservation_redeemed": _("This reservation was redeemed at %(at)s."),
    "reservation_ended": _("This reservation has ended: %(state)s."),
})  # fmt: skip

words.enter(words.GRANT, {"event": _("event"), "staff": _("colleague")})
words.enter(
    words.ACTION,
    {
        "loyalty.benefit.begin": _("Benefit begun"),
        "loyalty.benefit.discard": _("Draft of a benefit discarded"),
        "loyalty.benefit.approve": _("Benefit approved"),
        "loyalty.benefit.retire": _("Benefit retired"),
        "loyalty.benefit.redeem": _("Benefit redeemed"),
        "loyalty.benefit.reverse": _("Redeemed benefit taken back"),
        "loyalty.benefit.grant": _("Benefit granted"),
        "loyalty.benefit.withdraw": _("Granted benefit withdrawn"),
        "loyalty.reservation.book": _("Benefit reserved"),
        "loyalty.reservation.cancel": _("Reservation cancelled"),
        "loyalty.reservation.miss": _("Reservation missed"),
        "loyalty.adviser.assign": _("Adviser assigned"),
        "loyalty.servicepoint.add": _("Service point added"),
        "loyalty.servicepoint.change": _("Service point changed"),
        "loyalty.servicepoint.delete": _("Service point deleted"),
    },
)


def _money(value: Any) -> str:
    return show.money(value) if isinstance(value, int) else "—"


def _listed(value: Any) -> str:
    return show.listed(value) if value else "—"


def _tier(value: Any) -> str:
    return words.of(words.TIER, value) if value else "—"


def _day(value: Any) -> str:
    return show.day(dt.date.fromisoformat(value)) if value else "—"


def _state(value: Any) -> str:
    return str(STATES.get(value, value))


STATES: Mapping[str, str | Promise] = {"in-force": _("in force"), "retired": pgettext_lazy("benefit", "retired")}
WORDS: Mapping[str, Word] = {
    "state": Word(_("state"), _state),
    "version": Word(_("version")),
    "name": Word(_("name (English)")),
    "name_zh_hans": Word(_("name (Simplified Chinese)")),
    "name_zh_hant": Word(_("name (Traditional Chinese)")),
    "description": Word(_("description (English)")),
    "description_zh_hans": Word(_("description (Simplified Chinese)")),
    "description_zh_hant": Word(_("description (Traditional Chinese)")),
    "from_tier": Word(_("from which tier on"), _tier),
    "products": Word(_("only with these cards"), _listed),
    "stores": Word(_("only at these stores"), _listed),
    "per_day": Word(_("limit per day")),
    "per_month": Word(_("limit per month")),
    "per_year": Word(_("limit per year")),
    "per_card": Word(_("limit per card term")),
    "per_household": Word(_("limit per household and year")),
    "value_minor": Word(_("worth to the member per use"), _money),
    "cost_minor": Word(_("cost to the company per use"), _money),
    "starts_on": Word(_("can be used from"), _day),
    "last_valid_on": Word(_("can be used through"), _day),
}
"""The fields of a request, as its reader wants them."""

KINDS: Mapping[str, str | Promise] = {
    "card": pgettext_lazy("kind of benefit", "Card"),
    "basic": pgettext_lazy("kind of benefit", "Basic"),
    "tier": pgettext_lazy("kind of benefit", "Tier"),
    "event": pgettext_lazy("kind of benefit", "Event"),
}
ADVICE: Mapping[Advice, str | Promise] = {
    Advice.KEEP: pgettext_lazy("suggestion", "Keep"),
    Advice.CHANGE: pgettext_lazy("suggestion", "Change"),
    Advice.RETIRE: pgettext_lazy("suggestion", "Retire"),
    Advice.WAIT: pgettext_lazy("suggestion", "Wait"),
}
BECAUSE: Mapping[str, str | Promise] = {
    "too_new": _("It has not been there for the months that count."),
    "nobody_can": _("Nobody may use it."),
    "unused": _("Nobody used it."),
    "little_reach": _("It reaches few of those who may use it."),
    "dear": _("It costs much of what it is worth to members."),
    "missed": _("Many reservations are missed."),
    "fine": _("Used, within its cost."),
}
