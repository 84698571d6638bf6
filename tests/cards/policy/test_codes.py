import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import codes
from cards.policy.codes import CodeRefused, Purpose
from cards.policy.parameters import CodeParameters

POLICY = CodeParameters()
KEY, OLD_KEY = b"k" * 32, b"o" * 32
CARD = UUID("12345678-1234-5678-1234-567812345678")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NONCE = b"\x00\x01\x02\x03"


def build(*, key: bytes = KEY, purpose: Purpose = Purpose.PRESENT_CARD, issued_at: datetime = NOW) -> str:
    return codes.build(key, card=CARD, purpose=purpose, issued_at=issued_at, nonce=NONCE)


def verify(token: str, *, after: float = 0, keys=(KEY,), purpose: Purpose = Purpose.PRESENT_CARD) -> codes.Seen:
    now = NOW + timedelta(seconds=after)
    return codes.verify(token, keys=keys, purpose=purpose, now=now, parameters=POLICY)


@given(
    st.uuids(),
    st.sampled_from(Purpose),
    st.binary(min_size=4, max_size=4),
    st.integers(0, 2**32 - 1),
    st.integers(0, 59),
)
def test_a_fresh_code_says_what_it_was_made_of(card, purpose, nonce, epoch, age):
    issued = datetime.fromtimestamp(epoch, UTC)
    token = codes.build(KEY, card=card, purpose=purpose, issued_at=issued, nonce=nonce)
    now = (issued + timedelta(seconds=age)).astimezone(timezone(timedelta(hours=8)))
    seen = codes.verify(token, keys=[KEY], purpose=purpose, now=now, parameters=POLICY)
    assert seen == codes.Seen(card, purpose, issued, nonce.hex())


def test_a_code_makes_a_small_qr():
    assert re.fullmatch("[0-9A-Z]{58}", build())  # version 3, level M, alphanumeric: up to 61 characters
    assert codes.looks_like_code(build())
    assert not codes.looks_like_code("4111111111111111")


@pytest.mark.parametrize(
    ("after", "code"), [(60, "code_expired"), (3_600, "code_expired"), (-6, "code_from_the_future")]
)
def test_a_code_lives_sixty_seconds_and_not_before_it_is_made(after, code):
    verify(build(), after=59.9)
    verify(build(), after=-5)
    with pytest.raises(CodeRefused, match=f"^{code}$"):
        verify(build(), after=after)


def test_a_code_for_one_purpose_is_worth_nothing_for_another():
    with pytest.raises(CodeRefused, match="code_wrong_purpose"):
        verify(build(purpose=Purpose.REDEEM))


@given(st.integers(2, 57), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_code_with_any_other_character_is_forged(place, character):
    token = build()
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(CodeRefused, match="code_forged"):
            verify(changed)


@given(st.text(max_size=70))
def test_whatever_is_scanned_the_answer_is_a_refusal(text):
    with pytest.raises(CodeRefused):
        verify(text)


@pytest.mark.parametrize("token", ["", "T1", "T2" + "A" * 56, "T1" + "!" * 56, "T1" + "=" * 56, "T1" + "A" * 57])
def test_what_is_no_code_is_unreadable(token):
    with pytest.raises(CodeRefused, match="code_unreadable"):
        verify(token)


def test_a_code_signed_by_a_stranger_is_forged_even_if_it_is_also_old():
    with pytest.raises(CodeRefused, match="code_forged"):
        verify(build(key=b"x" * 32), after=3_600)


def test_a_key_being_retired_still_verifies_until_it_is_dropped():
    assert verify(build(key=OLD_KEY), keys=(KEY, OLD_KEY)).card == CARD
    with pytest.raises(CodeRefused, match="code_forged"):
        verify(build(key=OLD_KEY), keys=())


def test_scanners_that_type_in_lower_case_with_a_newline_are_understood():
    assert verify(build().lower() + "\n").card == CARD


@pytest.mark.parametrize(
    ("issued_at", "nonce"),
    [(datetime(2026, 11, 22), NONCE), (NOW, b"123")],  # noqa: DTZ001
)
def test_a_code_without_zone_or_randomness_is_a_bug(issued_at, nonce):
    with pytest.raises(ValueError, match="four random bytes"):
        codes.build(KEY, card=CARD, purpose=Purpose.REDEEM, issued_at=issued_at, nonce=nonce)
