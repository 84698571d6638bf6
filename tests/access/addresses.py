"""Every address of the URLconf, filled in with what really lies behind it."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cards.models import Card
from cards.queries import mandates
from core import parameters
from core.messaging import events
from members.operations import consent
from service_desk.surveys.queries import links
from tests.access.house import Belongings

OF_MODEL = re.compile(r"admin:(?P<app>service_desk|[a-z]+)_(?P<model>[a-z]+)_[a-z_]+")
MISSING = {"int": 999_999, "uuid": uuid.UUID(int=7), "str": "nothing-here", "slug": "nothing-here", "path": "999999"}


@dataclass(frozen=True)
class Address:
    """A pattern of the URLconf: its name (or its route, where it has none) and what it must be told."""

    name: str
    route: str
    converters: tuple[tuple[str, str], ...]

    def path(self, had: Belongings) -> str:
        """Where this lies for what somebody has."""
        return self._at({key: _value(self, key, had) for key, _ in self.converters})

    def nowhere(self, had: Belongings) -> str:
        """The same with the first argument that names a row made up."""
        made_up, known = dict(self.converters), {key: _value(self, key, had) for key, _ in self.converters}
        first = next(iter(made_up))
        return self._at({**known, first: MISSING[made_up[first]]})

    def _at(self, told: dict[str, Any]) -> str:
        if self.name.startswith("/"):
            return self.name
        return reverse(self.name, kwargs=told)


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", "/", ()))


def _walk(patterns: list[Any], space: str, route: str, known: tuple[tuple[str, str], ...]) -> Iterator[Address]:
    for one in patterns:
        told = (*known, *((key, _kind(value)) for key, value in one.pattern.converters.items()))
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, inner, here, told)
        elif isinstance(one, URLPattern):
            if regex := getattr(one.pattern, "regex", None):
                told += tuple((key, "str") for key in regex.groupindex if key not in dict(told))
            yield Address(f"{space}{one.name}" if one.name else re.sub(r"\(.*", "nothing-here/", here), here, told)


def _kind(converter: Any) -> str:
    return type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()


def _value(address: Address, key: str, had: Belongings) -> Any:
    """What one argument is: by the name of the address, by its model, or the same everywhere."""
    if found := BY_ADDRESS.get(f"{address.name} {key}") or BY_SPACE.get(f"{address.name.split(':')[0]} {key}"):
        return found(had)
    if key in {"pk", "object_id"} and (model := OF_MODEL.fullmatch(address.name)):
        return had[f"{model['app']}.{model['model']}"].pk
    return EVERYWHERE[key](had)


def _code(had: Belongings) -> str:
    product: str = had["cards.product"].code
    return product


def _unsubscribe(had: Belongings) -> str:
    return consent.unsubscribe_token(had.member.pk, purpose="marketing", channel="sms")


def _public_id(had: Belongings) -> uuid.UUID:
    card: Card = had["cards.card"]
    return card.public_id


def _row(name: str, attribute: str = "pk") -> Callable[[Belongings], Any]:
    return lambda had: getattr(had[name], attribute)


def _link(had: Belongings) -> str:
    return links.token_of(had["service_desk.surveyinvitation"].public_id)


OF_SURVEYS = ("act", "question_add", "question", "question_act", "preview", "try", "occasion", "occasion_stop")
EVENT = "account.welcome"
BY_ADDRESS: dict[str, Callable[[Belongings], Any]] = {
    "surveys:answer token": _link,
    "surveys:own public_id": _row("service_desk.surveyinvitation", "public_id"),
    **{f"admin:service_desk_survey_{name} pk": _row("service_desk.survey") for name in OF_SURVEYS},
    "admin:service_desk_survey_change object_id": _row("service_desk.survey"),
    "admin:service_desk_survey_act verb": lambda _had: "submit",
    "admin:service_desk_survey_question question": _row("service_desk.surveyquestion"),
    "admin:service_desk_survey_question_act question": _row("service_desk.surveyquestion"),
    "admin:service_desk_survey_question_act verb": lambda _had: "up",
    "admin:service_desk_survey_occasion_stop trigger": _row("service_desk.surveytrigger"),
    "admin:service_desk_surveyresponse_change object_id": _row("service_desk.surveyresponse"),
    "admin:service_desk_surveyanswer_change object_id": _row("service_desk.surveyanswer"),
    "cards:order_pay token": _row("placed order", "token"),
    "cards:order_cancel token": _row("placed order", "token"),
    "cards:renew_off token": lambda had: mandates.off_token(had["cards.renewalmandate"]),
    "cards:face_image name": _row("draft", "face_image"),
    "counter:renewed token": _row("renewal", "token"),
    "counter:activate_card card": _row("issued card", "public_id"),
    "counter:activate_code card": _row("issued card", "public_id"),
    "sandbox:pay token": _row("cards.sandboxcharge", "token"),
    "members:unsubscribe token": _unsubscribe,
    "members:invited code": lambda had: had.member.invite_code,
    "admin:loyalty_pointtransaction_ledger pk": lambda had: had.member.pk,
    "admin:loyalty_pointadjustment_ask pk": lambda had: had.member.pk,
    "admin:loyalty_tierhold_propose pk": lambda had: had.member.pk,
    "admin:members_referral_decide verb": lambda _had: "release",
    "members:change_address kind": lambda _had: "phone",
    "mfa_remove_webauthn pk": _row("webauthn"),
    "mfa_edit_webauthn pk": _row("webauthn"),
    "core:inbox_message pk": _row("core.message"),
    "core:inbox_read pk": _row("core.message"),
    "core:styleguide_page page": lambda _had: "kit",
    "api:missing rest": lambda _had: "nothing-here",
    "admin:loyalty_purchaseimport_act verb": lambda _had: "anew",
    "admin:core_parameters_area code": lambda _had: parameters.areas()[0].code,
    "admin:core_jobrun_start name": _row("core.jobrun", "job"),
    "admin:core_jobrun_retry pk": _row("core.poisonrow"),
    "admin:cards_numberbatch_export pk": _row("cards.numberbatch"),
    "admin:cards_order_decide verb": lambda _had: "invoice",
    "admin:cards_payment_decide verb": lambda _had: "refund",
    "admin:cards_refund_decide verb": lambda _had: "pay-out",
    "admin:cards_card_decide verb": lambda _had: "suspend",
    "admin:risk_riskevent_decide verb": lambda _had: "acknowledge",
    "admin:risk_hold_decide verb": lambda _had: "lift",
    "admin:cards_activationfollowup_decide verb": lambda _had: "finish",
    "admin:cards_numberseries_act verb": lambda _had: "void",
    "admin:cards_product_act verb": lambda _had: "suspend",
    "admin:cards_product_version_act verb": lambda _had: "withdraw",
    "loyalty:reward code": _row("loyalty.reward", "code"),
    "loyalty:reward_cancel code": _row("loyalty.rewardorder", "code"),
    "admin:loyalty_reward_move verb": lambda _had: "retired",
    "admin:loyalty_rewardorder_decide verb": lambda _had: "cancel",
    "admin:loyalty_couponoffer_issue verb": lambda _had: "batch",
    "admin:loyalty_couponbatch_export pk": _row("loyalty.couponbatch"),
    "admin:loyalty_coupon_decide verb": lambda _had: "void",
    "admin:loyalty_simulation_csv table": lambda _had: "months",
    "loyalty:reserve benefit": lambda had: f"b{had['loyalty.benefitversion'].pk}",
    "admin:loyalty_benefit_act verb": lambda _had: "revise",
    "admin:loyalty_benefitreservation_decide verb": lambda _had: "cancel",
    "admin:loyalty_benefitredemption_decide verb": lambda _had: "reverse",
    "admin:loyalty_benefitgrant_decide verb": lambda _had: "withdraw",
    "admin:loyalty_adviser_decide verb": lambda _had: "assign",
    "admin:service_desk_case_act verb": lambda _had: "note",
    "admin:service_desk_case_attachment token": _row("service_desk.caseattachment", "token"),
    "service_desk:attachment token": _row("service_desk.caseattachment", "token"),
    "people:quiz_begin step": _row("quiz"),
    "admin:service_desk_course_act verb": lambda _had: "open",
    "admin:service_desk_course_add_step kind": lambda _had: "read",
    "admin:service_desk_course_step_act verb": lambda _had: "up",
    "admin:service_desk_quizquestion_use verb": lambda _had: "out",
    "admin:service_desk_enrolment_decide verb": lambda _had: "withdraw",
    "admin:service_desk_onboardingrule_decide verb": lambda _had: "end",
    "admin:service_desk_objection_decide verb": lambda _had: "reject",
    "admin:service_desk_incentive_decide verb": lambda _had: "give",
    "admin:service_desk_improvementplan_decide verb": lambda _had: "withdraw",
    "admin:core_certificate_decide verb": lambda _had: "revoke",
    "admin:core_competencerequirement_decide verb": lambda _had: "waive",
    "knowledge:topic code": _row("service_desk.articlecategory", "code"),
    "knowledge:news_item pk": _row("service_desk.announcement"),
    "knowledge:news_dismiss pk": _row("service_desk.announcement"),
    "admin:service_desk_article_act verb": lambda _had: "review",
    "admin:service_desk_announcement_act verb": lambda _had: "publish",
    "admin:service_desk_incident_act verb": lambda _had: "note",
    "admin:service_desk_incident_of_case pk": _row("service_desk.case"),
    "admin:service_desk_emergencyplan_act verb": lambda _had: "confirm",
    "admin:service_desk_task_act verb": lambda _had: "begin",
    "admin:service_desk_qualityfinding_act verb": lambda _had: "withdraw",
    "quality:review review": _row("service_desk.casereview"),
    "admin:service_desk_project_act verb": lambda _had: "stop",
    "admin:service_desk_project_reach pk": _row("service_desk.milestone"),
    "admin:service_desk_vainsearch_decide verb": lambda _had: "settle",
    "service_desk:complaint number": _row("service_desk.case", "number"),
    "service_desk:complaint_follow_up token": _row("service_desk.complaintfollowup", "token"),
    "admin:service_desk_complaint_act verb": lambda _had: "investigate",
    "admin:service_desk_complaint_evidence token": _row("evidence", "token"),
    "admin:service_desk_improvementmeasure_act verb": lambda _had: "agree",
    "channels:social_hook network": lambda _had: "weibo",
    "channels:chat_file token": _row("service_desk.chatfile", "token"),
    "channels:demo_answer pk": _row("e-mail"),
    "admin:service_desk_chat_act pk": _row("service_desk.chat"),
    "admin:service_desk_chat_act verb": lambda _had: "take",
    "admin:service_desk_chat_file pk": _row("service_desk.chat"),
    "admin:service_desk_chat_file token": _row("service_desk.chatfile", "token"),
    "admin:service_desk_inboundmail_decide verb": lambda _had: "dismiss",
    "admin:service_desk_socialthread_decide verb": lambda _had: "answered",
    "admin:reveal app": lambda _had: "core",
    "admin:reveal model": lambda _had: "user",
    "admin:reveal pk": _row("core.user"),
    "admin:reveal field": lambda _had: "phone",
    "admin:view_on_site content_type_id": lambda _had: 1,
    "admin:view_on_site object_id": lambda _had: 1,
}
"""What an argument of one address is."""
BY_SPACE: dict[str, Callable[[Belongings], Any]] = {
    "cards card": _public_id,
    "counter card": _public_id,
    "loyalty card": _public_id,
    "loyalty version": _row("loyalty.benefitversion"),
    "service_desk card": _public_id,
    "service_desk number": _row("service_desk.case", "number"),
}
EVERYWHERE: dict[str, Callable[[Belongings], Any]] = {
    "code": _code,
    "token": _row("paid order", "token"),
    "benefit": _row("cards.entitlement"),
    "use": _row("cards.benefituse"),
    "purchase": _row("loyalty.purchase"),
    "reward": _row("loyalty.reward", "pk"),
    "order": _row("loyalty.rewardorder", "pk"),
    "grant": _row("loyalty.benefitgrant"),
    "reservation": _row("loyalty.benefitreservation"),
    "redemption": _row("loyalty.benefitredemption"),
    "done": _row("loyalty.purchasereturn"),
    "course": _row("service_desk.course", "code"),
    "step": _row("reading"),
    "item": _row("service_desk.practicalitem"),
    "attempt": _row("service_desk.quizattempt"),
    "position": lambda _had: 1,
    "session": _row("service_desk.classsession"),
    "seat": _row("service_desk.classseat"),
    "figure": _row("service_desk.scorefigure"),
    "check": _row("service_desk.spotcheck"),
    "plan": _row("service_desk.improvementplan"),
    "contest": _row("service_desk.contest"),
    "reference": lambda _had: "5f1c9a0e7b2d4c6f8a1b3d5e",
    "gateway": lambda _had: "sandbox",
    "kind": lambda _had: "privacy",
    "version": _row("members.legaltext", "version"),
    "number": _row("cards.productversion", "number"),
    "app_label": lambda _had: "cards",
    "event": lambda _had: events.get(EVENT).code,
    "channel": lambda _had: "inbox",
    "language": lambda _had: "en",
    "slug": _row("service_desk.article", "slug"),
    "url": lambda _had: "nothing-here/",
}
