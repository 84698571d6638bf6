"""The person (MEM-01, MEM-03 · B3.2, C2.1): joining, being known from a counter, and changing what we know of her."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from core import audit, clock
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal
from members.models import Consent, LegalText, Member, Source
from members.operations import consent, referrals
from members.operations.codes import Address
from members.policy import emails, member_numbers, names, phones

OPEN_FIELDS = frozenset({"name", "sex", "birth_on", "address", "language", "preferences"})


@dataclass(frozen=True)
class Recruited:
    """Through which door somebody came (MEM-03): what a link or a store told us; nothing of it is trusted for money."""

    source: str = Source.WEB
    campaign: str = ""
    store: Store | None = None
    staff: User | None = None
    referred_by: Member | None = None
    same_device: bool = False


@dataclass(frozen=True)
class Joined:
    """`claimed`: the record was there already, from a purchase at a counter."""

    member: Member
    user: User
    claimed: bool


def user_at(address: Address) -> User | None:
    """Whoever logs in with this address."""
    users = User.objects
    return users.with_phone(address.value) if address.channel == "sms" else users.with_email(address.value)


def member_at(address: Address) -> Member | None:
    rows = Member.objects
    return (rows.by_phone(address.value) if address.channel == "sms" else rows.by_email(address.value)).first()


def join(
    *, verified: Address, name: str, language: str, choices: consent.Choices, recruited: Recruited | None = None
) -> Joined:
    """Somebody proved an address and agreed to the terms: give her a log-in, and her record or a new one.

    A record left by a counter purchase under the same address is claimed, never doubled. Joining twice at once, or
    again, returns the one who is already there.
    """
    try:
        with transaction.atomic():
            return _join(verified, name=name, language=language, choices=choices, recruited=recruited or Recruited())
    except IntegrityError:
        user = user_at(verified)
        if user is None:
            raise
        return Joined(user.member, user, claimed=False)


def _join(verified: Address, *, name: str, language: str, choices: consent.Choices, recruited: Recruited) -> Joined:
    now = clock.now()
    known = member_at(verified)
    if known:
        known = Member.objects.select_for_update().get(pk=known.pk)
        if known.user:
            return Joined(known, known.user, claimed=False)
    user = user_at(verified) or User.objects.create_user(language=language, **_proved(verified, now))
    if mine := Member.objects.filter(user=user).first():
        return Joined(mine, user, claimed=False)
    if known:
        member = known
        member.user, member.language = user, language
        for field, value in _proved(verified, now).items():
            setattr(member, field, value)
        member.save()
    else:
        member = _create(name=name, language=language, recruited=recruited, user=user, **_proved(verified, now))
        if recruited.referred_by is not None:
            referrals.record(member, referrer=recruited.referred_by, same_device=recruited.same_device)
    consent.accept(member, [LegalText.Kind.TERMS, LegalText.Kind.PRIVACY], language=language)
    consent.decide(member, choices, via=Consent.Via.SIGN_UP)
    action = "members.member.claim" if known else "members.member.join"
    audit.record(action, subject=member, actor=user, member_id=member.pk, details={"source": member.source})
    outbox.send("account.welcome", key=str(member.pk), to=user, member_id=member.pk, context={"number": member.number})
    return Joined(member, user, claimed=known is not None)


def find_or_create_for_purchase(
    *, name: str, phone: str, language: str, store: Store | None = None, staff: User | None = None
) -> Member:
    """The buyer at a counter: the member with this phone, or a new record without a log-in. The phone is not yet proved.

    A record that is there is returned as it is: a clerk does not rename a member by selling to her.
    """
    phone = phones.normalise(phone)
    known = Member.objects.by_phone(phone).first()
    if known:
        return known
    recruited = Recruited(source=Source.STORE, store=store, staff=staff)
    try:
        with transaction.atomic():
            member = _create(name=name, language=language, recruited=recruited, phone=phone)
            audit.record(
                "members.member.register",
                subject=member,
                actor=staff,
                member_id=member.pk,
                store_id=store.pk if store else None,
            )
    except IntegrityError:
        return Member.objects.by_phone(phone).get()
    return member


def _create(*, name: str, language: str, recruited: Recruited, **fields: Any) -> Member:
    number = member_numbers.number_from(secrets.randbits(40))
    while Member.objects.filter(number=number).exists():
        number = member_numbers.number_from(secrets.randbits(40))
    return Member.objects.create(
        number=number,
        name=names.normalise(name),
        language=language,
        source=recruited.source,
        source_campaign=recruited.campaign,
        source_store=recruited.store,
        source_staff=recruited.staff,
        referred_by=recruited.referred_by,
        **fields,
    )


def _proved(address: Address, at: dt.datetime) -> dict[str, Any]:
    kind = "phone" if address.channel == "sms" else "email"
    return {kind: address.value, f"{kind}_verified_at": at}


def update(member: Member, changes: Mapping[str, Any], *, by: User, reason: str = "") -> Member:
    """Change what may be changed freely. The trail holds which fields changed, never their content.

    Fields outside the list are a defect of the caller; a birth date follows `YYYY-MM-DD`.
    """
    if foreign := changes.keys() - OPEN_FIELDS:
        raise ValueError(f"not freely changed: {sorted(foreign)}")
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if "name" in changes:
            changes = {**changes, "name": names.normalise(changes["name"])}
        changed = sorted(field for field, value in changes.items() if getattr(member, field) != value)
        if not changed:
            return member
        for field in changed:
            setattr(member, field, changes[field])
        member.birth_month_day = (member.birth_on or "")[5:]
        member.save()
        if "language" in changed and member.user:
            User.objects.filter(pk=member.user.pk).update(language=member.language)
        audit.record(
            "members.member.update",
            subject=member,
            actor=by,
            member_id=member.pk,
            reason=reason,
            details={"fields": changed},
        )
    return member


def change_address(member: Member, *, verified: Address, by: User, reason: str = "") -> Member:
    """A new phone or e-mail address, proved by a code. The old one is told, and spending rests for 72 hours.

    `by` is the member herself, or a colleague of service who gives a `reason`. Cards asks
    `members.queries.spending`. Refuses `address_taken` when somebody else has it: by then the code was typed, so nobody
    learns of an address that is not his.
    """
    kind = "phone" if verified.channel == "sms" else "email"
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        user = User.objects.select_for_update().get(pk=member.user.pk) if member.user else None
        old = getattr(member, kind)
        if old == verified.value and getattr(member, f"{kind}_verified_at"):
            return member
        other = member_at(verified)
        if (other and other.pk != member.pk) or ((owner := user_at(verified)) and owner != user):
            raise Refusal("address_taken")
        if kind == "phone" and old:
            member.phone_changed_at = clock.now()
        for row in filter(None, (member, user)):
            for field, value in _proved(verified, clock.now()).items():
                setattr(row, field, value)
            row.save()
        record = audit.record(
            f"members.member.change_{kind}", subject=member, actor=by, member_id=member.pk, reason=reason
        )
        if old:
            outbox.send(
                f"core.{kind}_changed",
                key=str(record.pk),
                to=user,
                member_id=member.pk,
                address=old,
                language=member.language,
                channels=(verified.channel, "inbox") if user else (verified.channel,),
                context={"at": clock.now(), f"new_{kind}": masked(verified)},
            )
    return member


def prove_phone(member: Member) -> None:
    """A code sent to the phone on record came back (e.g. at activation)."""
    Member.objects.filter(pk=member.pk, phone_verified_at=None).update(phone_verified_at=clock.now())


def masked(address: Address) -> str:
    return phones.masked(address.value) if address.channel == "sms" else emails.masked(address.value)
