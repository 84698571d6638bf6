"""Coupons: what an offer promises, the codes of it, and the one purchase that each of them serves (LOY-13 · E2.6)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from cards.operations import serving
from core import access, audit, clock, idempotency
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import Coupon, CouponBatch, CouponOffer
from loyalty.operations import codes, reward_news
from loyalty.policy import spoken_codes
from members.models import Member

CHANGE, ISSUE, EXPORT, VOID = (f"loyalty.{verb}_couponoffer" for verb in ("change", "issue", "export", "void"))
LARGEST_BATCH = 200_000


@transaction.atomic
def offer(terms: Mapping[str, Any], *, stores: Sequence[Store], by: User) -> CouponOffer:
    """LOY-13 · E2.6 — what coupons of a kind promise. Refuses a code that is taken (`coupon_code_taken`)."""
    access.require(by, CHANGE)
    try:
        with transaction.atomic():
            made = CouponOffer.objects.create(**terms)
    except IntegrityError as error:
        raise Refusal("coupon_code_taken") from error
    made.stores.set(stores)
    audit.record("loyalty.couponoffer.make", subject=made, actor=by, details={"effect": made.effect})
    return made


@transaction.atomic
def revise(found: CouponOffer, terms: Mapping[str, Any], *, stores: Sequence[Store], by: User) -> CouponOffer:
    """LOY-13 · E2.6 — change what is promised, while no coupon has promised it to anybody (`coupon_offer_in_use`)."""
    access.require(by, CHANGE)
    row = CouponOffer.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.coupons.exists() or row.batches.exists():
        raise Refusal("coupon_offer_in_use")
    for name, value in terms.items():
        setattr(row, name, value)
    row.save()
    row.stores.set(stores)
    audit.record("loyalty.couponoffer.revise", subject=row, actor=by, details={"effect": row.effect})
    return row


@transaction.atomic
def issue(found: CouponOffer, *, member: Member) -> Coupon:
    """LOY-13 · E2.6 — one code for one member; its last day is fixed now, whatever becomes of the offer."""
    row = CouponOffer.objects.select_for_update(of=("self",)).get(pk=found.pk)
    return Coupon.objects.create(code=codes.new(spoken_codes.COUPON), member=member, offer=row, **_days(row))


@transaction.atomic
def grant(found: CouponOffer, member: Member, *, key: str, reason: str, by: User) -> Coupon:
    """LOY-13 · E2.6 — staff give a member a coupon, and she is told. The same key gives the same coupon."""
    access.require(by, ISSUE)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    serving.refuse_own(member, clerk=by)
    place = idempotency.once(
        caller=f"user:{by.pk}", route="coupon.grant", key=key, body={"offer": found.pk, "member": member.pk}
    )
    if place.result is not None:
        return Coupon.objects.select_related("offer").get(pk=place.result["coupon"])
    made = issue(found, member=member)
    place.remember({"coupon": made.pk})
    audit.record("loyalty.coupon.grant", subject=made, actor=by, member_id=member.pk, reason=reason)
    reward_news.granted(made, member)
    return made


@transaction.atomic
def ask_batch(found: CouponOffer, count: int, *, reason: str, by: User) -> CouponBatch:
    """LOY-13 · E2.6 — ask for codes that whoever shows them may use; a job makes them."""
    access.require(by, ISSUE)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    if not 0 < count <= LARGEST_BATCH:
        raise Refusal("coupon_batch_unfit", status=400, most=LARGEST_BATCH)
    row = CouponOffer.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.last_on is not None and row.last_on < clock.today():
        raise Refusal("coupon_offer_over")
    batch = CouponBatch.objects.create(offer=row, count=count, reason=reason.strip()[:200], asked_by=by)
    audit.record("loyalty.coupon.batch", subject=batch, actor=by, reason=reason, details={"count": count})
    return batch


@transaction.atomic
def make(batch: CouponBatch, *, most: int) -> int:
    """Make up to `most` of the codes that a batch still lacks; returns how many."""
    batch = CouponBatch.objects.select_for_update(of=("self",)).select_related("offer").get(pk=batch.pk)
    wanted = min(batch.count - batch.made, most)
    days = _days(batch.offer)
    rows = (Coupon(code=codes.new(spoken_codes.COUPON), offer=batch.offer, batch=batch, **days) for _ in range(wanted))
    made = len(Coupon.objects.bulk_create(rows, batch_size=2_000))
    batch.made += made
    batch.save(update_fields=["made"])
    return made


@transaction.atomic
def export(batch: CouponBatch, *, by: User, reason: str) -> Iterator[list[object]]:
    """LOY-13 · E2.6 — the codes of a batch for a file, with their days; that they were taken out is on record."""
    access.require(by, EXPORT)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    if batch.made < batch.count:
        raise Refusal("coupon_batch_not_ready", made=batch.made, count=batch.count)
    audit.record("loyalty.coupon.export", subject=batch, actor=by, reason=reason, details={"count": batch.count})
    rows = batch.coupons.order_by("pk").only("code", "state", "valid_from_on", "last_valid_on")
    return (
        [spoken_codes.spell(row.code), row.valid_from_on or "", row.last_valid_on or "", row.get_state_display()]
        for row in rows.iterator(chunk_size=2_000)
    )


@transaction.atomic
def void(found: Coupon, *, by: User, reason: str) -> Coupon:
    """LOY-13 · E2.6 — a code that was never used serves no more. A repeat changes nothing."""
    access.require(by, VOID)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    if locked(found).state == Coupon.State.VOID:
        return locked(found)
    row = take_away(found, reason=reason)
    audit.record("loyalty.coupon.void", subject=row, actor=by, member_id=row.member_id, reason=reason)
    return row


def take_away(coupon: Coupon, *, reason: str) -> Coupon:
    """Void it; refuses one that was used (`coupon_used`)."""
    row = locked(coupon)
    if row.state == Coupon.State.USED:
        raise Refusal("coupon_used")
    row.state, row.void_reason = Coupon.State.VOID, reason.strip()[:200]
    row.save(update_fields=["state", "void_reason"])
    return row


def locked(coupon: Coupon) -> Coupon:
    """The coupon as it is now, held until the transaction ends."""
    return Coupon.objects.select_for_update(of=("self",)).select_related("offer").get(pk=coupon.pk)


def _days(found: CouponOffer) -> dict[str, dt.date | None]:
    today = clock.today()
    ends = [found.last_on] if found.last_on else []
    if found.days:
        ends.append(today + dt.timedelta(days=found.days))
    return {"valid_from_on": found.starts_on, "last_valid_on": min(ends, default=None)}
