"""Whatever is pasted into a field, the answer is a value or a refusal with a code: never a crash, never an echo."""

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from cards.policy import codes, numbers
from core import money
from core.rules import RuleBroken
from members.policy import emails, identity, names, phones

READERS: dict[str, Callable[[str], object]] = {
    "name": names.normalise,
    "phone": phones.normalise,
    "email": emails.normalise,
    "money": lambda text: money.parse(text, currency="CNY"),
    "card number": numbers.read_card_number,
    "activation code": numbers.read_activation_code,
    **{f"identity {kind}": partial(identity.parse, kind=kind, today=date(2026, 11, 22)) for kind in identity.Kind},
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_every_naughty_string_is_read_or_refused(read, shared_data: Path):
    strings = json.loads((shared_data / "nasty/blns/blns.json").read_text())
    assert len(strings) > 400
    for text in strings:
        value, refused = _try(read, text)
        if refused is None:
            assert str(value).isprintable() or not str(value).isascii()
        else:
            assert refused.code.replace("_", "").isalpha()
            assert not any(text and text == str(param) for param in refused.params.values())


def _try(read: Callable[[str], object], text: str) -> tuple[object, RuleBroken | None]:
    try:
        return read(text), None
    except RuleBroken as refused:
        return None, refused


def test_no_naughty_string_looks_like_a_card(shared_data: Path):
    strings = json.loads((shared_data / "nasty/blns/blns.json").read_text())
    assert not any(codes.looks_like_code(text) or numbers.looks_like_card_number(text) for text in strings)
