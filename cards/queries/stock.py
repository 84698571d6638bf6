"""CARD-01 · A2.1 — how many numbers lie where."""

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cards.models import CardNumber, NumberBatch, NumberSeries
from cards.policy.states import ProductState

IN_STOCK = CardNumber.State.IN_STOCK


@dataclass(frozen=True)
class Place:
    """The numbers of a series at a store, or centrally where `store` is empty."""

    store: str
    in_stock: int
    assigned: int
    void: int


def places(series: NumberSeries) -> list[Place]:
    """Where the numbers of a series lie and what became of them, the central stock first."""
    rows = (
        CardNumber.objects.filter(series=series)
        .order_by()
        .values("store__code", "store__name")
        .annotate(
            in_stock=Count("pk", filter=Q(state=IN_STOCK)),
            assigned=Count("pk", filter=Q(state=CardNumber.State.ASSIGNED)),
            void=Count("pk", filter=Q(state=CardNumber.State.VOID)),
        )
    )
    found = [Place(row["store__name"] or "", row["in_stock"], row["assigned"], row["void"]) for row in rows]
    return sorted(found, key=lambda place: place.store)


def with_central_stock() -> QuerySet[NumberSeries]:
    """Every series with the count of numbers that lie centrally, from which online sale is served."""
    central = CardNumber.objects.filter(series=OuterRef("pk"), store__isnull=True, state=IN_STOCK).order_by()
    count = central.values("series").annotate(count=Count("pk")).values("count")
    return NumberSeries.objects.annotate(central=Coalesce(Subquery(count, output_field=IntegerField()), 0))


def running_out() -> list[NumberSeries]:
    """Series of products on sale whose central stock is below their mark and of which nobody was told yet."""
    feeding = with_central_stock().filter(products__state=ProductState.ON_SALE, low_told_at__isnull=True)
    return [series for series in feeding.distinct().order_by("pk") if vars(series)["central"] < series.low_stock]


def batches(series: NumberSeries) -> QuerySet[NumberBatch]:
    return NumberBatch.objects.filter(series=series).select_related("made_by", "exported_by", "series")
