"""The files of purchases that wait to be read, recorded or undone (MEM-13)."""

import datetime as dt
import itertools
from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from loyalty.models import ImportChunk, ImportDocument, PurchaseImport
from loyalty.operations import import_reading, import_recording, imports


class ReadImports(sweeps.Sweep):
    """MEM-13 · B3.1 — files whose columns were named are read."""

    name = "imports.read"
    label: str | Promise = _("Read files of purchases")
    right = imports.RIGHT
    batch = 1

    def due(self) -> QuerySet[ImportChunk]:
        return ImportChunk.objects.filter(is_read=False, of_import__state=PurchaseImport.State.CHECKING)

    def total(self, ctx: sweeps.Context) -> int:
        return self.due().count()

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.due() if after is None else self.due().filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return sum(import_reading.read(chunk) > 0 for chunk in ImportChunk.objects.filter(pk__in=keys).order_by("pk"))


class RecordImports(sweeps.Sweep):
    """MEM-13 · B3.1 — receipts of files that were decided on, in the order in which they happened."""

    name = "imports.record"
    label: str | Promise = _("Record files of purchases")
    right = imports.RIGHT
    batch = 5_000

    def due(self) -> QuerySet[ImportDocument]:
        return ImportDocument.objects.filter(
            state=ImportDocument.State.READY, of_import__state=PurchaseImport.State.RECORDING
        )

    def total(self, ctx: sweeps.Context) -> int:
        return self.due().count()

    def claim(self, after: list[Any] | None, limit: int) -> Sequence[list[Any]]:
        rows = self.due()
        if after is not None:
            of, at, row = after[0], dt.datetime.fromisoformat(after[1]), after[2]
            later = Q(occurred_at__gt=at) | Q(occurred_at=at, first_row__gt=row)
            rows = rows.filter(Q(of_import__gt=of) | Q(later, of_import=of))
        found = rows.order_by("of_import", "occurred_at", "first_row").values_list(
            "of_import", "occurred_at", "first_row"
        )
        return [[of, at.isoformat(), row] for of, at, row in found[:limit]]

    def process(self, keys: Sequence[list[Any]]) -> int:
        done = 0
        for of, rows in itertools.groupby(keys, key=itemgetter(0)):
            found = self.due().filter(of_import=of, first_row__among=[row for _, _, row in rows])
            documents = found.select_related("store").order_by("occurred_at", "first_row")
            if some := list(documents):
                done += import_recording.record(PurchaseImport.objects.get(pk=of), some)
        return done


class UndoImports(sweeps.Sweep):
    """MEM-13 · B3.1 — what a file brought is taken back."""

    name = "imports.undo"
    label: str | Promise = _("Undo files of purchases")
    right = imports.RIGHT
    batch = 200

    def due(self) -> QuerySet[ImportDocument]:
        return ImportDocument.objects.filter(
            state=ImportDocument.State.RECORDED, of_import__state=PurchaseImport.State.UNDOING
        )

    def total(self, ctx: sweeps.Context) -> int:
        return self.due().count()

    def claim(self, after: list[int] | None, limit: int) -> Sequence[list[int]]:
        """Purchases first: a credit note goes with the purchase that it spoke of."""
        rows = self.due()
        if after is not None:
            rows = rows.filter(Q(is_return__gt=bool(after[0])) | Q(is_return=bool(after[0]), pk__gt=after[1]))
        found = rows.order_by("is_return", "pk").values_list("is_return", "pk")
        return [[int(is_return), pk] for is_return, pk in found[:limit]]

    def process(self, keys: Sequence[list[int]]) -> int:
        found = self.due().filter(pk__in=[pk for _, pk in keys]).select_related("of_import")
        return sum(
            import_recording.take_back(row, list(documents))
            for row, documents in itertools.groupby(
                found.order_by("of_import", "is_return", "pk"), key=attrgetter("of_import")
            )
        )


for sweep in (ReadImports(), RecordImports(), UndoImports()):
    sweeps.register(sweep)
