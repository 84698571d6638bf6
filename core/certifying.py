"""Certificates awarded and revoked, competences required of a right (SVC-08 · A6.1, CARD-26). Each change is on record."""

import datetime as dt

from django.db import IntegrityError, transaction

from core import access, audit, clock, competence, periods
from core.messaging import outbox
from core.models import Certificate, Competence, CompetenceRequirement, User
from core.refusals import Refusal

AWARD, REVOKE, REQUIRE = "core.award_certificate", "core.revoke_certificate", "core.require_competence"
BY_HAND = "by hand"
EARLY_DAYS = 60


def last_day(awarded_on: dt.date, *, months: int | None, before: dt.date | None = None) -> dt.date | None:
    """SVC-08 · D7.1 — through which day a certificate holds; None: for ever.

    Whoever renews at most `EARLY_DAYS` before the former one ends (`before`) loses nothing: the months follow on it.
    """
    if months is None:
        return None
    soon = before is not None and dt.timedelta(0) <= before - awarded_on <= dt.timedelta(days=EARLY_DAYS)
    return periods.add_months(before if before and soon else awarded_on, months)


def award_by_hand(user: User, of: Competence, *, awarded_on: dt.date, reason: str, by: User) -> Certificate:
    """Certify a colleague for what he brings along; on whose word and why is kept. Nobody certifies himself."""
    access.require(by, AWARD)
    if user.pk == by.pk:
        audit.alert("self_certified", subject=user, actor=by, details={"competence": of.code})
        raise Refusal("not_oneself", status=403)
    if not reason.strip():
        raise Refusal("reason_needed")
    if awarded_on > clock.today():
        raise Refusal("certificate_awarded_in_the_future")
    if not (user.is_staff and user.is_active):
        raise Refusal("not_on_the_staff")
    if not of.is_active:
        raise Refusal("competence_not_in_use")
    return award(user, of, source=BY_HAND, awarded_on=awarded_on, reason=reason, by=by)


@transaction.atomic
def award(
    user: User,
    of: Competence,
    *,
    source: str,
    by: User | None = None,
    awarded_on: dt.date | None = None,
    reason: str = "",
) -> Certificate:
    """Give a certificate; it replaces the current one. The same source gives the same certificate again.

    The caller has settled that it was earned, and refused whoever would certify himself.
    """
    User.objects.select_for_update().get(pk=user.pk)
    day = awarded_on or clock.today()
    current = Certificate.objects.filter(user=user, competence=of, revoked_at=None, replaced_at=None).first()
    if current is not None and current.source == source != BY_HAND:
        return current
    if current is not None:
        current.replaced_at = clock.now()
        current.save(update_fields=["replaced_at"])
    given = Certificate.objects.create(
        user=user,
        competence=of,
        awarded_on=day,
        last_valid_on=last_day(day, months=of.valid_months, before=current.last_valid_on if current else None),
        source=source,
        reason=reason.strip()[:300],
        awarded_by=by,
    )
    audit.record(
        "core.certificate.award",
        subject=given,
        actor=by,
        reason=reason,
        details={"user": user.pk, "competence": of.code, "source": source, "through": given.last_valid_on},
    )
    outbox.send("certificate.awarded", key=str(given.pk), to=user, context=_context(given), link=competence.home())
    competence.forget(user)
    return given


@transaction.atomic
def revoke(certificate: Certificate, *, by: User, reason: str) -> Certificate:
    """Take a certificate back, from this moment; what it was needed for is closed at the next try. A repeat changes
    nothing. Nobody revokes his own."""
    access.require(by, REVOKE)
    if not reason.strip():
        raise Refusal("reason_needed")
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if row.user_id == by.pk:
        raise Refusal("not_oneself", status=403)
    if row.revoked_at is not None:
        return row
    if row.replaced_at is not None:
        raise Refusal("certificate_was_replaced")
    row.revoked_at, row.revoked_by, row.revoked_because = clock.now(), by, reason.strip()[:300]
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    audit.record("core.certificate.revoke", subject=row, actor=by, reason=reason, details={"user": row.user_id})
    context = _context(row) | {"reason": row.revoked_because}
    outbox.send("certificate.revoked", key=str(row.pk), to=row.user, context=context, link=competence.home())
    return row


@transaction.atomic
def demand(
    of: Competence, *, right: str, subject: str = "", starts_on: dt.date, reason: str, by: User
) -> CompetenceRequirement:
    """CARD-26 · A3.2.1 — ask a certificate of everybody who uses a right, from a day on. Refuses a right that nobody
    checks (`right_asks_no_certificate`), one that is asked already, a day that has passed and a want of a reason."""
    access.require(by, REQUIRE)
    found = competence.gates().get(right)
    if found is None or (subject and subject not in found.named()):
        raise Refusal("right_asks_no_certificate", status=422)
    if not reason.strip():
        raise Refusal("reason_needed")
    if starts_on < clock.today():
        raise Refusal("requirement_backdated")
    if not of.is_active:
        raise Refusal("competence_not_in_use")
    try:
        with transaction.atomic():
            row = CompetenceRequirement.objects.create(
                competence=of, right=right, subject=subject, starts_on=starts_on, reason=reason.strip()[:300], set_by=by
            )
    except IntegrityError as error:
        raise Refusal("competence_required_already") from error
    audit.record(
        "core.competence.demand",
        subject=row,
        actor=by,
        reason=reason,
        details={"competence": of.code, "right": right, "of": subject, "from": starts_on},
    )
    return row


@transaction.atomic
def waive(requirement: CompetenceRequirement, *, by: User, reason: str) -> CompetenceRequirement:
    """Ask it no longer, from today on. A repeat changes nothing."""
    access.require(by, REQUIRE)
    if not reason.strip():
        raise Refusal("reason_needed")
    row = CompetenceRequirement.objects.select_for_update().get(pk=requirement.pk)
    if row.ended_on is not None:
        return row
    row.ended_on, row.ended_by, row.ended_because = clock.today(), by, reason.strip()[:300]
    row.save(update_fields=["ended_on", "ended_by", "ended_because"])
    audit.record("core.competence.waive", subject=row, actor=by, reason=reason, details={"right": row.right})
    return row


def _context(certificate: Certificate) -> dict[str, object]:
    through = certificate.last_valid_on.isoformat() if certificate.last_valid_on else ""
    name = certificate.competence.worded("name", certificate.user.language or None)
    return {"certificate": name, "through": through}
