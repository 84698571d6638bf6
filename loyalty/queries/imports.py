"""What a file of purchases holds and what became of it (MEM-13 · B3.1), in a constant number of statements."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from core import refusals
from loyalty.models import ImportDocument, ImportFault, PurchaseImport

SHOWN = 50
State = ImportDocument.State


def first_rows(row: PurchaseImport, count: int = 6) -> list[list[str]]:
    """The first rows as they came; none once all is recorded."""
    chunk = row.chunks.order_by("number").first()
    return json.loads(chunk.rows)[:count] if chunk else []


def totals(row: PurchaseImport) -> dict[str, Any]:
    """Receipts and returns that are ready or were taken, what they are worth, whose they are and from when."""
    good = ~Q(state=State.REFUSED)
    sales, returns = good & Q(is_return=False), good & Q(is_return=True)
    found: dict[str, Any] = row.documents.aggregate(
        sales=Count("pk", filter=sales),
        sold_minor=Sum("net_minor", filter=sales, default=0),
        returns=Count("pk", filter=returns),
        returned_minor=Sum("net_minor", filter=returns, default=0),
        members=Count("member", filter=good, distinct=True),
        anonymous=Count("pk", filter=sales & Q(member=None)),
        first=Min("occurred_at", filter=good),
        last=Max("occurred_at", filter=good),
    )
    return found


def receipts(row: PurchaseImport) -> list[ImportDocument]:
    """The first receipts as they were read."""
    rows = row.documents.exclude(state=State.REFUSED).select_related("member", "store").defer("lines")
    return list(rows.order_by("first_row")[:SHOWN])


def faults(row: PurchaseImport) -> list[ImportFault]:
    """The first faults."""
    return list(row.faults.order_by("row", "id")[:SHOWN])


def kinds_of_faults(row: PurchaseImport) -> list[dict[str, Any]]:
    """How often which fault, the most frequent first."""
    found = row.faults.order_by().values("code", "params").annotate(count=Count("pk")).order_by("-count", "code")
    return [{"said": refusals.sentence(one["code"], **one["params"]), "count": one["count"]} for one in found[:SHOWN]]


def faults_table(row: PurchaseImport) -> Iterator[Iterable[object]]:
    """Every fault with the row as it came, to be mended and handed in again."""
    yield ["row", "error", *row.header]
    for one in row.faults.order_by("row", "id").iterator(chunk_size=1_000):
        said = refusals.sentence(one.code, **one.params)
        yield [one.row, said, *(json.loads(one.raw) if one.raw else ())]
