"""Undoing while others buy under the same programmes, on a server database, with its negative control."""

import threading
from typing import Any

import pytest

from core import clock
from core.models import User
from loyalty.models import EarnBudget, Purchase
from loyalty.operations import budgets, purchases, undoing
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member
from tests import factories
from tests.loyalty.conftest import broken
from tests.loyalty.test_budget_races import in_force
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def members(planner: User, director: User) -> list[Member]:
    """Two rules that share nothing but those whom they give points to."""
    for code, per in (("b", "month"), ("a", "year")):
        capped = {"programme_cap_points": 100_000, "programme_cap_per": per, "cap_points": 90_000, "cap_per": "ever"}
        in_force(
            code, {"kind": "purchase", "effect": "bonus", "points": 7, **capped}, planner=planner, director=director
        )
    found: list[Member] = factories.MemberFactory.create_batch(24)
    return found


def buy(member: Member, key: str) -> Purchase:
    return purchases.record(member, [Line(100)], arrival=Arrival("api", f"{key}:{member.pk}", clock.now()))


def undo(purchase: Purchase) -> Purchase:
    return undoing.undo(purchase, arrival=Arrival("api", f"undo:{purchase.pk}", clock.now()), freed=f"~{purchase.pk}")


def given() -> dict[str, int]:
    return dict(EarnBudget.objects.values_list("rule", "points"))


def test_undoing_and_buying_at_once_count_to_the_point_and_do_not_deadlock(members: list[Member]) -> None:
    bought = [buy(member, "first") for member in members]
    work: list[Any] = [one for pair in zip(bought, members, strict=True) for one in pair]
    answers = at_once(lambda one: undo(one) if isinstance(one, Purchase) else buy(one, "second"), work)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert (given(), broken()) == ({"a": 24 * 7, "b": 24 * 7}, [])


def test_one_purchase_that_many_undo_at_once_is_released_once(members: list[Member]) -> None:
    bought = [buy(member, "first") for member in members[:3]]
    answers = at_once(undo, bought * 8)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert (given(), broken()) == ({"a": 0, "b": 0}, [])


def test_without_the_lock_what_was_given_meanwhile_is_lost(
    members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One buys between the look at the programme and its release."""
    first = buy(members[0], "first")
    real, bought = budgets.hold, threading.Event()

    def buy_meanwhile() -> None:
        at_once(lambda one: buy(one, "second"), members[1:2])
        bought.set()

    def unheld(wanted: Any) -> Any:
        monkeypatch.setattr(budgets, "hold", real)
        found = {(row.rule, row.period): row for row in EarnBudget.objects.all()}
        threading.Thread(target=buy_meanwhile).start()
        assert bought.wait(20)
        return found

    monkeypatch.setattr(budgets, "hold", unheld)
    undo(first)
    assert given() == {"a": 0, "b": 0}
    assert {code for code, _ in broken()} == {"E1"}
