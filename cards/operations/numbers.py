"""CARD-01 · A2.1 — the stock of card numbers: made in batches, sent to stores, printed once, voided with a reason."""

import csv
import io
import secrets
from collections.abc import Sequence

from django.db import transaction

from cards.models import CardNumber, NumberBatch, NumberSeries
from cards.operations import activation, sellers
from cards.policy import numbers
from core import access, audit, clock
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal

LARGEST_BATCH = 100_000
ROWS = 5_000
PRODUCE, SEND, VOID, EXPORT = (
    "cards.produce_number",
    "cards.send_number",
    "cards.void_number",
    "cards.export_number",
)


def open_series(*, code: str, prefix: str, digits: int, low_stock: int, by: User) -> NumberSeries:
    """Begin a range of numbers. Refuses `series_overlaps` where one would be confused with another."""
    sellers.require(by, PRODUCE, subject="cards.numberseries")
    with transaction.atomic():
        others = NumberSeries.objects.select_for_update().filter(digits=digits)
        if any(prefix.startswith(one.prefix) or one.prefix.startswith(prefix) for one in others):
            raise Refusal("series_overlaps")
        if NumberSeries.objects.filter(code=code).exists():
            raise Refusal("series_code_taken")
        series = NumberSeries.objects.create(code=code, prefix=prefix, digits=digits, low_stock=low_stock)
        audit.record("cards.numbers.open_series", subject=series, actor=by, details={"prefix": prefix})
    return series


def produce(series: NumberSeries, *, count: int, by: User, store: Store | None = None) -> NumberBatch:
    """CARD-01 · A2.1 — make `count` numbers, each with its own activation code, centrally or as stock of a store.

    The series is locked, so that two batches never make the same number. Refuses `batch_too_large`, `series_exhausted`.
    """
    sellers.require(by, PRODUCE, subject=series)
    if not 0 < count <= LARGEST_BATCH:
        raise Refusal("batch_too_large", largest=LARGEST_BATCH)
    with transaction.atomic():
        series = NumberSeries.objects.select_for_update().get(pk=series.pk)
        first = series.next_sequence
        if first + count > 10 ** (series.digits - len(series.prefix) - 1):
            raise Refusal("series_exhausted")
        series.next_sequence, series.low_told_at = first + count, None
        series.save(update_fields=["next_sequence", "low_told_at"])
        batch = NumberBatch.objects.create(series=series, first_sequence=first, count=count, made_by=by)
        for start in range(first, first + count, ROWS):
            run = range(start, min(start + ROWS, first + count))
            CardNumber.objects.bulk_create(_number(batch, sequence, store) for sequence in run)
        audit.record(
            "cards.numbers.produce",
            subject=batch,
            actor=by,
            store_id=store.pk if store else None,
            details={"first": first, "count": count},
        )
    return batch


def _number(batch: NumberBatch, sequence: int, store: Store | None) -> CardNumber:
    code = numbers.activation_code(secrets.token_bytes(8))
    return CardNumber(
        series=batch.series,
        batch=batch,
        number=numbers.card_number(batch.series.prefix, sequence, digits=batch.series.digits),
        store=store,
        activation_digest=activation.digest(code),
        activation_code=code,
    )


def warn(low: Sequence[NumberSeries]) -> int:
    """Tell whoever makes numbers that these series run out, once until the next batch is made."""
    now = clock.now()
    drafts = [
        outbox.Draft(
            event="numbers.low-stock",
            key=f"{series.pk}:{series.next_sequence}:{person.pk}",
            to=person,
            context={"series": series.code, "mark": series.low_stock},
            link=f"/admin/cards/numberseries/{series.pk}/change/",
        )
        for series in low
        for person in access.holders(PRODUCE)
    ]
    outbox.send_many(drafts)
    return NumberSeries.objects.filter(pk__in=[series.pk for series in low]).update(low_told_at=now)


def send(series: NumberSeries, *, count: int, to: Store, by: User) -> int:
    """Send the next `count` central numbers, lowest first, to a store. Refuses `stock_too_low` with what is there."""
    sellers.require(by, SEND, subject=series)
    with transaction.atomic():
        NumberSeries.objects.select_for_update().get(pk=series.pk)
        central = CardNumber.objects.filter(series=series, store=None, state=CardNumber.State.IN_STOCK)
        chosen = list(central.select_for_update().order_by("id").values_list("pk", flat=True)[:count])
        if not chosen or len(chosen) < count:
            raise Refusal("stock_too_low", left=len(chosen))
        moved = central.filter(pk__gte=chosen[0], pk__lte=chosen[-1]).update(store=to)
        if moved != count:
            raise Refusal("stale")
        audit.record("cards.numbers.send", subject=series, actor=by, store_id=to.pk, details={"count": count})
    return count


def void(number: CardNumber, *, by: User, reason: str) -> None:
    """Take a misprinted or lost number out of stock for ever. Refuses `number_not_in_stock` once it is assigned."""
    sellers.require(by, VOID, subject=number)
    if not reason.strip():
        raise Refusal("reason_needed")
    with transaction.atomic():
        number = CardNumber.objects.select_for_update().get(pk=number.pk)
        if number.state != CardNumber.State.IN_STOCK:
            raise Refusal("number_not_in_stock")
        number.state, number.void_reason, number.activation_code = CardNumber.State.VOID, reason[:200], ""
        number.save(update_fields=["state", "void_reason", "activation_code"])
        audit.record("cards.numbers.void", subject=number, actor=by, store_id=number.store_id, reason=reason)


def export(batch: NumberBatch, *, by: User, reason: str) -> str:
    """The file for the printer: number and activation code of each card in stock, as CSV. Once per batch, audited.

    Both columns are plain digits and capitals, so that no spreadsheet takes them for a formula; numbers stand in
    groups of four, because a spreadsheet would round sixteen digits. Refuses `batch_exported` the second time.
    """
    sellers.require(by, EXPORT, subject=batch)
    if not reason.strip():
        raise Refusal("reason_needed")
    with transaction.atomic():
        batch = NumberBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.exported_at is not None:
            raise Refusal("batch_exported", at=batch.exported_at)
        batch.exported_at, batch.exported_by = clock.now(), by
        batch.save(update_fields=["exported_at", "exported_by"])
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\r\n")
        writer.writerow(["number", "activation code"])
        in_stock = CardNumber.objects.filter(batch=batch, state=CardNumber.State.IN_STOCK).order_by("id")
        for number in in_stock.only("number", "activation_code").iterator(chunk_size=ROWS):
            code = numbers.display_activation_code(number.activation_code)
            writer.writerow([numbers.display_number(number.number), code])
        audit.record("cards.numbers.export", subject=batch, actor=by, reason=reason, details={"count": batch.count})
    return page.getvalue()
