"""How points come and go in tests: keys that never repeat, a day that stands still."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from cards.models import CounterConfirmation
from core import clock, verify
from core.models import Store, User
from loyalty.models import PointAccount
from loyalty.operations.ledger import Cause
from members.models import Member
from tests.cards.counter_cast import at_counter, card, fresh_limits, her_phone  # noqa: F401
from tests.cards.shop import buyer, product  # noqa: F401

_keys = itertools.count(1)


def cause(key: str | None = None, source: str = "test") -> Cause:
    return Cause(source, key or f"key-{next(_keys)}")


def balances(member: Member) -> tuple[int, int, int, int]:
    """Available, pending, held, owed."""
    account = PointAccount.objects.get(pk=member.pk)
    return account.available, account.pending, account.held, account.owed


def broken(*besides: str) -> list[tuple[str, Any]]:
    """What does not hold of loyalty, nor of the modules of invariants named besides."""
    ours = [one for one in verify.invariants() if one.check.__module__.startswith(("loyalty.", *besides))]
    return [(one.code, found.examples) for one in ours if (found := verify.look(one)).broken]


def says_yes(member: Member, clerk: User, store: Store) -> None:
    """She read out what was sent to her, for whatever is done in this test."""
    CounterConfirmation.objects.bulk_create(
        CounterConfirmation(member=member, clerk=clerk, store=store, points=10**9) for _ in range(5)
    )


@pytest.fixture
def her_yes(wanqing: Member, clerk: User, store: Store) -> None:
    says_yes(wanqing, clerk, store)


@pytest.fixture
def on_a_monday(noon: dt.datetime) -> Iterator[dt.datetime]:
    with clock.stopped(noon):
        yield noon
