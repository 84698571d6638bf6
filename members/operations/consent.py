"""Saying yes and no (MEM-05 · C2.3, B9.2). A decision is a new row; nothing that was decided is ever rewritten."""

from collections.abc import Iterable, Mapping

from django.core import signing
from django.db import transaction

from core import audit, clock, request
from core.models import User
from core.refusals import Refusal
from members.models import Acceptance, Consent, LegalText, Member
from members.policy import consent as policy
from members.queries import consents, legal

UNSUBSCRIBE_SALT = "members.unsubscribe"
Choices = Mapping[tuple[str, str], bool]


def decide(member: Member, choices: Choices, *, via: str, by: User | None = None) -> list[Consent]:
    """Record the decisions that differ from what is in force, against the privacy policy of today.

    A repeat writes nothing. What nobody is ever asked is refused (`consent_not_asked`).
    """
    with transaction.atomic():
        Member.objects.select_for_update().only("pk").get(pk=member.pk)
        return decide_of_locked(member, choices, via=via, by=by)


def decide_of_locked(member: Member, choices: Choices, *, via: str, by: User | None = None) -> list[Consent]:
    """The same within an operation that has locked the member."""
    answers = consents.decisions_of(member.pk)
    changed = []
    for (purpose, channel), granted in choices.items():
        asked = policy.question(purpose, channel)
        if asked is None:
            raise Refusal("consent_not_asked", status=400)
        if policy.in_force(asked, answers=answers) != granted:
            changed.append((purpose, channel, granted))
    if not changed:
        return []
    text_id = legal.id_in_force(LegalText.Kind.PRIVACY)
    written = Consent.objects.bulk_create(
        Consent(
            member=member,
            purpose=purpose,
            channel=channel,
            granted=granted,
            text_id=text_id,
            via=via,
            address=request.current().address,
            recorded_by=by,
        )
        for purpose, channel, granted in changed
    )
    audit.record(
        "members.consent.decide",
        subject=member,
        member_id=member.pk,
        details={"via": via, "decided": changed},
    )
    return written


def withdraw_from_link(token: str) -> tuple[str, str]:
    """The one click of an unsubscribe link: no log-in, no question back. Returns purpose and channel.

    Refuses `unsubscribe_link_broken` when the link was not made by us.
    """
    try:
        member_id, purpose, channel = signing.loads(token, salt=UNSUBSCRIBE_SALT)
        member = Member.objects.get(pk=member_id)
    except (signing.BadSignature, ValueError, TypeError, Member.DoesNotExist) as error:
        raise Refusal("unsubscribe_link_broken", status=400) from error
    decide(member, {(purpose, channel): False}, via=Consent.Via.UNSUBSCRIBE)
    return purpose, channel


def unsubscribe_token(member_id: int, *, purpose: str, channel: str) -> str:
    """What an unsubscribe link carries; valid for ever, because an old message must still be answerable."""
    return signing.dumps([member_id, purpose, channel], salt=UNSUBSCRIBE_SALT)


def accept(member: Member, kinds: Iterable[str], *, language: str) -> list[Acceptance]:
    """The member agrees to the version in force of each text; agreeing to the same version again writes nothing."""
    accepted = []
    for kind in kinds:
        text = legal.in_force(kind)
        row = Acceptance.objects.filter(member=member, text=text).first()
        accepted.append(row or _accept(member, text, language=language))
    return accepted


def _accept(member: Member, text: LegalText, *, language: str) -> Acceptance:
    return Acceptance.objects.create(
        member=member, text=text, language=language, at=clock.now(), address=request.current().address
    )
