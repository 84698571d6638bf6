"""When a survey is asked (SVC-06, SVC-07 · D5.1): occasions are entered and stopped by whoever draws surveys up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from core import access, audit, clock
from core.models import Store, User
from core.refusals import Refusal
from service_desk.surveys.models import Survey, SurveyTrigger
from service_desk.surveys.operations.drafting import PROPOSE
from service_desk.surveys.queries import questionnaires


@transaction.atomic
def begin(survey: Survey, terms: Mapping[str, Any], stores: Sequence[Store], *, by: User) -> SurveyTrigger:
    """SVC-06 · D5.1 — from a day on, ask this survey at a touch-point.

    Needs no second person: two people agreed to the survey, and nobody is asked more often than the parameter allows. Refuses
    a survey that nobody has published (`survey_not_published`) or that has ended, and a day in the past: nobody is asked
    about what lies behind the decision to ask.
    """
    access.require(by, PROPOSE)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.ended_at is not None:
        raise Refusal("survey_ended")
    if questionnaires.published(survey) is None:
        raise Refusal("survey_not_published")
    if terms["starts_on"] < clock.today():
        raise Refusal("survey_trigger_backdated")
    trigger = SurveyTrigger.objects.create(survey=survey, author=by, **terms)
    trigger.stores.set(stores)
    audit.record(
        "service_desk.surveytrigger.begin",
        subject=trigger,
        actor=by,
        details={**terms, "survey": survey.code, "stores": sorted(store.code for store in stores)},
    )
    return trigger


@transaction.atomic
def stop(trigger: SurveyTrigger, *, by: User) -> SurveyTrigger:
    """SVC-06 · D5.1 — ask no more at this touch-point; who was asked may still answer. A repeat changes nothing."""
    access.require(by, PROPOSE)
    trigger = SurveyTrigger.objects.select_for_update().select_related("survey").get(pk=trigger.pk)
    if trigger.stopped_at is None:
        trigger.stopped_at = clock.now()
        trigger.save(update_fields=["stopped_at"])
        audit.record(
            "service_desk.surveytrigger.stop", subject=trigger, actor=by, details={"survey": trigger.survey.code}
        )
    return trigger
