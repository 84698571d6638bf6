"""What always holds of surveys (SVC-07 · D5.1), for `manage.py verify`."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from core.verify import invariant
from service_desk.surveys.models import SurveyAnswer, SurveyInvitation, SurveyResponse, SurveyVersion
from service_desk.surveys.operations import publishing
from service_desk.surveys.queries import questionnaires

BATCH = 2000


@invariant("SV1", "an invitation is answered once, and by answers to its own version")
def answered_once() -> Iterator[str]:
    twice = SurveyResponse.objects.values("invitation").annotate(times=Count("pk")).filter(times__gt=1)
    for row in twice.iterator(BATCH):
        yield f"invitation {row['invitation']} was answered {row['times']} times"
    for pk in SurveyResponse.objects.exclude(version=F("invitation__version")).values_list("pk", flat=True):
        yield f"response {pk} is of another version than its invitation"
    foreign = SurveyAnswer.objects.exclude(question__version=F("response__version"))
    for pk in foreign.values_list("response", flat=True).distinct():
        yield f"response {pk} answers questions of another version"
    left = SurveyResponse.objects.filter(invitation__drafts__isnull=False).values_list("pk", flat=True).distinct()
    for pk in left:
        yield f"response {pk} was sent, and drafts of it are left"
    for pk in SurveyResponse.objects.filter(invitation__closed_at__isnull=True).values_list("pk", flat=True):
        yield f"response {pk} was sent, and its invitation is open"


@invariant("SV2", "nobody is asked before the rest after her last survey has ended")
def rest_is_kept() -> Iterator[str]:
    before = SurveyInvitation.objects.filter(member=OuterRef("member"), sequence=OuterRef("sequence") - 1)
    rows = SurveyInvitation.objects.filter(sequence__gt=1).annotate(
        free_on=Subquery(before.values("rests_until_on")[:1]), asked_before=Subquery(before.values("asked_on")[:1])
    )
    told = rows.values_list("pk", "asked_on", "free_on", "allowed_from_on", "asked_before")
    for pk, asked_on, free_on, allowed_on, asked_before in told.order_by("pk").iterator(BATCH):
        if free_on is None:
            yield f"invitation {pk} leaves a gap in the turns of its member"
        elif asked_on < free_on or allowed_on < free_on:
            yield f"invitation {pk} came on {asked_on}, {(asked_on - asked_before).days} days after the one before"


@invariant("SV3", "what a published survey asks is what a second person agreed to")
def published_stays() -> Iterator[str]:
    rows = SurveyVersion.objects.filter(state=SurveyVersion.State.PUBLISHED).select_related("survey", "approval")
    for version in rows.order_by("pk"):
        asked = version.approval
        if asked is None or asked.decided_by_id in (None, asked.author_id):
            yield f"{version} was published by one person"
        elif publishing.contents_of(questionnaires.form_of(version)) != asked.after:
            yield f"{version} differs from what was approved"


@invariant("SV4", "the score of a response is what was answered to the question that measures")
def scores_are_answers() -> Iterator[str]:
    measured = SurveyAnswer.objects.filter(question__is_measure=True)
    other = measured.filter(Q(response__score__isnull=True) | ~Q(number=F("response__score")))
    for pk in other.values_list("response", flat=True):
        yield f"response {pk} has another score than was answered"
    without = SurveyResponse.objects.filter(~Exists(measured.filter(response=OuterRef("pk"))), score__isnull=False)
    for pk in without.values_list("pk", flat=True):
        yield f"response {pk} has a score that nobody gave"
