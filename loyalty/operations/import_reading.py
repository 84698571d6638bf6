"""Reading a file by the meaning of its columns (MEM-13 · B3.1): a thousand rows at a time, members found together."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from core import clock
from core.models import Store
from loyalty.models import ImportChunk, ImportDocument, ImportFault, PurchaseImport
from loyalty.operations import imports, purchases
from loyalty.policy import importing
from loyalty.policy.importing import Row, Wrong
from loyalty.queries import identified

State = ImportDocument.State


@dataclass
class _Read:
    """What a chunk says: its rows by receipt, faults, and receipts that cannot be recorded because of them."""

    of: PurchaseImport
    rows: dict[str, list[tuple[int, Row]]] = field(default_factory=lambda: defaultdict(list))
    faults: list[ImportFault] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)

    def wrong(self, number: int, wrong: Wrong, cells: Sequence[str] = (), *, document: str = "") -> None:
        self.faults.append(
            ImportFault(
                of_import=self.of, row=number, column=wrong.column, code=wrong.code, params=dict(wrong.params),
                raw=json.dumps(list(cells), ensure_ascii=False) if cells else "",
            )
        )  # fmt: skip
        if document:
            self.spoilt.add(document)


@transaction.atomic
def read(chunk: ImportChunk) -> int:
    """Read a chunk into receipts; how many rows it had. A repeat reads nothing."""
    row = PurchaseImport.objects.select_for_update().get(pk=chunk.of_import_id)
    chunk = ImportChunk.objects.get(pk=chunk.pk)
    if chunk.is_read or row.state != PurchaseImport.State.CHECKING:
        return 0
    layout, cells = imports.layout_of(row), json.loads(chunk.rows)
    found = _Read(row)
    for number, one in enumerate(cells, start=chunk.first_row):
        if len(one) != len(row.header):
            found.wrong(number, Wrong("", "row_has_other_columns"), one)
            place = layout.columns["document"]
            found.spoilt.add(one[place].strip() if place < len(one) else "")
            continue
        line, wrong, document = importing.read(one, layout=layout)
        for what in wrong:
            found.wrong(number, what, one, document=document)
        if line is not None:
            found.rows[document].append((number, line))
    _gather(found, member_is=layout.member_is)
    chunk.is_read = True
    chunk.save(update_fields=["is_read"])
    row.rows_read += len(cells)
    row.save(update_fields=["rows_read"])
    if not row.chunks.filter(is_read=False).exists():
        _finish(row)
    return len(cells)


def _gather(found: _Read, *, member_is: str) -> None:
    """Put the lines to their receipts, of which some began in an earlier chunk."""
    row = found.of
    said = {line.member for lines in found.rows.values() for _, line in lines if line.member}
    members = identified.members(member_is, said, source=row.origin) if said else {}
    codes = {line.store for lines in found.rows.values() for _, line in lines if line.store}
    stores = {store.code: store for store in Store.objects.filter(code__in=codes)}
    wanted = {*found.rows, *found.spoilt} - {""}
    begun = {one.number: one for one in row.documents.filter(number__in=wanted)}
    new = []
    for document, lines in found.rows.items():
        one = begun.get(document)
        if one is None:
            one = begun[document] = _begun(row, document, *lines[0], stores=stores)
            new.append(one)
        _check(found, one, lines, members=members, stores=stores)
        one.lines += [
            [number, line.sku, line.description, line.category, line.quantity, line.net_minor] for number, line in lines
        ]
        one.net_minor += sum(line.net_minor for _, line in lines)
    for document in found.spoilt & begun.keys():
        begun[document].state = State.REFUSED
    ImportDocument.objects.bulk_create(new, batch_size=500)
    old = [one for document, one in begun.items() if one not in new]
    ImportDocument.objects.bulk_update(old, ["lines", "net_minor", "state", "member"], batch_size=100)
    ImportFault.objects.bulk_create(found.faults, batch_size=500)


def _begun(row: PurchaseImport, document: str, number: int, line: Row, *, stores: dict[str, Store]) -> ImportDocument:
    return ImportDocument(
        of_import=row,
        number=document,
        is_return=line.is_return,
        original=line.original,
        first_row=number,
        store=stores.get(line.store) if line.store else row.store,
        occurred_at=line.occurred.replace(tzinfo=clock.zone()),
        net_minor=0,
    )


def _check(
    found: _Read,
    one: ImportDocument,
    lines: list[tuple[int, Row]],
    *,
    members: dict[str, int],
    stores: dict[str, Store],
) -> None:
    """What is wrong with a receipt as a whole; each fault is told once."""
    told: set[str] = set()

    def wrong(number: int, column: str, code: str) -> None:
        if code not in told:
            found.wrong(number, Wrong(column, code), document=one.number)
            told.add(code)

    for number, line in lines:
        if line.is_return != one.is_return and line.net_minor:
            wrong(number, "quantity", "receipt_both_ways")
        if line.store and line.store not in stores:
            wrong(number, "store", "store_unknown")
        if line.member and line.member not in members:
            wrong(number, "member", "member_unknown")
        elif line.member and one.member_id not in (None, members[line.member]):
            wrong(number, "member", "receipt_of_two_members")
        elif line.member:
            one.member_id = members[line.member]
    if one.occurred_at > clock.now() + purchases.CLOCKS_DIFFER:
        wrong(lines[0][0], "occurred", "purchase_in_the_future")
    if len(one.lines) + len(lines) > purchases.MOST_LINES:
        wrong(lines[0][0], "document", "receipt_too_long")


def _finish(row: PurchaseImport) -> None:
    """All is read: a receipt with a fault in an earlier chunk was refused there, one with a fault in a later one here."""
    row.state = PurchaseImport.State.CHECKED
    row.receipts = row.documents.count()
    row.refused = row.documents.filter(state=State.REFUSED).count()
    row.save(update_fields=["state", "receipts", "refused"])
