"""LOY-04, LOY-13 · B7.1, E2.6 — an earn rule: when it applies, what it gives, how it stands beside others.

A rule is data. Its conditions are answered one by one, so that a dry run can list each as met or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What gives occasion to points (LOY-04 · B7.1)."""

    PURCHASE = "purchase"
    CARD_PURCHASE = "card-purchase"
    RENEWAL = "renewal"
    TASK = "task"
    EVENT = "event"
    REFERRAL = "referral"


class Effect(StrEnum):
    """RATE gives points for every so many minor units, MULTIPLY raises what the rates gave, BONUS is a fixed number."""

    RATE = "rate"
    MULTIPLY = "multiply"
    BONUS = "bonus"
    BONUS_PER_UNIT = "bonus-per-unit"


class Per(StrEnum):
    """Over what a cap counts."""

    PURCHASE = "purchase"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


@dataclass(frozen=True)
class Line:
    """A line of a purchase: net of discount, in minor units, with what it was."""

    net_minor: int
    category: str = ""
    sku: str = ""
    units: int = 1


@dataclass(frozen=True)
class Occasion:
    """The facts that rules are asked about; `at` is the wall clock of the business, `birthday` this year's, if known."""

    kind: Kind
    at: datetime
    lines: tuple[Line, ...] = ()
    tier: str = ""
    store: str = ""
    code: str = ""
    is_first: bool = False
    birthday: date | None = None
    birthday_used: bool = False
    holiday: bool = False

    @property
    def net_minor(self) -> int:
        return sum(line.net_minor for line in self.lines)


@dataclass(frozen=True)
class When:
    """Conditions; an empty one asks nothing. Days are wall-clock days, `starts_at` included, `ends_at` excluded.

    `hours` are half-open intervals in minutes from midnight, `weekdays` count Monday as 0.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    weekdays: frozenset[int] = frozenset()
    days_of_month: frozenset[int] = frozenset()
    hours: tuple[tuple[int, int], ...] = ()
    tiers: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    min_net_minor: int = 0
    first_only: bool = False
    birthday_days: int | None = None
    on_holidays: bool = False


@dataclass(frozen=True)
class Which:
    """Which lines of a purchase a rule looks at; empty sets mean all, an exclusion always wins."""

    categories: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    not_categories: frozenset[str] = frozenset()
    not_skus: frozenset[str] = frozenset()

    def takes(self, line: Line) -> bool:
        if line.category in self.not_categories or line.sku in self.not_skus:
            return False
        if not self.categories and not self.skus:
            return True
        return line.category in self.categories or line.sku in self.skus


@dataclass(frozen=True)
class Cap:
    """At most so many points of a rule per period: for a member, or for all members together."""

    points: int
    per: Per


def period_of(per: Per, day: date) -> str:
    """The period that a cap counts over on the day, as it is written down; a purchase has none."""
    whole = day.isoformat()
    return {Per.PURCHASE: "", Per.DAY: whole, Per.MONTH: whole[:7], Per.YEAR: whole[:4], Per.EVER: "ever"}[per]


@dataclass(frozen=True)
class Rule:
    """A rule as it stood on its day: `code` and `version` name it for ever.

    Of the rules that share a `group`, only the first by `priority` (lower first) that applies is used; rules without a
    group stack. `points` per `per_minor` for RATE, `bps` for MULTIPLY, `points` for a BONUS. `cap` holds for each member,
    `programme_cap` for all of them together.
    """

    code: str
    version: int
    kind: Kind
    effect: Effect
    points: int = 0
    per_minor: int = 0
    bps: int = 10_000
    when: When = field(default_factory=When)
    which: Which = field(default_factory=Which)
    priority: int = 100
    group: str = ""
    cap: Cap | None = None
    programme_cap: Cap | None = None


def counted_in(rule: Rule, day: date, birthday: date | None = None) -> set[str]:
    """The periods in which this rule is counted for a member: its cap's, and the birthday, which comes once a year."""
    return capped_in(rule, day) | ({birthday_period(birthday or day)} if rule.when.birthday_days is not None else set())


