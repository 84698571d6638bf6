"""How many statements points may cost: one table of ceilings, for either database.

In a test the transaction of an operation is a savepoint, so two of each count are its SAVEPOINT and RELEASE; parameters have
been read from the cache before.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import parameters
from loyalty.operations import points
from loyalty.policy.parameters import PointsParameters
from members.models import Member
from tests.loyalty.conftest import cause

SQLITE, POSTGRES = 0, 1
MOST = {"earn": (10, 5), "redeem": (12, 7)}


@pytest.mark.parametrize("lots", [1, 3])
def test_earning_and_redeeming(wanqing: Member, lots: int) -> None:
    parameters.in_force(PointsParameters)
    for _ in range(lots):
        points.accrue(wanqing, 100, cause=cause(), waits=False)
    held("earn", lambda: points.accrue(wanqing, 10, cause=cause()))
    held("redeem", lambda: points.spend(wanqing, 100 * lots, cause=cause()))


def held(name: str, work: Callable[[], object]) -> None:
    with CaptureQueriesContext(connection) as asked:
        work()
    ceiling = MOST[name][POSTGRES if connection.vendor == "postgresql" else SQLITE]
    assert len(asked) <= ceiling, f"{name}: {len(asked)}\n" + "\n".join(one["sql"][:150] for one in asked)
