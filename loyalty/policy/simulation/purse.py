"""LOY-17 — a member's points while her history is replayed: lots as the ledger keeps them, without the ledger."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from loyalty.policy import lapse, lots, returns
from loyalty.policy.lots import Lot, Take
from loyalty.policy.parameters import PointsParameters

NEVER = date.max


@dataclass
class Purse:
    """Open lots by key, the day from which a pending one is available, the takes of what was spent, what is owed.

    `ripens` and `lapses` are the next nights in which a lot may mature or lapse; what was spent meanwhile may leave them
    nothing to do.
    """

    open: dict[int, Lot] = field(default_factory=dict)
    pending: dict[int, date] = field(default_factory=dict)
    ends: dict[int, date | None] = field(default_factory=dict)
    taken: dict[int, tuple[Take, ...]] = field(default_factory=dict)
    held: int = 0
    owed: int = 0
    ripens: date = NEVER
    lapses: date = NEVER

    def fork(self) -> "Purse":
        own = Purse(dict(self.open), dict(self.pending), dict(self.ends), dict(self.taken))
        own.held, own.owed, own.ripens, own.lapses = self.held, self.owed, self.ripens, self.lapses
        return own

    @property
    def balance(self) -> int:
        """What the programme owes her: available, pending and set aside, less what she owes."""
        return sum(lot.remaining for lot in self.open.values()) + self.held - self.owed

    def put(self, points: int, *, earned_on: date, waits: bool, day: date, policy: PointsParameters) -> int:
        """LOY-04 · B7.1 — points come in, pending where they wait for a return window; the key of their lot."""
        key = len(self.ends)
        self.ends[key] = lapse.last_valid_on(earned_on, parameters=policy)
        self.open[key] = Lot(key, points, self.ends[key])
        matures_on = earned_on + timedelta(days=policy.pending_days)
        if waits and matures_on > day:
            self.pending[key] = matures_on
            self.ripens = min(self.ripens, matures_on)
        else:
            self._repay([key])
        self.lapses = min(self.lapses, self._lapses(key))
        return key

    @property
    def due(self) -> date:
        return min(self.ripens, self.lapses)

    def night(self, day: date) -> int:
        """LOY-07, LOY-08 — what has waited long enough becomes available, what was good through yesterday lapses."""
        if self.ripens <= day:
            ripe = sorted(key for key, matures_on in self.pending.items() if matures_on <= day)
            for key in ripe:
                del self.pending[key]
            self._repay(ripe)
            self.ripens = min(self.pending.values(), default=NEVER)
        return self._lapse(day) if self.lapses <= day else 0

    def _lapse(self, day: date) -> int:
        gone = [lot for lot in self._available() if lapse.has_lapsed(lot.last_valid_on, on=day)]
        for lot in gone:
            del self.open[lot.key]
        ahead = (max(self._lapses(key), self.pending.get(key, day)) for key in self.open)
        self.lapses = min(ahead, default=NEVER)
        return sum(lot.remaining for lot in gone)

    def spend(self, key: int, points: int, *, day: date) -> int:
        """LOY-06 · B7.2 — out of the lots that lapse first, as far as they reach; how many points were taken."""
        takes, short = lots.take_up_to(self._available(), points, on=day)
        self._apply(takes)
        self.taken[key] = takes
        return points - short

    def give_back(self, key: int, points: int) -> int:
        """LOY-06 · B7.2 — into the lots they came from, with their old last day; how many came back."""
        takes = self.taken.get(key, ())
        back = lots.give_back(takes, min(points, sum(one.points for one in takes)))
        returned = {one.key: -one.points for one in back}
        left = (replace(one, points=one.points - returned.get(one.key, 0)) for one in takes)
        self.taken[key] = tuple(one for one in left if one.points)
        self._apply(back)
        self._repay([one.key for one in back])
        self.lapses = min([self.lapses, *(self._lapses(one.key) for one in back)])
        return sum(returned.values())

    def take_back(self, own: int | None, points: int, *, policy: PointsParameters) -> int:
        """LOY-08 · B7 — from the lot that a purchase left, then from the others, then as a debt; how many were met."""
        lot = self.open.get(own) if own is not None else None
        first = (Take(lot.key, min(lot.remaining, points)),) if lot else ()
        self._apply(first)
        rest = points - sum(one.points for one in first)
        others = [one for one in self._available() if one.key != own]
        takes, short = lots.take_up_to(others, rest, on=date.min)
        self._apply(takes)
        met = returns.meet(short, available=0, owed=self.owed, parameters=policy)
        self.owed += met.owed
        return points - met.written_off

    def _lapses(self, key: int) -> date:
        last = self.ends[key]
        return NEVER if last is None else last + timedelta(days=1)

    def _available(self) -> list[Lot]:
        return [lot for key, lot in self.open.items() if key not in self.pending]

    def _apply(self, takes: tuple[Take, ...]) -> None:
        touched = [self.open.get(one.key) or Lot(one.key, 0, self.ends[one.key]) for one in takes]
        for lot in lots.apply(touched, takes):
            self.open[lot.key] = lot
            if not lot.remaining:
                del self.open[lot.key]
                self.pending.pop(lot.key, None)

    def _repay(self, keys: list[int]) -> None:
        """What is owed is paid by whatever becomes available, lot by lot."""
        for key in keys if self.owed else ():
            part = min(self.owed, self.open[key].remaining)
            self.owed -= part
            self._apply((Take(key, part),))
