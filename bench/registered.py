"""Every benchmark, in the order in which they are printed."""

from bench.bulk import Arriving, TenTimesThePurchases
from bench.counter import Activate, LookUp, Use
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
)


def find(name: str) -> Benchmark:
    return next(one for one in ALL if one.name == name)
