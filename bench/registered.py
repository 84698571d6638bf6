"""Every benchmark, in the order in which they are printed."""

from collections.abc import Sequence

from bench.bulk import Arriving, TenTimesThePurchases
from bench.counter import Activate, LookUp, Use
from bench.desk import DeskQueue, DeskSearch, ReckonAnew
from bench.harness import Benchmark
from bench.lists import Lists
from bench.pages import Pages
from bench.points import Earn, HotEarn, HotRedeem, Lapse, Redeem, TenTimesTheLots
from bench.renewal import DailyReminders, NothingDue, TenTimesTheCards
from bench.tiers import AllTiers, DueTiers

ALL: tuple[Benchmark, ...] = (
    Arriving(),
    TenTimesThePurchases(),
    DailyReminders(),
    NothingDue(),
    TenTimesTheCards(),
    Earn(),
    Redeem(),
    HotEarn(),
    HotRedeem(),
    Lapse(),
    TenTimesTheLots(),
    DueTiers(),
    AllTiers(),
    LookUp(),
    Activate(),
    Use(),
    Pages(),
    Lists(),
    DeskQueue(),
    DeskSearch(),
    ReckonAnew(),
)


def chosen(names: Sequence[str]) -> list[Benchmark]:
    """Those so named; a name that is none stands for all that begin with it. All where none is named."""
    known = {one.name for one in ALL}
    beginnings = tuple(name for name in names if name not in known)
    return [one for one in ALL if not names or one.name in names or one.name.startswith(beginnings)]


def find(name: str) -> Benchmark:
    return next(one for one in ALL if one.name == name)
