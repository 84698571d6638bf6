import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import numbers

SEQUENCES = st.integers(0, 10**9 - 1)


@given(SEQUENCES)
def test_a_number_is_read_back_from_its_printed_form(sequence):
    number = numbers.card_number("862026", sequence)
    assert len(number) == numbers.NUMBER_DIGITS
    assert numbers.read_card_number(numbers.display_number(number)) == number
    assert numbers.looks_like_card_number(number)


@given(SEQUENCES, st.integers(0, 15), st.integers(1, 9))
def test_a_single_wrong_digit_is_always_noticed(sequence, place, change):
    number = numbers.card_number("862026", sequence)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    with pytest.raises(numbers.NumberRefused, match="card_number_mistyped"):
        numbers.read_card_number(wrong)


def test_the_check_digit_is_that_of_iso_7812():
    assert numbers.luhn_digit("7992739871") == "3"
    assert numbers.luhn_digit("411111111111111") == "1"


@pytest.mark.parametrize(
    "typed",
    ["4111 1111 1111 1111", "4111-1111-1111-1111\r\n", "４１１１１１１１１１１１１１１１", "\ufeff4111–1111–1111–1111"],
)
def test_scanners_and_full_width_keyboards_are_forgiven(typed):
    assert numbers.read_card_number(typed) == "4111111111111111"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "card_number_unreadable"),
        ("4111x111", "card_number_unreadable"),
        ("٤١١١١١١١١١١١١١١١", "card_number_unreadable"),
        ("4.11111E+15", "card_number_unreadable"),
        ("411", "card_number_wrong_length"),
        ("9" * 10_000, "card_number_wrong_length"),
        ("4111111111111112", "card_number_mistyped"),
    ],
)
def test_what_is_no_card_number_is_refused_with_its_reason(typed, code):
    with pytest.raises(numbers.NumberRefused, match=f"^{code}$"):
        numbers.read_card_number(typed)
    assert not numbers.looks_like_card_number(typed)


@pytest.mark.parametrize(("prefix", "sequence"), [("862026", 10**9), ("862026", -1), ("86A", 1)])
def test_a_series_that_has_no_such_number_is_a_bug(prefix, sequence):
    with pytest.raises(ValueError, match="no such number"):
        numbers.card_number(prefix, sequence)


def test_a_receipt_shows_the_last_four_digits():
    assert numbers.masked_number("4111111111111234") == "•••• 1234"


@given(st.binary(min_size=8, max_size=16))
def test_an_activation_code_is_read_back_however_it_is_typed(random):
    code = numbers.activation_code(random)
    assert len(code) == numbers.CODE_CHARACTERS
    assert not set(code) & set("ILOU")
    printed = numbers.display_activation_code(code)
    misread = printed.lower().replace("1", "l").replace("0", "o")
    assert numbers.read_activation_code(printed) == numbers.read_activation_code(f" {misread} ") == code


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-JKMU", "ABCD-EFGH-JKM!", "密" * 12])
def test_what_is_no_activation_code_is_refused(typed):
    with pytest.raises(numbers.CodeUnreadable, match="activation_code_unreadable"):
        numbers.read_activation_code(typed)


def test_too_little_randomness_is_a_bug():
    with pytest.raises(ValueError, match="random bits"):
        numbers.activation_code(b"1234567")
    with pytest.raises(ValueError, match="10 characters"):
        numbers.activation_code(b"12345678", characters=8)