def capped_in(rule: Rule, day: date) -> set[str]:
    """The period of its cap; none where there is no cap, or one of a single purchase, which nobody has to count."""
    return {period_of(rule.cap.per, day)} if rule.cap and rule.cap.per is not Per.PURCHASE else set()


def birthday_period(day: date) -> str:
    """Which birthday it was: what lies around New Year belongs to one birthday and not to two calendar years."""
    return f"b{day.year}"


def is_birthday(period: str) -> bool:
    """Whether what is counted there is a birthday that was used up: that it is counted at all says so."""
    return period[:1] == "b"


@dataclass(frozen=True)
class Answer:
    """One condition of a rule: its name, whether it is met, what it asks and what was found."""

    code: str
    met: bool
    wanted: object
    found: object


def always_applies(rule: Rule, *, kind: Kind, tier: str) -> bool:
    """Whether it applies to whatever a member of the tier does of the kind: nothing else is asked."""
    when = rule.when
    mine = not when.tiers or tier in when.tiers
    return rule.kind is kind and mine and replace(when, tiers=frozenset()) == When() and rule.which == Which()


def never_applies(rule: Rule, *, kind: Kind, tier: str) -> bool:
    """Whether it applies to nothing that a member of the tier does of the kind."""
    return rule.kind is not kind or bool(rule.when.tiers and tier not in rule.when.tiers)


def explain(rule: Rule, occasion: Occasion) -> tuple[Answer, ...]:
    """LOY-17 — every condition of the rule, met or not: what a dry run shows."""
    return tuple(_answers(rule, occasion))


def applies(rule: Rule, occasion: Occasion) -> bool:
    """LOY-04 · B7.1 — all conditions are met."""
    return all(answer.met for answer in _answers(rule, occasion))


def _answers(rule: Rule, occasion: Occasion) -> Iterator[Answer]:
    when = rule.when
    yield Answer("kind", rule.kind is occasion.kind, rule.kind, occasion.kind)
    yield from _of_time(when, occasion.at, at_holiday=occasion.holiday)
    for code, wanted, found in (
        ("tier", when.tiers, occasion.tier),
        ("store", when.stores, occasion.store),
        ("code", when.codes, occasion.code),
    ):
        if wanted:
            yield Answer(code, found in wanted, sorted(wanted), found)
    if when.min_net_minor:
        yield Answer("min_net", occasion.net_minor >= when.min_net_minor, when.min_net_minor, occasion.net_minor)
    if when.first_only:
        yield Answer("first", occasion.is_first, True, occasion.is_first)
    if when.birthday_days is not None:
        yield _of_birthday(when.birthday_days, occasion)
    if occasion.lines and rule.which != Which():
        taken = sum(rule.which.takes(line) for line in occasion.lines)
        yield Answer("lines", taken > 0, rule.which, taken)


def _of_time(when: When, at: datetime, *, at_holiday: bool) -> Iterator[Answer]:
    if when.starts_at is not None:
        yield Answer("starts", at >= when.starts_at, when.starts_at, at)
    if when.ends_at is not None:
        yield Answer("ends", at < when.ends_at, when.ends_at, at)
    if when.on_holidays:
        yield Answer("holiday", at_holiday, True, at_holiday)
    if when.weekdays:
        yield Answer("weekday", at.weekday() in when.weekdays, sorted(when.weekdays), at.weekday())
    if when.days_of_month:
        yield Answer("day_of_month", at.day in when.days_of_month, sorted(when.days_of_month), at.day)
    if when.hours:
        minute = at.hour * 60 + at.minute
        yield Answer("hours", any(begin <= minute < end for begin, end in when.hours), when.hours, minute)


def _of_birthday(days: int, occasion: Occasion) -> Answer:
    """Once a year, on the birthday or so many days around it; an unknown birthday is no birthday."""
    if occasion.birthday is None or occasion.birthday_used:
        return Answer("birthday", False, days, None)
    away = abs((occasion.at.date() - occasion.birthday).days)
    return Answer("birthday", away <= days, days, away)
