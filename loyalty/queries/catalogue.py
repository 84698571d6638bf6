"""The benefits in force, read once a minute: every look at a card asks for them, and they change once in weeks (LOY-09)."""

import datetime as dt
import logging

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from loyalty.models import Benefit, BenefitVersion

KEY, SECONDS = "loyalty.catalogue.1", 60
logger = logging.getLogger(__name__)


def in_force(day: dt.date) -> list[BenefitVersion]:
    """LOY-09 · C3.1 — of each benefit that is not retired the newest version begun by the day, else the next to begin.

    At most a minute old, and never older than the last decision; a use asks again (`gives`).
    """
    begun: dict[int, BenefitVersion] = {}
    coming: dict[int, BenefitVersion] = {}
    for version in _kept():
        retired_on = version.benefit.retired_on
        if retired_on is not None and retired_on <= day:
            continue
        if version.starts_on <= day:
            begun[version.benefit_id] = version
        else:
            coming.setdefault(version.benefit_id, version)
    live = {pk: one for pk, one in begun.items() if one.last_valid_on is None or one.last_valid_on >= day}
    return sorted((coming | live).values(), key=lambda one: (one.benefit.position, one.benefit_id))


def approved() -> QuerySet[BenefitVersion]:
    """Approved versions, the oldest first."""
    rows = BenefitVersion.objects.filter(state=BenefitVersion.State.APPROVED).select_related("benefit")
    return rows.prefetch_related("stores").order_by("benefit", "starts_on", "number")


def gives(version: BenefitVersion, *, day: dt.date) -> bool:
    """Whether this very version is what its benefit gives on the day, asked of the database."""
    newer = BenefitVersion.objects.filter(
        Q(starts_on__gt=OuterRef("starts_on")) | Q(starts_on=OuterRef("starts_on"), number__gt=OuterRef("number")),
        benefit=OuterRef("benefit"), state=BenefitVersion.State.APPROVED, starts_on__lte=day,
    )  # fmt: skip
    lives = Q(benefit__retired_on__isnull=True) | Q(benefit__retired_on__gt=day)
    return BenefitVersion.objects.filter(lives, ~Exists(newer), pk=version.pk).exists()


def current(benefit: Benefit, *, day: dt.date) -> BenefitVersion | None:
    """The version that gives something on the day, or will next."""
    return next((one for one in in_force(day) if one.benefit_id == benefit.pk), None)


def refresh() -> None:
    """Forget what was kept, now and once the change that was made is committed."""
    forget()
    transaction.on_commit(forget)


def forget() -> None:
    try:
        cache.delete(KEY)
    except Exception:
        logger.exception("the cache did not forget the catalogue; it changes within a minute")


def _kept() -> list[BenefitVersion]:
    try:
        found: list[BenefitVersion] | None = cache.get(KEY)
        if found is None:
            found = list(approved())
            cache.set(KEY, found, SECONDS)
    except Exception:
        logger.exception("the cache does not answer; the catalogue is read from the database")
        found = list(approved())
    return found
