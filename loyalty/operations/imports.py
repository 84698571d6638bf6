"""A file of purchases on its way in (MEM-13 · B3.1): handed in, its columns named, decided on, perhaps undone.

Reading, recording and undoing are jobs (`loyalty.jobs`); here stands what people do.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db import IntegrityError, transaction

from core import access, audit, clock, money
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import ImportChunk, ImportDocument, PurchaseImport
from loyalty.operations import import_files
from loyalty.policy import importing
from loyalty.policy.importing import Layout

RIGHT = "loyalty.import_purchase"
CHUNK = 1_000
LONGEST_NAME = 120
State = PurchaseImport.State


def hand_in(content: bytes, *, name: str, origin: str, by: User) -> PurchaseImport:
    """Take a file. The same file of the same system gives the import it already is, unless that was undone.

    Refuses what is no table that can be read (`import_files.opened`).
    """
    access.require(by, RIGHT)
    table = import_files.opened(content)
    same = PurchaseImport.objects.filter(digest=table.digest, origin=origin).exclude(state=State.UNDONE)
    if known := same.first():
        return known
    try:
        with transaction.atomic():
            return _kept(table, name=name, origin=origin, by=by)
    except IntegrityError:
        return same.get()


def _kept(table: import_files.Table, *, name: str, origin: str, by: User) -> PurchaseImport:
    row = PurchaseImport.objects.create(
        name="".join(one for one in name if one.isprintable())[:LONGEST_NAME] or "—",
        digest=table.digest,
        origin=origin,
        encoding=table.encoding,
        header=table.header,
        uploaded_by=by,
    )
    part: list[list[str]] = []
    for cells in table.rows():
        part.append([one[: import_files.LONGEST_CELL] for one in cells])
        row.rows += 1
        if len(part) == CHUNK:
            _keep(row, part)
            part = []
    if part:
        _keep(row, part)
    row.save(update_fields=["rows"])
    audit.record(
        "loyalty.import.hand_in", subject=row, actor=by, details={"name": row.name, "origin": origin, "rows": row.rows}
    )
    return row


def _keep(row: PurchaseImport, part: list[list[str]]) -> None:
    first = row.rows - len(part) + 1
    ImportChunk.objects.create(of_import=row, number=first // CHUNK, first_row=first, rows=json.dumps(part))


@transaction.atomic
def name_columns(
    row: PurchaseImport, *, columns: Mapping[str, int], options: Mapping[str, str], store: Store | None, by: User
) -> PurchaseImport:
    """Say what the columns mean; the file is then read by that. Refuses `columns_lacking`, `rate_unreadable`."""
    access.require(by, RIGHT)
    row = _in(row, State.MAPPING)
    if lacking := importing.lacking(columns):
        raise Refusal("columns_lacking", status=422, fields=", ".join(lacking))
    row.layout = {"columns": dict(columns), **options}
    layout_of(row)
    row.store, row.state, row.rows_read = store, State.CHECKING, 0
    row.save(update_fields=["layout", "store", "state", "rows_read"])
    return row


def layout_of(row: PurchaseImport) -> Layout:
    """How the rows are to be read; amounts in another currency need a rate."""
    said = row.layout
    currency = said.get("currency") or settings.CURRENCY
    rate = Decimal(1)
    if currency != settings.CURRENCY:
        try:
            rate = Decimal(said.get("rate", ""))
        except InvalidOperation as error:
            raise Refusal("rate_unreadable", status=422, currency=currency) from error
        if not rate.is_finite() or not Decimal("0.000001") <= rate <= 1_000_000:
            raise Refusal("rate_unreadable", status=422, currency=currency)
    return Layout(
        columns=said["columns"],
        dates=said.get("dates", "ymd"),
        decimal_comma=said.get("decimal_comma", "") == "1",
        member_is=said.get("member_is", "reference"),
        return_prefix=said.get("return_prefix", ""),
        decimals=money.exponent(settings.CURRENCY),
        rate=rate,
    )


@transaction.atomic
def name_anew(row: PurchaseImport, *, by: User) -> PurchaseImport:
    """Back to the columns: what was read is forgotten, nothing has been recorded yet."""
    access.require(by, RIGHT)
    row = _in(row, State.CHECKED)
    _forget(row)
    row.state, row.receipts, row.refused, row.rows_read = State.MAPPING, 0, 0, 0
    row.save(update_fields=["state", "receipts", "refused", "rows_read"])
    return row


@transaction.atomic
def discard(row: PurchaseImport, *, by: User) -> None:
    """Throw the file away before anything of it was recorded."""
    access.require(by, RIGHT)
    row = _in(row, State.MAPPING, State.CHECKED)
    audit.record("loyalty.import.discard", subject=row, actor=by, details={"name": row.name})
    _forget(row)
    row.delete()


@transaction.atomic
def confirm(row: PurchaseImport, *, by: User) -> PurchaseImport:
    """Record what can be recorded. A repeat changes nothing."""
    return _decided(row, State.CHECKED, State.RECORDING, "loyalty.import.confirm", by=by)


@transaction.atomic
def undo(row: PurchaseImport, *, by: User, reason: str) -> PurchaseImport:
    """Take back everything that the file brought, by returns. A repeat changes nothing."""
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    return _decided(row, State.DONE, State.UNDOING, "loyalty.import.undo", by=by, reason=reason)


def _decided(
    row: PurchaseImport, before: str, after: str, action: str, *, by: User, reason: str = ""
) -> PurchaseImport:
    access.require(by, RIGHT)
    row = PurchaseImport.objects.select_for_update().get(pk=row.pk)
    if row.state == after:
        return row
    if row.state != before:
        raise Refusal("stale")
    row.state, row.decided_by, row.finished_at = after, by, None
    row.save(update_fields=["state", "decided_by", "finished_at"])
    audit.record(action, subject=row, actor=by, reason=reason, details={"name": row.name, "receipts": row.receipts})
    settle(row)
    return row


def settle(row: PurchaseImport) -> None:
    """An import with nothing left to do is finished; its raw rows are needed no more."""
    ends: dict[str, tuple[str, str]] = {
        State.RECORDING: (ImportDocument.State.READY, State.DONE),
        State.UNDOING: (ImportDocument.State.RECORDED, State.UNDONE),
    }
    if row.state not in ends:
        return
    waiting, end = ends[row.state]
    if not row.documents.filter(state=waiting).exists():
        row.state, row.finished_at = end, clock.now()
        row.save(update_fields=["state", "finished_at"])
        row.chunks.all().delete()


def _in(row: PurchaseImport, *states: str) -> PurchaseImport:
    row = PurchaseImport.objects.select_for_update().get(pk=row.pk)
    if row.state not in states:
        raise Refusal("stale")
    return row


def _forget(row: PurchaseImport) -> None:
    row.documents.all().delete()
    row.faults.all().delete()
    row.chunks.update(is_read=False)
