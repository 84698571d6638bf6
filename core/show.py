"""How money, numbers, days and moments are written in the reader's language; used by pages, messages and documents."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS

from core import clock
from core.money import Money, exponent

SYMBOLS = {
    "CNY": "¥", "JPY": "JP¥", "HKD": "HK$", "MOP": "MOP$", "TWD": "NT$", "SGD": "S$", "USD": "US$", "EUR": "€", "GBP": "£",
}  # fmt: skip
MINUS = "\N{MINUS SIGN}"


def in_chinese() -> bool:
    return (translation.get_language() or settings.LANGUAGE_CODE).startswith("zh")


def money(amount: int | Money, currency: str | None = None, *, whole: bool = False) -> str:
    """`129900` → `¥1,299.00`; with `whole`, an amount without cents drops them: `¥1,299`."""
    if isinstance(amount, Money):
        return money(amount.minor, amount.currency, whole=whole)
    code = currency or settings.CURRENCY
    decimals = exponent(code)
    major, cents = divmod(abs(amount), 10**decimals)
    digits = f"{major:,}" if not decimals or (whole and not cents) else f"{major:,}.{cents:0{decimals}d}"
    symbol = SYMBOLS.get(code, f"{code}\N{NO-BREAK SPACE}")
    return f"{MINUS if amount < 0 else ''}{symbol}{digits}"


def price(amount: int) -> str:
    """`129900` → `¥1,299`: without cents where there are none."""
    return money(amount, whole=True)


def number(value: int) -> str:
    """`12300` → `12,300`, with a true minus sign."""
    return f"{MINUS if value < 0 else ''}{abs(value):,}"


def day(value: dt.date | dt.datetime, *, short: bool = False) -> str:
    """`12 March 2027` · `2027年3月12日`; short: `12 Mar 2027` · `2027/3/12`. A moment is shown as its business day."""
    on = clock.day_of(value) if isinstance(value, dt.datetime) else value
    if in_chinese():
        return f"{on.year}/{on.month}/{on.day}" if short else f"{on.year}年{on.month}月{on.day}日"
    month = str(MONTHS[on.month])
    return f"{on.day}\N{NO-BREAK SPACE}{month[:3] if short else month} {on.year}"


def month(value: dt.date) -> str:
    """`March 2027` · `2027年3月`."""
    return f"{value.year}年{value.month}月" if in_chinese() else f"{MONTHS[value.month]} {value.year}"


def month_day(month: int, day: int) -> str:
    """A day of every year: `1 November` · `11月1日`."""
    return f"{month}月{day}日" if in_chinese() else f"{day}\N{NO-BREAK SPACE}{MONTHS[month]}"


def listed(items: Iterable[str]) -> str:
    """`60, 30, 14` · `60、30、14`."""
    return ("、" if in_chinese() else ", ").join(items)


def moment(value: dt.datetime) -> str:
    """`12 March 2027, 14:05` · `2027年3月12日 14:05`, in the business time zone."""
    local = value.astimezone(clock.zone())
    return f"{day(value)}{' ' if in_chinese() else ', '}{local:%H:%M}"


def time_of_day(value: dt.datetime) -> str:
    """`14:05`, in the business time zone."""
    return f"{value.astimezone(clock.zone()):%H:%M}"
