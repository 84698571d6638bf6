"""A member's points in plain Python lists: the model that the ledger in the database is held against."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, field

LIMIT = 2_000


@dataclass
class PlainLot:
    points: int
    left: int
    ends: dt.date
    matures: dt.date | None


@dataclass
class PlainPoints:
    """Everything by the simplest loop that is obviously right."""

    today: dt.date
    lots: list[PlainLot] = field(default_factory=list)
    owed: int = 0
    held: int = 0

    @property
    def available(self) -> int:
        return sum(lot.left for lot in self.lots if lot.matures is None)

    @property
    def pending(self) -> int:
        return sum(lot.left for lot in self.lots if lot.matures is not None)

    def usable(self) -> int:
        return sum(lot.left for lot in self.lots if lot.matures is None and lot.ends >= self.today)

    def earn(self, points: int, *, on: dt.date, waits: bool) -> PlainLot:
        matures = on + dt.timedelta(days=7)
        month = on.year * 12 + on.month - 1 + 24
        year, number = divmod(month, 12)
        ends = dt.date(year, number + 1, monthrange(year, number + 1)[1])
        lot = PlainLot(points, points, ends, matures if waits and matures > self.today else None)
        self.lots.append(lot)
        self._pay([lot])
        return lot

    def take(self, points: int) -> list[tuple[PlainLot, int]] | None:
        """One point at a time from the lot that ends first, the older of equals; None when there are too few."""
        if points > self.usable():
            return None
        return self._one_by_one(points, [lot for lot in self.lots if lot.ends >= self.today])

    def put_back(self, takes: list[tuple[PlainLot, int]]) -> None:
        for lot, points in takes:
            lot.left += points
        self._pay([lot for lot, _ in reversed(takes)])

    def take_back(self, lot: PlainLot, points: int) -> None:
        own = min(points, lot.left)
        lot.left -= own
        rest = points - own
        found = self._one_by_one(min(rest, self.available), self.lots)
        rest -= sum(count for _, count in found)
        self.owed += min(rest, LIMIT - self.owed)

    def night(self) -> None:
        for lot in self.lots:
            if lot.matures is not None and lot.matures <= self.today:
                lot.matures = None
                self._pay([lot])
        for lot in self.lots:
            if lot.matures is None and lot.ends < self.today:
                lot.left = 0

    def _one_by_one(self, points: int, lots: list[PlainLot]) -> list[tuple[PlainLot, int]]:
        takes: list[tuple[PlainLot, int]] = []
        for _ in range(points):
            lot = min((x for x in lots if x.left and x.matures is None), key=lambda x: (x.ends, self.lots.index(x)))
            lot.left -= 1
            if takes and takes[-1][0] is lot:
                takes[-1] = (lot, takes[-1][1] + 1)
            else:
                takes.append((lot, 1))
        return takes

    def _pay(self, lots: list[PlainLot]) -> None:
        for lot in lots:
            if lot.matures is None:
                part = min(self.owed, lot.left)
                lot.left -= part
                self.owed -= part
