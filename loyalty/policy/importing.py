"""MEM-13 · B3.1 — a row of a file read as a line of a receipt: what each column means, and what is wrong with it.

Nothing is guessed: an identifier that a spreadsheet has turned into `1E+17`, a day that may be two days, a piece that was
sold nought times are errors of the row. What looks like a formula is text like any other.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from core import money

FIELDS = ("document", "occurred", "amount", "quantity", "price", "sku", "description", "category", "member", "store",
          "original")  # fmt: skip
IDENTIFIERS = {"document": 40, "sku": 40, "member": 60, "store": 20, "original": 40}
MEMBER_IS = ("reference", "number", "card", "phone")
DATES = ("ymd", "dmy", "mdy")
RATE_DECIMALS = 6
LARGEST_QUANTITY = 1_000_000
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_FLOAT_OF_WHOLE = re.compile(r"([0-9]+)\.0")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,6})?")
_DAY = re.compile(
    r"([0-9]{1,4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,4})日?(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?"
)


@dataclass(frozen=True)
class Layout:
    """What stands in which column, how it is written, and what a unit of the file's currency is worth in ours."""

    columns: Mapping[str, int]
    dates: str = "ymd"
    decimal_comma: bool = False
    member_is: str = "reference"
    return_prefix: str = ""
    decimals: int = 2
    rate: Decimal = Decimal(1)


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a column: the code of its sentence and what that needs."""

    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A line of a receipt or of a credit note; amounts and quantities are positive in both."""

    document: str
    occurred: datetime
    is_return: bool
    net_minor: int
    quantity: int
    sku: str = ""
    description: str = ""
    category: str = ""
    member: str = ""
    store: str = ""
    original: str = ""


def lacking(columns: Mapping[str, int]) -> list[str]:
    """What must be in a file and has no column: a number, a moment, and an amount or a price for each piece."""
    found = [name for name in ("document", "occurred") if name not in columns]
    if "amount" not in columns and not {"price", "quantity"} <= columns.keys():
        found.append("amount")
    return found


def read(cells: Sequence[str], *, layout: Layout) -> tuple[Row | None, list[Wrong], str]:
    """MEM-13 · B3.1 — the line, what is wrong (all of it), and the number of the receipt as far as it can be read."""
    wrong: list[Wrong] = []
    said = {name: _plain(cells[place]) if place < len(cells) else "" for name, place in layout.columns.items()}
    for name, most in IDENTIFIERS.items():
        said[name] = _identifier(name, said.get(name, ""), most, wrong)
    occurred = _moment(said.get("occurred", ""), layout.dates)
    if occurred is None:
        wrong.append(Wrong("occurred", "date_unreadable"))
    if not said["document"]:
        wrong.append(Wrong("document", "receipt_number_missing"))
    quantity = _quantity(said, layout, wrong)
    minor = _minor(said, quantity, layout, wrong)
    is_return = quantity < 0 or minor < 0
    if layout.return_prefix and said["document"]:
        marked = said["document"].startswith(layout.return_prefix)
        if marked != is_return and not (minor == 0 and quantity > 0 and not marked):
            wrong.append(Wrong("quantity", "return_not_marked" if is_return else "return_without_minus"))
    if wrong or occurred is None:
        return None, wrong, said["document"]
    row = Row(
        said["document"], occurred, is_return, abs(minor), abs(quantity), said["sku"],
        said.get("description", "")[:120], said.get("category", "")[:40], said["member"], said["store"],
        said["original"],
    )  # fmt: skip
    return row, [], row.document


def _plain(text: str) -> str:
    """One line, without what cannot be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text[:2_000]).split())


def _identifier(name: str, text: str, most: int, wrong: list[Wrong]) -> str:
    if _SCIENTIFIC.fullmatch(text):
        wrong.append(Wrong(name, "number_in_scientific_form"))
        return ""
    if len(text) > most:
        wrong.append(Wrong(name, "text_too_long", {"most": most}))
        return ""
    whole = _FLOAT_OF_WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _quantity(said: Mapping[str, str], layout: Layout, wrong: list[Wrong]) -> int:
    if "quantity" not in layout.columns:
        return 1
    number = _number(said["quantity"], layout)
    if number is None or number != number.to_integral_value() or abs(number) > LARGEST_QUANTITY:
        wrong.append(Wrong("quantity", "quantity_unreadable"))
    elif number == 0:
        wrong.append(Wrong("quantity", "quantity_zero"))
    else:
        return int(number)
    return 1


def _minor(said: Mapping[str, str], quantity: int, layout: Layout, wrong: list[Wrong]) -> int:
    """The amount of the line in our minor units, rounded once; below zero for a return."""
    column = "amount" if "amount" in layout.columns else "price"
    number = _number(said[column], layout)
    if number is None:
        wrong.append(Wrong(column, "amount_unreadable"))
        return 0
    if column == "price" and number < 0:
        wrong.append(Wrong(column, "price_below_zero"))
        return 0
    amount = number * quantity if column == "price" else number
    if column == "amount" and (number < 0) != (quantity < 0) and number and "quantity" in layout.columns:
        amount = -abs(number) if quantity < 0 else number
    minor = int((amount * layout.rate).scaleb(layout.decimals).quantize(Decimal(1), ROUND_HALF_UP))
    if abs(minor) > money.LARGEST_MINOR:
        wrong.append(Wrong(column, "money_too_large"))
        return 0
    return minor


def _number(text: str, layout: Layout) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text[:40]).replace("−", "-").lstrip("¥£$€ ")
    if layout.decimal_comma:
        plain = plain.replace(".", "").replace(",", ".")
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def _moment(text: str, order: str) -> datetime | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    first, second, third, hour, minute, seconds = (int(part or 0) for part in found.groups())
    year, month, day = {"ymd": (first, second, third), "dmy": (third, second, first), "mdy": (third, first, second)}[
        order
    ]
    try:
        return datetime(year, month, day, hour, minute, seconds) if 1970 <= year <= 2999 else None  # noqa: DTZ001  (a wall clock)
    except ValueError:
        return None
