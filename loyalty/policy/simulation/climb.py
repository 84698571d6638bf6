"""LOY-17 — a member's tier while her history is replayed: judged at each purchase and in the nights that count."""

from dataclasses import dataclass, field, replace
from datetime import date

from loyalty.policy import activity, tiers
from loyalty.policy.parameters import TierParameters
from loyalty.policy.simulation.history import Acted, Bought, Guaranteed, Returned
from loyalty.policy.tiers import Figures, Standing, Verdict, Why

NEVER = date.max


@dataclass
class Climb:
    """Her standing (None: never judged into one), what it was decided by, and what she bought: day, store, net of what came
    back, and how many changes there had been before.
    """

    standing: Standing | None = None
    bought: dict[int, tuple[date, str, int, int]] = field(default_factory=dict)
    acted: tuple[Acted, ...] = ()
    guaranteed: tuple[Guaranteed, ...] = ()
    changes: tuple[tuple[Why, Standing, str], ...] = ()
    review: date = NEVER

    def fork(self) -> "Climb":
        return replace(self, bought=dict(self.bought))

    def on(self, policy: TierParameters, *, day: date | None = None) -> Standing:
        """Who has no tier yet stands on the lowest; a guarantee is its floor."""
        now = self.standing or Standing(policy.ladder[0].code)
        held = next((one for one in reversed(self.guaranteed) if day and one.holds(day)), None)
        return replace(now, floor=held.tier, floor_through=held.through) if held else now

    def buys(self, fact: Bought) -> None:
        self.bought[fact.key] = (fact.on, fact.store, fact.net_minor, len(self.changes))

    def figures(self, day: date, policy: TierParameters) -> Figures:
        """LOY-01 · C6.1 — net spend of the window; a visit is a day at a store with something kept; the activity score."""
        first, last = tiers.window(day, parameters=policy)
        counted = [row for row in self.bought.values() if first <= row[0] <= last and row[2] > 0]
        times: dict[str, int] = {}
        for fact in self.acted:
            if first <= fact.on <= last:
                times[fact.signal] = times.get(fact.signal, 0) + fact.times
        score = activity.score(times, signals=policy.signals) if times else 0
        return Figures(sum(row[2] for row in counted), len({row[:2] for row in counted}), score)

    def judge(self, day: date, policy: TierParameters) -> None:
        """LOY-02 · B8.1 — up at once, down only after the promise and its grace."""
        now = self.on(policy, day=day)
        verdict = tiers.judge(now, self.figures(day, policy), on=day, parameters=policy)
        if verdict.changed or verdict.promised_through != now.promised_through:
            self._write(now, verdict, day, policy)
        elif self.review <= day:
            self.review = tiers.review_on(verdict.promised_through, on=day, parameters=policy) or NEVER

    def rise(self, day: date, policy: TierParameters) -> None:
        """LOY-02 · C6.2 — judged only where figures or a guarantee reach beyond what she holds, as the night does it."""
        now = self.on(policy, day=day)
        rank = {tier.code: place for place, tier in enumerate(policy.ladder)}
        reached = rank[tiers.reached(self.figures(day, policy), ladder=policy.ladder)]
        if max(reached, rank.get(now.floor, 0)) > rank.get(now.tier, 0):
            self.judge(day, policy)

    def returns(self, fact: Returned, policy: TierParameters) -> None:
        """LOY-02, LOY-08 · B8.1 — goods came back: a tier that they had helped to reach is decided anew."""
        day = fact.day
        on, store, left, changes = self.bought[fact.purchase]
        self.bought[fact.purchase] = (on, store, max(left - fact.net_minor, 0), changes)
        if not tiers.may_undo(fact.undoes or on, on=day, parameters=policy):
            return
        now = self.on(policy, day=day)
        won = [
            (replace(before, floor=now.floor, floor_through=now.floor_through), tier)
            for before, tier in tiers.won(self.changes[changes:], parameters=policy)
        ]
        verdict = tiers.undo(won, self.figures(day, policy), on=day, parameters=policy) if won else None
        if verdict:
            self._write(now, verdict, day, policy)

    def _write(self, now: Standing, verdict: Verdict, day: date, policy: TierParameters) -> None:
        before = Standing(now.tier, now.promised_through)
        self.changes = (*self.changes, (verdict.why, before, verdict.tier))
        self.standing = Standing(verdict.tier, verdict.promised_through)
        self.review = tiers.review_on(verdict.promised_through, on=day, parameters=policy) or NEVER
