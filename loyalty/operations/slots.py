"""Seats in the slots of a service point, taken and given free under the lock of the slot (CARD-24 · E4.4)."""

import datetime as dt

from django.db.models import F

from core import clock
from core.refusals import Refusal
from loyalty.models import BookedSlot, ServicePoint
from loyalty.queries import service_points


def ends(point: ServicePoint, starts_at: dt.datetime) -> dt.datetime:
    """When the slot ends; refuses what is none, and what is over."""
    found = dict(service_points.bounds(point, clock.day_of(starts_at))).get(starts_at)
    if found is None or not point.is_open:
        raise Refusal("slot_unknown")
    if found <= clock.now():
        raise Refusal("slot_over")
    return found


def take(point: ServicePoint, starts_at: dt.datetime) -> None:
    """Lock the slot last, and count under its lock; the table's own check backs the capacity."""
    BookedSlot.objects.bulk_create(
        [BookedSlot(point=point, starts_at=starts_at, capacity=point.capacity)], ignore_conflicts=True
    )
    slot = BookedSlot.objects.select_for_update().get(point=point, starts_at=starts_at)
    if slot.taken >= point.capacity:
        raise Refusal("slot_full")
    slot.taken, slot.capacity = F("taken") + 1, point.capacity
    slot.save(update_fields=["taken", "capacity"])


def free(point: ServicePoint, starts_at: dt.datetime) -> None:
    """A seat that somebody gave up."""
    BookedSlot.objects.filter(point=point, starts_at=starts_at).update(taken=F("taken") - 1)
