"""Every benchmark, in the order in which they are printed."""

from bench.counter import Activate, LookUp, Use
from bench.harness import Benchmark
from bench.renewal import DailyReminders, NothingDue, TenTimesTheCards

ALL: tuple[Benchmark, ...] = (DailyReminders(), NothingDue(), TenTimesTheCards(), LookUp(), Activate(), Use())


def find(name: str) -> Benchmark:
    return next(one for one in ALL if one.name == name)
