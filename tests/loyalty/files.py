"""Files of purchases as tests hand them in."""

from typing import Any

from core import sweeps
from core.models import User
from loyalty.models import (
    PurchaseImport,
)
from loyalty.operations import imports

HEADER = "Receipt number,Date,Member,Store,Article,Category,Quantity,Amount"


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def hand_in(content: bytes, by: User, **more: Any) -> PurchaseImport:
    return imports.hand_in(content, name=more.pop("name", "till.csv"), origin=more.pop("origin", "till"), by=by)


def named(row: PurchaseImport, by: User, **options: str) -> PurchaseImport:
    from loyalty.admin import import_forms

    options = {"member_is": "number", "currency": "CNY", **options}
    columns = import_forms.guess(row.header)
    imports.name_columns(row, columns=columns, options=options, store=None, by=by)
    sweeps.run("imports.read")
    return PurchaseImport.objects.get(pk=row.pk)


def recorded(content: bytes, by: User, **options: str) -> PurchaseImport:
    row = named(hand_in(content, by), by, **options)
    imports.confirm(row, by=by)
    sweeps.run("imports.record")
    return PurchaseImport.objects.get(pk=row.pk)


def undone(row: PurchaseImport, by: User) -> PurchaseImport:
    imports.undo(row, by=by, reason="The wrong month")
    sweeps.run("imports.undo")
    return PurchaseImport.objects.get(pk=row.pk)


def faults(row: PurchaseImport) -> list[tuple[int, str]]:
    return list(row.faults.order_by("row", "id").values_list("row", "code"))
