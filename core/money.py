"""CARD-03 · A2.1.3 — money is whole minor units of one currency (fen, cents, yen), never a float."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.rules import RuleBroken

BASIS_POINTS = 10_000
LARGEST_MINOR = 10**15
_WITHOUT_MINOR_UNIT = frozenset((
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
))  # fmt: skip
_WITH_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<minor>[0-9]+))?")


class MoneyRefused(RuleBroken):
    """`money_unreadable`, `money_negative`, `money_too_many_decimals`, `money_too_large`."""


class CurrencyMismatch(TypeError):
    """Two currencies in one sum: a bug of the caller, never a refusal."""


def exponent(currency: str) -> int:
    """The decimals of the currency's minor unit (ISO 4217): CNY 2, JPY 0, KWD 3."""
    if not re.fullmatch("[A-Z]{3}", currency):
        raise ValueError(f"not an ISO 4217 currency code: {currency!r}")
    return 0 if currency in _WITHOUT_MINOR_UNIT else 3 if currency in _WITH_THREE_DIGITS else 2


@dataclass(frozen=True)
class Money:
    """An amount in minor units of `currency`; adds, subtracts and compares only within its currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money is counted in whole minor units")
        exponent(self.currency)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)


def percentage(amount: int, basis_points: int) -> int:
    """That share of `amount` in minor units (100 basis points = 1 %), half a minor unit rounded away from zero."""
    share = (2 * abs(amount) * abs(basis_points) + BASIS_POINTS) // (2 * BASIS_POINTS)
    return share if (amount < 0) == (basis_points < 0) else -share


def percent_off(amount: int, basis_points: int) -> int:
    """The price that is left of `amount` after the discount; the discount is rounded, the price is the exact rest."""
    return amount - percentage(amount, basis_points)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` by weight so that the parts sum to it exactly; largest remainder, the earlier part wins a tie."""
    whole = sum(weights)
    if not weights or min(weights) < 0 or whole == 0:
        raise ValueError("weights are not negative and not all zero")
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def parse(text: str, *, currency: str) -> Money:
    """Read what a person typed ("1,299.00", full-width digits, a currency sign); refuses all else."""
    plain = unicodedata.normalize("NFKC", text[:100]).strip().removeprefix("¥").removeprefix(currency).strip()
    if plain.startswith(("-", "−", "(")):
        raise MoneyRefused("money_negative")
    found = _AMOUNT.fullmatch(plain)
    if found is None or len(text) > 100:
        raise MoneyRefused("money_unreadable")
    digits, decimals = found["minor"] or "", exponent(currency)
    if len(digits.rstrip("0")) > decimals:
        raise MoneyRefused("money_too_many_decimals", decimals=decimals)
    minor = int(found["whole"].replace(",", "") + digits.rstrip("0").ljust(decimals, "0"))
    if minor > LARGEST_MINOR:
        raise MoneyRefused("money_too_large")
    return Money(minor, currency)


def format_minor(minor: int, currency: str) -> str:
    """Plain digits with the currency's decimals ("1299.00"), for files, logs and tests; screens localise elsewhere."""
    decimals = exponent(currency)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    whole = digits[: len(digits) - decimals] + ("." + digits[-decimals:] if decimals else "")
    return ("-" if minor < 0 else "") + whole
