"""`manage.py verify` finds nothing in a sound shop, and finds each thing that is broken behind the programme's back."""

import pytest
from django.db import connection

from cards.models import CardNumber, NumberSeries
from core import clock, guards, verify
from core.models import Approval, User
from tests.cards import products as shelf

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return {one.code for one in verify.invariants() if one.code.startswith("P") and verify.look(one).broken}


def behind_its_back(sql: str) -> None:
    """As the owner of the database would, with the guards lifted."""
    lifted = guards.declared()
    with connection.cursor() as cursor:
        for statement in (s for guard in lifted for s in guard.lifting(connection.vendor)):
            cursor.execute(statement)
        cursor.execute(sql)


def test_a_sound_shop(planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    shelf.revision(product, by=planner)
    assert broken() == set()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE cards_productversion SET author_id = (SELECT decided_by_id FROM core_approval LIMIT 1)", "P1"),
        ("UPDATE cards_productversion SET price_minor = 1", "P2"),
        ("UPDATE cards_entitlement SET per_day = 99", "P2"),
        ("DELETE FROM cards_price", "P3"),
        ("UPDATE cards_cardnumber SET state = 'assigned'", "P4"),
        ("UPDATE cards_cardnumber SET number = '0' || substr(number, 2)", "P5"),
        ("UPDATE cards_numberseries SET next_sequence = 1", "P5"),
    ],
)
def test_what_is_broken_is_found(planner: User, director: User, sql: str, code: str):
    shelf.on_sale(by=planner, approver=director)
    behind_its_back(sql)
    assert broken() == {code}


def test_a_price_that_nobody_approved_is_found(planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    waiting = Approval.objects.create(kind="price", subject="x", title="x", author=planner)
    product.prices.create(amount_minor=1, starts_on=clock.today(), approval=waiting)
    assert broken() == {"P3"}
    assert NumberSeries.objects.count() == 1
    assert CardNumber.objects.count() == 20
