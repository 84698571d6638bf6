"""Recording the receipts of a file, and taking them back (MEM-13 · B3.1, LOY-08 · B7): each whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import clock
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import (
    Book,
    ImportDocument,
    ImportFault,
    PointEntry,
    Purchase,
    PurchaseImport,
    PurchaseLine,
    PurchaseReturn,
    Source,
)
from loyalty.operations import budgets, bulk, imports, ledger, purchases, undoing
from loyalty.operations.bulk import Delivery, Recorded
from loyalty.operations.bulk_rules import Policies
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy import matching
from loyalty.policy.matching import Bought, Wanted

State = ImportDocument.State


def key_of(row: PurchaseImport, document: str) -> str:
    return f"{row.origin}:{document}"


def _freed(row: PurchaseImport, key: str) -> str:
    """What a key becomes when the file is undone, so that a better file may bring it again."""
    return f"~{row.pk}~{key}"


@transaction.atomic
def record(row: PurchaseImport, documents: Sequence[ImportDocument]) -> int:
    """Record these receipts in their order. Purchases go in together; a credit note waits for those of its member."""
    row = PurchaseImport.objects.select_for_update().select_related("uploaded_by").get(pk=row.pk)
    if any(one.is_return for one in documents):  # they take turns with purchases: all is held first, in its order
        ledger.accounts_of(one.member_id for one in documents if one.member_id is not None)
        moments = (one.occurred_at for one in documents if one.member_id is not None and not one.is_return)
        budgets.hold(Policies().budgets((clock.day_of(at), at) for at in moments))
    waiting: list[ImportDocument] = []
    done: list[tuple[ImportDocument, str]] = []
    for one in documents:
        if not one.is_return:
            waiting.append(one)
            continue
        if any(other.member_id == one.member_id for other in waiting):
            done += _bought(row, waiting)
            waiting = []
        done.append((one, _returned(row, one)))
    done += _bought(row, waiting)
    _mark(row, done)
    imports.settle(row)
    return len(done)


def _bought(row: PurchaseImport, documents: Sequence[ImportDocument]) -> Iterator[tuple[ImportDocument, str]]:
    deliveries = [
        Delivery(
            one.member_id,
            [Line(net, sku, description, category, quantity) for _, sku, description, category, quantity, net in one.lines],
            Arrival(Source.IMPORT, key_of(row, one.number), one.occurred_at, store=one.store, receipt_number=one.number),
            settings.CURRENCY,
        )
        for one in documents
    ]  # fmt: skip
    answers = bulk.record(deliveries, subject=row) if deliveries else []
    for one, answer in zip(documents, answers, strict=True):
        if isinstance(answer, Recorded):
            yield one, State.REPEATED if answer.repeated else State.RECORDED
        else:
            yield one, _fault(row, one, answer, State.REFUSED)


def _returned(row: PurchaseImport, one: ImportDocument) -> str:
    """A credit note takes back what it names, or else the newest purchases of its articles."""
    key = key_of(row, one.number)
    if PurchaseReturn.objects.filter(source=Source.IMPORT, external_id__startswith=f"{key}#").exists():
        return State.REPEATED
    try:
        with transaction.atomic():
            found = matching.match([Wanted(line[1], line[4]) for line in one.lines], _candidates(row, one))
            if not found:
                raise Refusal("return_unmatched")
            for purchase in Purchase.objects.filter(pk__in=found).order_by("pk"):
                arrival = Arrival(Source.IMPORT, f"{key}#{purchase.pk}", one.occurred_at)
                purchases.take_back(purchase, found[purchase.pk], arrival=arrival)
    except RuleBroken as refusal:
        return _fault(row, one, refusal, State.REFUSED)
    return State.RECORDED


def _candidates(row: PurchaseImport, one: ImportDocument) -> list[Bought]:
    lines = PurchaseLine.objects.filter(
        sku__in={line[1] for line in one.lines},
        returned_quantity__lt=F("quantity"),
        purchase__source=Source.IMPORT,
        purchase__occurred_at__lte=one.occurred_at,
    )
    if one.original:
        lines = lines.filter(purchase__external_id=key_of(row, one.original), purchase__member=one.member_id)
    elif one.member_id is None:
        return []
    else:
        lines = lines.filter(purchase__member=one.member_id, purchase__external_id__startswith=key_of(row, ""))
    return [
        Bought(line.purchase_id, line.position, line.sku, line.quantity - line.returned_quantity,
               (line.purchase.occurred_at, line.purchase_id, -line.position))
        for line in lines.select_related("purchase")
    ]  # fmt: skip


@transaction.atomic
def take_back(row: PurchaseImport, documents: Sequence[ImportDocument]) -> int:
    """Undo these receipts: each purchase comes back whole, unless its points were spent beyond what may be owed.

    A tier that they had won goes along as after a return, if the file is undone within as many days of its recording. What
    caps had counted of them is free again.
    """
    row = PurchaseImport.objects.select_for_update().get(pk=row.pk)
    ledger.accounts_of(one.member_id for one in documents if one.member_id is not None)
    keys = [key_of(row, one.number) for one in documents if not one.is_return]
    known = {one.external_id: one for one in Purchase.objects.filter(source=Source.IMPORT, external_id__among=keys)}
    held = undoing.hold([one.pk for one in known.values()])
    done = [(one, _undone(row, one, known)) for one in documents]
    undoing.release(held, {known[key_of(row, one.number)].pk for one, became in done
                           if became == State.UNDONE and not one.is_return})  # fmt: skip
    _mark(row, done)
    imports.settle(row)
    return len(done)


def _undone(row: PurchaseImport, one: ImportDocument, known: Mapping[str, Purchase]) -> str:
    key = key_of(row, one.number)
    try:
        with transaction.atomic():
            if one.is_return:
                _release_return(row, key)
            else:
                _release_purchase(row, known[key], key)
    except RuleBroken as refusal:
        return _fault(row, one, refusal, State.KEPT)
    return State.UNDONE


def _release_purchase(row: PurchaseImport, purchase: Purchase, key: str) -> None:
    """All of it comes back, and its number is free for a better file."""
    arrival = Arrival(Source.IMPORT, f"undo:{row.pk}:{purchase.pk}", clock.now(), clerk=row.decided_by)
    undoing.mark(purchase, arrival=arrival, freed=_freed(row, key))
    backs = PurchaseReturn.objects.filter(source=arrival.source, external_id=arrival.external_id)
    if PointEntry.objects.filter(transaction__purchase_return__in=backs, from_book=Book.WRITTEN_OFF).exists():
        raise Refusal("undo_beyond_debt")


def _release_return(row: PurchaseImport, key: str) -> None:
    """A credit note of the same file goes with the purchase it spoke of; points of another are not given twice."""
    backs = PurchaseReturn.objects.filter(source=Source.IMPORT, external_id__startswith=f"{key}#")
    if not all(one.startswith(_freed(row, "")) for one in backs.values_list("purchase__external_id", flat=True)):
        raise Refusal("return_stays")
    for back in backs:
        PurchaseReturn.objects.filter(pk=back.pk).update(external_id=_freed(row, back.external_id))


def _fault(row: PurchaseImport, one: ImportDocument, refusal: RuleBroken, state: str) -> str:
    ImportFault.objects.create(
        of_import=row, row=one.first_row, column="document", code=refusal.code, params=dict(refusal.params)
    )
    return state


COUNTED = {State.RECORDED: "recorded", State.REPEATED: "repeated", State.REFUSED: "refused", State.UNDONE: "undone",
           State.KEPT: "kept"}  # fmt: skip


def _mark(row: PurchaseImport, done: Sequence[tuple[ImportDocument, str]]) -> None:
    for state, name in COUNTED.items():
        keys = [one.pk for one, became in done if became == state]
        ImportDocument.objects.filter(pk__among=keys).update(state=state)
        setattr(row, name, getattr(row, name) + len(keys))
    row.save(update_fields=list(COUNTED.values()))
