"""Asking members (SVC-06, SVC-07 · D5.1): from occasions that are due to invitations, a batch at a time.

Whom: the sampled share, who is reached and has not said no, who has no open complaint, and who was not asked within the days
of rest, counted over all surveys. The members are held while this is looked up; behind that stand two constraints: an
invitation takes its own turn in the row of a member, and none begins before the rest of the one before has ended.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction

from core import audit, clock, crypto
from core.messaging import outbox
from core.messaging.outbox import Draft
from core.parameters import Snapshot
from members.models import Member
from service_desk.surveys.models import SurveyInvitation, SurveyTrigger, SurveyVersion
from service_desk.surveys.policy import asking as rule
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.queries import complaints, links, members, questionnaires
from service_desk.surveys.queries.members import Last
from service_desk.surveys.queries.touch_points import Occasion, filtered

EVENT = "survey.asked"


@transaction.atomic
def ask(trigger: SurveyTrigger, source: str, occasions: Sequence[Occasion], *, parameters: Snapshot) -> int:
    """SVC-06, SVC-07 · D5.1 — invite whom these occasions call for; returns how many.

    A repeat invites nobody: an occasion is asked about once. Of a member with several occasions the first counts. Writes
    invitation and message together; what the message says is composed when it is sent.
    """
    version = questionnaires.published(trigger.survey)
    if version is None:
        return 0
    chosen = _sampled(trigger, source, filtered(occasions, stores=_stores(trigger), products=set(trigger.products)))
    known = SurveyInvitation.objects.filter(trigger=trigger, source=source, fact__in=[one.fact for one in chosen])
    asked = set(known.values_list("fact", flat=True))
    first = {one.member: one for one in reversed(chosen) if one.fact not in asked}
    if not first:
        return 0
    rows = _rows(trigger, source, version, first, parameters.of(SurveyParameters))
    written = _write([row for row, _ in rows])
    outbox.send_many(_letter(row, ways) for row, ways in rows if row.public_id in written)
    if written:
        audit.record(
            "service_desk.survey.ask",
            subject=trigger,
            details={"survey": trigger.survey.code, "version": version.number, "source": source, "asked": len(written)},
        )
    return len(written)


def _stores(trigger: SurveyTrigger) -> set[int]:
    return {store.pk for store in trigger.stores.all()}


def _sampled(trigger: SurveyTrigger, source: str, occasions: Sequence[Occasion]) -> list[Occasion]:
    """The share that is asked: by a keyed digest of member and occasion, so that a second run draws the same and nobody can
    work out whom."""
    if trigger.share_bps == rule.WHOLE:
        return list(occasions)
    return [one for one in occasions if rule.is_sampled(_drawn(trigger, source, one), share_bps=trigger.share_bps)]


def _drawn(trigger: SurveyTrigger, source: str, one: Occasion) -> int:
    drawn = f"{trigger.pk}|{one.member}|{source}|{one.fact}"
    return int(crypto.keyed_digest(drawn, key=settings.INDEX_KEY, purpose="survey-sample"), 16)


Rows = list[tuple[SurveyInvitation, tuple[str, ...]]]
"""Invitations, and the ways by which each is sent."""


def _rows(
    trigger: SurveyTrigger,
    source: str,
    version: SurveyVersion,
    first: Mapping[int, Occasion],
    parameters: SurveyParameters,
) -> Rows:
    """Invitations for those who may be asked now; their members are held from here on."""
    held = Member.objects.select_for_update(of=("self",)).filter(pk__in=first, state=Member.State.ACTIVE)
    people = list(held.select_related("user").order_by("pk"))
    keys = [member.pk for member in people]
    ways, tiers, last = members.ways_to(people), members.tiers_of(keys), members.last_asked(keys)
    complaining, now = complaints.open_of(keys), clock.now()
    found: Rows = []
    for member in people:
        before, tier = last.get(member.pk), tiers[member.pk]
        free_on = _free_on(before, parameters)
        rests = free_on is not None and clock.today() < free_on
        if rests or member.pk in complaining or member.pk not in ways or (trigger.tiers and tier not in trigger.tiers):
            continue
        one, public_id = first[member.pk], uuid.uuid4()
        row = SurveyInvitation(
            survey=trigger.survey, version=version, trigger=trigger, member=member, touch_point=trigger.touch_point,
            source=source, fact=one.fact, occurred_at=one.at, store_id=one.store, agent_id=one.agent,
            product=one.product, tier=tier, channel=one.channel, sequence=before.sequence + 1 if before else 1,
            asked_at=now, asked_on=clock.today(), allowed_from_on=free_on,
            rests_until_on=rule.rests_until(clock.today(), rest_days=parameters.rest_days),
            expires_at=now + dt.timedelta(days=parameters.link_days), public_id=public_id,
            token_digest=links.digest_of(links.token_of(public_id)),
        )  # fmt: skip
        found.append((row, ways[member.pk]))
    return found


def _free_on(before: Last | None, parameters: SurveyParameters) -> dt.date | None:
    if before is None:
        return None
    return rule.allowed_from(before.asked_on, before.rests_until_on, rest_days=parameters.rest_days)


def _write(rows: Sequence[SurveyInvitation]) -> set[uuid.UUID]:
    """Whoever was asked by another run a moment ago keeps that invitation: the turn is taken. Which of ours were written."""
    SurveyInvitation.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = SurveyInvitation.objects.filter(public_id__in=[row.public_id for row in rows])
    return set(wanted.values_list("public_id", flat=True))


def _letter(row: SurveyInvitation, ways: tuple[str, ...]) -> Draft:
    return Draft(
        event=EVENT,
        key=row.public_id.hex,
        to=row.member.user,
        member_id=row.member_id,
        language=row.member.language,
        channels=ways,
        link=f"/me/surveys/{row.public_id}/",
        about=f"service_desk.surveyinvitation:{row.public_id.hex}",
        context={},
    )
