"""CARD-01 · A2.1, CARD-24 · A4.2.2 — how often a benefit may be used, and when again.

Days, months and years are those of the calendar in the business zone; `card` is one term of the card, so that a
renewal opens it anew; `household` is a calendar year of all who live together. A use is written under its period key, and
a use taken back returns to that same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core import periods


class Per(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    CARD = "card"
    HOUSEHOLD = "household"


@dataclass(frozen=True)
class Limit:
    """At most `count` net uses within one such period; a benefit without limits is used freely."""

    per: Per
    count: int


@dataclass(frozen=True)
class Decision:
    """CARD-24, LOY-10 · A4.2.2 — allowed, or refused with a reason and the day from which it is allowed again.

    `left` is how many uses remain before this one (None: without limit). `allowed_again_on` is None where
    waiting does not help; then `at` names the stores, `tier` the tier or `cards` the cards that would. `limit` is the
    limit that stands in the way the longest.
    """

    allowed: bool
    code: str
    left: int | None = None
    limit: Limit | None = None
    allowed_again_on: date | None = None
    at: tuple[str, ...] = ()
    tier: str = ""
    cards: tuple[str, ...] = ()


def period_key(per: Per, *, day: date, term_starts_on: date) -> str:
    """The name of the period that `day` falls in: "day:2026-11-22", "month:2026-11", "year:2026", "card:2026-01-21"."""
    match per:
        case Per.DAY:
            return f"day:{day.isoformat()}"
        case Per.MONTH:
            return f"month:{day:%Y-%m}"
        case Per.YEAR:
            return f"year:{day:%Y}"
        case Per.CARD:
            return f"card:{term_starts_on.isoformat()}"
        case Per.HOUSEHOLD:
            return f"household:{day:%Y}"


def next_period_on(per: Per, *, day: date) -> date | None:
    """The first day of the following period; None for `card`, which only a renewal opens again."""
    match per:
        case Per.DAY:
            return day + timedelta(days=1)
        case Per.MONTH:
            return periods.month_end(day) + timedelta(days=1)
        case Per.YEAR | Per.HOUSEHOLD:
            return date(day.year + 1, 1, 1)
        case Per.CARD:
            return None


def decide(
    limits: Sequence[Limit], *, used: Mapping[str, int], day: date, term_starts_on: date, last_valid_on: date,
    quantity: int = 1,
) -> Decision:  # fmt: skip
    """CARD-24 · A4.2.2 — whether `quantity` uses are allowed on `day`; `used` holds net uses by period key.

    Of several limits reached, the one that opens last gives the reason. A day after the card's last one is no promise:
    then only a renewal helps.
    """
    left = {
        limit: limit.count - used.get(period_key(limit.per, day=day, term_starts_on=term_starts_on), 0)
        for limit in limits
    }
    least = max(0, min(left.values())) if left else None
    reached = [limit for limit in limits if left[limit] < quantity]
    if not reached:
        return Decision(True, "benefit_allowed", left=least)
    if never := next((limit for limit in reached if limit.count < quantity), None):
        return Decision(False, "benefit_never_so_many_at_once", left=least, limit=never)
    longest = max(reached, key=lambda limit: next_period_on(limit.per, day=day) or date.max)
    again = next_period_on(longest.per, day=day)
    if again is None or again > last_valid_on:
        return Decision(False, "benefit_used_up_until_renewal", left=least, limit=longest)
    return Decision(False, "benefit_used_up_for_now", left=least, limit=longest, allowed_again_on=again)
