"""A refusal is an answer, not an error: the rule said no, and says why and from when it would say yes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from core import show
from core.rules import RuleBroken

_wording: dict[str, str | Promise] = {}


class Refusal(RuleBroken):
    """Raised by operations. `code` names the reason, `params` fill its sentence, `status` is the HTTP answer.

    Whoever shows refusals catches `RuleBroken`, so that what a pure rule says is worded the same way.
    """

    def __init__(
        self, code: str, *, status: int = 409, allowed_from: dt.date | dt.datetime | None = None, **params: Any
    ) -> None:
        super().__init__(code, **params)
        self.status = status
        self.allowed_from = allowed_from

    def __str__(self) -> str:
        return sentence(self.code, **self.params)


def word(sentences: Mapping[str, str | Promise]) -> None:
    """Enter an app's refusal wording (`<app>/wording.py`) in the one table; a code is worded once."""
    if twice := _wording.keys() & sentences.keys():
        raise ValueError(f"worded twice: {sorted(twice)}")
    _wording.update(sentences)


def sentence(code: str, **params: Any) -> str:
    """The refusal in the reader's language."""
    return str(_wording[code]) % {name: _shown(value) for name, value in params.items()}


def unfilled(code: str) -> str:
    """The sentence of a code, its gaps left open."""
    return str(_wording[code])


def _shown(value: Any) -> Any:
    """Days and moments as the reader writes them, in the business time zone."""
    if isinstance(value, dt.datetime):
        return show.moment(value)
    return show.day(value) if isinstance(value, dt.date) else value


def said(refusal: RuleBroken) -> str:
    """What a refusal of any layer says to the reader."""
    return sentence(refusal.code, **refusal.params)


def worded_codes() -> frozenset[str]:
    return frozenset(_wording)
