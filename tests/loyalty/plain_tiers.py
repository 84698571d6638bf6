"""A member's tiers computed from what happened, with plain lists and the policy alone: what the database must agree with."""

import datetime as dt
from dataclasses import dataclass, field

from loyalty.policy import activity, tiers
from loyalty.policy.parameters import TierParameters
from loyalty.policy.tiers import Figures, Standing

Row = tuple[str, str, str, dt.date, dt.date | None, int, int, int]
DAY = dt.timedelta(days=1)


@dataclass
class Bought:
    on: dt.date
    minor: int
    place: int
    returned: bool = False


@dataclass
class Plain:
    """Replays a life: purchases, returns, days with activity, nights. `rows` is the history as it should stand."""

    policy: TierParameters
    standing: Standing = field(init=False)
    review: dt.date | None = None
    bought: list[Bought] = field(default_factory=list)
    logins: set[dt.date] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    made_after: list[int] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.standing = Standing(self.policy.ladder[0].code)

    def buy(self, on: dt.date, minor: int) -> None:
        self.settle(on - DAY)
        self.bought.append(Bought(on, minor, len(self.bought)))
        self.judge(on)

    def give_back(self, number: int, on: dt.date) -> None:
        self.settle(on)
        one = self.bought[number]
        one.returned = True
        if not tiers.may_undo(one.on, on=on, parameters=self.policy):
            return
        rows = zip(self.rows, self.made_after, self.standings, strict=True)
        since = [(tiers.Why(row[2]), before, row[1]) for row, after, before in rows if after > number]
        won = tiers.won(since, parameters=self.policy)
        verdict = tiers.undo(won, self.figures(on), on=on, parameters=self.policy) if won else None
        if verdict:
            self.write(verdict, on)

    def morning(self, on: dt.date) -> None:
        """The night before a day: what was due, then whoever was active the day before."""
        self.settle(on)
        if on - DAY in self.logins:
            self.judge(on)

    def settle(self, through: dt.date) -> None:
        while self.review is not None and self.review <= through:
            self.judge(self.review)

    def judge(self, on: dt.date) -> None:
        verdict = tiers.judge(self.standing, self.figures(on), on=on, parameters=self.policy)
        if verdict.changed or verdict.promised_through != self.standing.promised_through:
            self.write(verdict, on)
        elif self.review is not None and self.review <= on:
            self.review = tiers.review_on(verdict.promised_through, on=on, parameters=self.policy)

    def write(self, verdict: tiers.Verdict, on: dt.date) -> None:
        found = self.figures(on)
        self.standings.append(self.standing)
        self.rows.append((self.standing.tier, verdict.tier, str(verdict.why), on, verdict.promised_through,
                          found.spend_minor, found.visits, found.activity))  # fmt: skip
        self.made_after.append(len(self.bought))
        self.standing = Standing(verdict.tier, verdict.promised_through)
        self.review = tiers.review_on(verdict.promised_through, on=on, parameters=self.policy)

    def figures(self, on: dt.date) -> Figures:
        first, last = tiers.window(on, parameters=self.policy)
        kept = [one for one in self.bought if first <= one.on <= last and not one.returned]
        days = {day for day in self.logins if first <= day <= last and day < self.seen}
        score = activity.score({activity.LOG_IN: len(days)}, signals=self.policy.signals)
        return Figures(sum(one.minor for one in kept), len({one.on for one in kept}), score)

    seen: dt.date = dt.date.min
    """The day that has begun: activity before it has been counted."""
