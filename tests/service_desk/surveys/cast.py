"""Surveys, occasions and answers for tests: drawn up and published by the operations, in one line."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.test import Client

from core import approvals, clock, sweeps
from core.models import Store, User
from core.parameters import Snapshot
from members.models import Member
from service_desk.surveys.models import (
    Survey,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    SurveyTrigger,
    SurveyVersion,
)
from service_desk.surveys.operations import answering, asking, drafting, publishing, questions, triggers
from service_desk.surveys.operations.questions import Wording
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.queries import links
from service_desk.surveys.queries.touch_points import Occasion
from tests import factories


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh-hans": f"{text}（简）", "zh-hant": f"{text}（繁）"}


def asks(
    text: str, kind: str = "scale-1-5", *, required: bool = True, measure: bool = False, options: Sequence[str] = ()
) -> Wording:
    """A question worded in all languages."""
    scale = kind.startswith("scale")
    return Wording(
        kind=kind,
        required=required,
        is_measure=measure,
        text=words(text),
        low=words("bad") if scale else {},
        high=words("good") if scale else {},
        options=[("", words(option)) for option in options],
    )


CSAT = (
    asks("How was it?", measure=True),
    asks("What was wrong?", "text"),
    asks("Which part?", "choice", required=False, options=("Staff", "Place", "Time")),
)
NPS = (asks("Would you recommend us?", "scale-0-10", measure=True), asks("Why?", "text", required=False))


def draft(code: str, wordings: Sequence[Wording] = CSAT, *, kind: str = "csat", by: User) -> SurveyVersion:
    """A draft, worded whole. Of CSAT: who says 3 or more is not asked what was wrong."""
    survey = drafting.begin(code, kind, by=by)
    version = survey.versions.select_related("survey").get()
    drafting.word(version, {name: words(name.title()) for name in ("title", "intro", "thanks")}, by=by)
    made = [questions.add(version, wording, by=by) for wording in wordings]
    if wordings is CSAT:
        questions.add_skip(made[1], skip("hide", made[0], number=3), by=by)
    return SurveyVersion.objects.select_related("survey").get(pk=version.pk)


def skip(verb: str, on: SurveyQuestion, *, number: int = 0, compare: str = "at-least", **terms: Any) -> dict[str, Any]:
    return {"verb": verb, "on": on, "compare": compare, "number": number, "options": [], "to": None} | terms


def publish(version: SurveyVersion, *, by: User, approver: User) -> SurveyVersion:
    approvals.approve(publishing.submit(version, reason="To know", by=by), by=approver)
    return SurveyVersion.objects.select_related("survey").get(pk=version.pk)


def published(code: str, wordings: Sequence[Wording] = CSAT, *, kind: str = "csat", by: User, approver: User) -> Survey:
    return publish(draft(code, wordings, kind=kind, by=by), by=by, approver=approver).survey


def trigger(
    survey: Survey, touch_point: str = "registration", *, stores: Sequence[Store] = (), **terms: Any
) -> SurveyTrigger:
    """Asks everybody an hour after the occasion, of occasions from a month ago on."""
    usual = {"touch_point": touch_point, "delay_hours": 1, "share_bps": 10_000, "tiers": [], "products": []}
    days = {"starts_on": clock.today(), "last_valid_on": None, "every_months": None}
    row = triggers.begin(survey, usual | days | terms, stores, by=survey.versions.first().author)  # type: ignore[union-attr]
    if "starts_on" not in terms:
        SurveyTrigger.objects.filter(pk=row.pk).update(starts_on=clock.today() - dt.timedelta(days=31))
    return SurveyTrigger.objects.select_related("survey").prefetch_related("stores").get(pk=row.pk)


def ask(
    row: SurveyTrigger, *members: Member, store: Store | None = None, agent: User | None = None, **facts: Any
) -> int:
    """Ask these members about an occasion an hour ago each."""
    at = clock.now() - dt.timedelta(hours=1)
    told = [
        Occasion(facts.get("fact", member.pk), member.pk, at, store.pk if store else None, agent.pk if agent else None,
                 facts.get("product", ""), facts.get("channel", "store"))
        for member in members
    ]  # fmt: skip
    return asking.ask(row, facts.get("source", "test.occasion"), told, parameters=Snapshot())


def invited(member: Member, survey: Survey, **facts: Any) -> SurveyInvitation:
    """An open invitation of a member."""
    row = SurveyTrigger.objects.filter(survey=survey, stopped_at=None).first() or trigger(survey)
    assert ask(SurveyTrigger.objects.select_related("survey").get(pk=row.pk), member, **facts) == 1
    return SurveyInvitation.objects.filter(member=member).latest("pk")


def answer(invitation: SurveyInvitation, *answers: Any, via: str = "email") -> SurveyResponse | None:
    """Answer one question after another: a number, a text, a list of options, or None to pass over."""
    found = None
    for code, given in zip(codes_of(invitation), answers, strict=False):
        found = answering.save(invitation, code, as_answer(given), via=via, language="en")
    return found


def codes_of(invitation: SurveyInvitation) -> list[str]:
    return list(invitation.version.questions.order_by("position").values_list("code", flat=True))


def as_answer(given: Any) -> Answer:
    if given is None:
        return Answer()
    if isinstance(given, int):
        return Answer(number=given)
    return Answer(chosen=tuple(given)) if isinstance(given, list) else Answer(text=given)


def answered(survey: Survey, *scores: int, **facts: Any) -> list[SurveyResponse]:
    """Each score by a member of its own, all questions after the score passed over or answered shortly."""
    found = []
    for score in scores:
        invitation = invited(factories.MemberFactory.create(), survey, **facts)
        response = _to_the_end(invitation, score)
        assert response is not None
        found.append(response)
    return found


def _to_the_end(invitation: SurveyInvitation, score: int) -> SurveyResponse | None:
    response = None
    for row in invitation.version.questions.order_by("position"):
        given = Answer(number=score) if row.is_measure else Answer() if not row.required else Answer(text="Because")
        try:
            response = answering.save(invitation, row.code, given, via="email", language="en")
        except Exception as refused:
            if getattr(refused, "code", "") not in ("survey_question_not_asked", "survey_answered"):
                raise
    return response or SurveyResponse.objects.filter(invitation=invitation).first()


def link(invitation: SurveyInvitation) -> str:
    return f"/s/{links.token_of(invitation.public_id)}/"


def sweep(name: str = "surveys.ask") -> int:
    return sweeps.run(name).done


def send(browser: Client, address: str, invitation: SurveyInvitation, place: int, **sent: Any) -> Any:
    """Answer the question at a place as the page does."""
    data: Mapping[str, Any] = {"question": codes_of(invitation)[place], **sent}
    return browser.post(address, data)
