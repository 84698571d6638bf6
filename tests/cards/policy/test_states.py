from enum import StrEnum
from typing import Any

import pytest

from cards.policy import states
from cards.policy.states import (
    CARD,
    ORDER,
    PAYMENT,
    PRODUCT,
    VERSION,
    CardState,
    OrderState,
    PaymentState,
    ProductState,
    VersionState,
)

TABLES: dict[str, states.Table[Any]] = {
    "version": VERSION,
    "product": PRODUCT,
    "order": ORDER,
    "payment": PAYMENT,
    "card": CARD,
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_lists_every_state_and_never_a_way_from_a_state_to_itself(table):
    kind: type[StrEnum] = type(next(iter(table)))
    assert set(table) == set(kind)
    assert all(before not in after for before, after in table.items())


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_state_can_be_reached_from_the_first(table):
    first = next(iter(table))
    reached, left = {first}, [first]
    while left:
        new = table[left.pop()] - reached
        reached |= new
        left.extend(new)
    assert reached == set(table)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_move_that_is_not_listed_is_refused(table):
    for before in table:
        for after in table:
            if after in table[before]:
                states.check(table, before, after)
            else:
                with pytest.raises(states.TransitionRefused, match="transition_not_listed"):
                    states.check(table, before, after)


def test_a_refused_move_says_of_what_from_where_to_where():
    with pytest.raises(states.TransitionRefused) as refused:
        states.check(PRODUCT, ProductState.DRAFT, ProductState.ON_SALE)
    assert refused.value.params == {"of": "ProductState", "before": "draft", "after": "on-sale"}


def test_no_product_goes_on_sale_without_approval():
    before_sale = {before for before, after in PRODUCT.items() if ProductState.ON_SALE in after}
    assert before_sale == {ProductState.APPROVED, ProductState.PILOT, ProductState.SUSPENDED}
    assert ProductState.PILOT not in PRODUCT[ProductState.DRAFT] | PRODUCT[ProductState.IN_REVIEW]


def test_an_approved_version_is_never_edited():
    assert not VERSION[VersionState.APPROVED]


def test_a_payment_confirmed_late_is_still_taken():
    states.check(PAYMENT, PaymentState.CANCELLED, PaymentState.SUCCEEDED)
    states.check(ORDER, OrderState.EXPIRED, OrderState.PAID)


def test_a_closed_card_stays_closed():
    assert not CARD[CardState.CLOSED]
