import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money
from core.money import Money

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=40).filter(any)


def test_amounts_of_one_currency_add_subtract_and_compare():
    assert Money(150, "CNY") + Money(50, "CNY") - Money(1, "CNY") == Money(199, "CNY")
    assert -Money(150, "CNY") * 2 == Money(-300, "CNY")
    assert Money(1, "CNY") < Money(2, "CNY") <= Money(2, "CNY")
    assert Money(3, "CNY") > Money(2, "CNY") >= Money(2, "CNY")


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b])
def test_two_currencies_never_meet_in_one_sum(mix):
    with pytest.raises(money.CurrencyMismatch):
        mix(Money(1, "CNY"), Money(1, "HKD"))


@pytest.mark.parametrize("minor", [1.0, True, "1"])
def test_money_is_counted_in_whole_minor_units(minor):
    with pytest.raises(TypeError):
        Money(minor, "CNY")


@pytest.mark.parametrize(
    ("currency", "decimals"), [("CNY", 2), ("HKD", 2), ("TWD", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)]
)
def test_the_minor_unit_is_that_of_iso_4217(currency, decimals):
    assert money.exponent(currency) == decimals


def test_a_word_is_no_currency():
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, "yuan")


@given(AMOUNTS, WEIGHTS)
def test_the_parts_of_an_allocation_sum_to_the_total_and_stray_less_than_a_unit(total, weights):
    parts = money.allocate(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )


def test_what_cannot_be_shared_evenly_goes_to_the_largest_remainder_and_then_to_the_first():
    assert money.allocate(10_000, [1, 1, 1]) == [3_334, 3_333, 3_333]
    assert money.allocate(100, [50, 30, 21]) == [49, 30, 21]
    assert money.allocate(-10, [1, 1, 1]) == [-4, -3, -3]
    assert money.allocate(5, [0, 1]) == [0, 5]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_an_allocation_by_nothing_is_a_bug(weights):
    with pytest.raises(ValueError, match="weights"):
        money.allocate(1, weights)


def test_a_discount_is_rounded_half_up_on_the_minor_unit():
    assert money.percentage(5, 1_000) == 1  # half a fen
    assert money.percentage(4, 1_000) == 0
    assert money.percentage(-5, 1_000) == -1
    assert money.percent_off(29_900, 1_200) == 26_312
    assert money.percent_off(5, 1_000) == 4


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=10_000))
def test_discount_and_price_make_up_the_whole_and_neither_is_negative(amount, bps):
    price, discount = money.percent_off(amount, bps), money.percentage(amount, bps)
    assert price + discount == amount
    assert price >= 0
    assert discount >= 0


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,299.00", "CNY", 129_900),
        ("１，２９９．５", "CNY", 129_950),
        (" ￥299 ", "CNY", 29_900),
        ("CNY 299.9", "CNY", 29_990),
        ("299.900", "CNY", 29_990),
        ("1299", "JPY", 1_299),
        ("1299.0", "JPY", 1_299),
        ("0.001", "KWD", 1),
        ("0", "CNY", 0),
    ],
)
def test_an_amount_is_read_as_people_type_it(text, currency, minor):
    assert money.parse(text, currency=currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money_unreadable"),
        ("NaN", "money_unreadable"),
        ("Infinity", "money_unreadable"),
        ("1e309", "money_unreadable"),
        ("12,99", "money_unreadable"),
        ("1.299,00", "money_unreadable"),
        ("1 2", "money_unreadable"),
        (".5", "money_unreadable"),
        ("٣٤", "money_unreadable"),
        ("9" * 200, "money_unreadable"),
        ("-1", "money_negative"),
        ("−1", "money_negative"),
        ("(1.00)", "money_negative"),
        ("1.005", "money_too_many_decimals"),
        ("9" * 40, "money_too_large"),
    ],
)
def test_what_is_not_plainly_an_amount_is_refused(text, code):
    with pytest.raises(money.MoneyRefused, match=f"^{code}$"):
        money.parse(text, currency="CNY")


@given(st.integers(min_value=0, max_value=money.LARGEST_MINOR), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_a_formatted_amount_is_read_back_exactly(minor, currency):
    assert money.parse(money.format_minor(minor, currency), currency=currency) == Money(minor, currency)


def test_amounts_are_formatted_with_the_decimals_of_their_currency():
    assert money.format_minor(129_900, "CNY") == "1299.00"
    assert money.format_minor(-5, "CNY") == "-0.05"
    assert money.format_minor(5, "JPY") == "5"
