"""No page asks the database more often because there is more to show. A new page is picked up here, or fails the test.

The pages of the back office are those that are registered; the others are the addresses of the URLconf, each of which is
either looked at below or named as showing no rows.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cards.models import Activation, BenefitUse, Card, Order, Product
from core import access, clock
from core.models import Message, User
from loyalty.models import EarnRule, Reward, RewardOrder
from members.models import LegalText, Member
from service_desk.incidents.models import Incident
from service_desk.knowledge.models import Announcement, ArticleVersion
from service_desk.knowledge.queries import kept
from service_desk.models import (
    Case,
    CaseReview,
    Complaint,
    ComplaintFollowUp,
    Contest,
    CourseStep,
    Enrolment,
    QuizAttempt,
    SpotCheck,
)
from service_desk.quality.models import Task
from service_desk.surveys.models import Survey
from tests import factories
from tests.access.addresses import addresses
from tests.cards.factories import ActiveCardFactory, CardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.cards.shop import make_product
from tests.pages import rows
from tests.service_desk.people import school

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 30  # figures of a survey are shown from five answers on
OF_THEIR_OWN = {
    "core.approval",
    "core.messagetemplate",
    "members.legaltext",
    "members.member",
    "loyalty.simulation",
    "usersessions.usersession",
}
"""Whose rows are shown by pages with a name of their own, or (approvals) only as a real request makes them."""
MOST = 30
"""Statements of any page, the shared cache empty; those of the pages that every visit opens are bounded more closely. One of
the wallet's is what she has read of the announcements that are on: with a cache that holds it, nothing is asked."""
MOST_OF = {"cards:wallet": 24, "counter:card": 22, "cards:product": 8, "home": 8, "cards:products": 8, "core:inbox": 8}
MOST_OF |= {"row of service_desk.case": 40}  # everything that is known of a case, on one page
FAILED = "no page"

Path = Callable[[], dict[str, Any]]


def _nothing() -> dict[str, Any]:
    return {}


def _held() -> dict[str, Any]:
    return {"card": Card.objects.earliest("pk").public_id}


def _renewable() -> dict[str, Any]:
    return {"card": Card.objects.filter(version__state="approved").earliest("pk").public_id}


def _order() -> dict[str, Any]:
    return {"token": Order.objects.earliest("pk").token}


def _legal() -> dict[str, Any]:
    return {"kind": LegalText.objects.earliest("pk").kind}


def _own_enrolment() -> Enrolment:
    return Enrolment.objects.select_related("course").earliest("pk")


def _attempt() -> dict[str, Any]:
    return {"attempt": QuizAttempt.objects.filter(enrolment=_own_enrolment()).earliest("pk").pk}


def _use() -> dict[str, Any]:
    return {"use": BenefitUse.objects.earliest("pk").pk}


VISITOR: dict[str, Path] = {
    "home": _nothing,
    "cards:products": _nothing,
    "cards:product": lambda: {"code": Product.objects.filter(state="on-sale").latest("pk").code},
    "cards:questions": _nothing,
    "cards:activate": _nothing,
    "core:status": _nothing,
    "core:outbox": _nothing,
    "knowledge:help": _nothing,
    "knowledge:search": _nothing,
    "knowledge:suggest": _nothing,
    "knowledge:topic": lambda: {"code": ArticleVersion.objects.get(number=100).category.code},
    "knowledge:article": lambda: {"slug": ArticleVersion.objects.get(number=100).article.slug},
    "channels:public_chat": _nothing,
    "api:page": _nothing,
    "api:openapi": _nothing,
    "members:privacy": _nothing,
    "members:terms": _nothing,
    "members:legal": _legal,
    "members:legal_version": lambda: {**_legal(), "version": LegalText.objects.earliest("pk").version},
    "service_desk:contact": _nothing,
    "service_desk:complaint_follow_up": lambda: {"token": ComplaintFollowUp.objects.earliest("pk").token},
}
HERSELF: dict[str, Path] = {
    "cards:wallet": _nothing,
    "cards:portal_card": _held,
    "cards:portal_code": _held,
    "cards:portal_uses": _held,
    "cards:portal_uses_csv": _held,
    "cards:benefits": _nothing,
    "cards:activated": lambda: {"card": Activation.objects.earliest("pk").card.public_id},
    "cards:orders": _nothing,
    "cards:order": _order,
    "cards:order_state": _order,
    "cards:order_receipt": _order,
    "cards:buy": lambda: {"code": Product.objects.filter(state="on-sale").latest("pk").code},
    "cards:renew": lambda: {"card": str(_renewable()["card"])},
    "cards:renew_auto": lambda: {"card": str(_held()["card"])},
    "channels:chat": _nothing,
    "loyalty:rewards": _nothing,
    "loyalty:my_rewards": _nothing,
    "loyalty:reward": lambda: {"code": Reward.objects.earliest("pk").code},
    "core:inbox": _nothing,
    "core:inbox_message": lambda: {"pk": Message.objects.filter(channel="inbox").earliest("pk").pk},
    "loyalty:tier": _nothing,
    "knowledge:news": _nothing,
    "knowledge:news_item": lambda: {"pk": Announcement.objects.earliest("pk").pk},
    "members:profile": _nothing,
    "members:preferences": _nothing,
    "members:security": _nothing,
    "usersessions_list": _nothing,
    "loyalty:invite": _nothing,
    "service_desk:cases": _nothing,
    "service_desk:ask": _nothing,
    "service_desk:case": lambda: {"number": Case.objects.earliest("pk").number},
    "service_desk:complaint": lambda: {"number": Complaint.objects.earliest("pk").case.number},
}
CLERK: dict[str, Path] = {
    "counter:home": _nothing,
    "counter:store": _nothing,
    "counter:card": _held,
    "counter:use": lambda: {**_held(), "benefit": Card.objects.earliest("pk").version.entitlements.earliest("pk").pk},
    "counter:used": _use,
    "counter:undo": _use,
    "counter:activate": _nothing,
    "counter:activate_card": lambda: {"card": Card.objects.filter(state="issued").earliest("pk").public_id},
    "counter:activated": lambda: {"card": Activation.objects.earliest("pk").card.public_id},
    "counter:renew": _renewable,
    "counter:sell": _nothing,
    "loyalty:counter_rewards": _held,
    "loyalty:counter_redeem": lambda: {**_held(), "reward": Reward.objects.earliest("pk").pk},
    "loyalty:counter_gifts": _nothing,
    "loyalty:counter_gift": lambda: {"order": RewardOrder.objects.filter(store__isnull=False).earliest("pk").pk},
    "loyalty:counter_returns": _nothing,
    "counter:collect": lambda: {"token": Order.objects.earliest("pk").token},
    "service_desk:counter_contact": _nothing,
    "service_desk:counter_case": _held,
}
WORKER: dict[str, Path] = {
    "people:training": _nothing,
    "people:course": lambda: {"course": _own_enrolment().course.code},
    "people:attempt": _attempt,
    "people:question": lambda: {**_attempt(), "position": 1},
    "people:scorecard": _nothing,
    "people:spot_check": lambda: {"check": SpotCheck.objects.earliest("pk").pk},
    "people:contest": lambda: {"contest": Contest.objects.earliest("pk").pk},
    "quality:reviews": _nothing,
    "quality:review": lambda: {"review": CaseReview.objects.earliest("pk").pk},
}
OFFICE: dict[str, Path] = {
    "admin:index": _nothing,
    "admin:search": _nothing,
    "admin:service_desk_chat_desk": _nothing,
    "admin:core_parameters": _nothing,
    "admin:core_parameters_area": lambda: {"code": "renewal"},
    "admin:core_wording": lambda: {"event": "order.paid", "channel": "email", "language": "en"},
    "admin:members_legaltext_version": lambda: {**_legal(), "version": LegalText.objects.earliest("pk").version},
    "admin:members_legaltext_next": _legal,
    "admin:members_member_overview": lambda: {"pk": Member.objects.earliest("pk").pk},
    "admin:cards_product_version": lambda: _version(),
    "admin:cards_product_prices": lambda: {"pk": _version()["pk"]},
    "admin:cards_product_effect": lambda: {"pk": _version()["pk"]},
    "admin:cards_product_poster": lambda: {"pk": _version()["pk"]},
    "admin:cards_cardreminder_board": _nothing,
    "admin:loyalty_earnrule_try": _nothing,
    "admin:loyalty_earnrule_revise": lambda: {"pk": EarnRule.objects.earliest("pk").pk},
    "admin:loyalty_earnrule_end": lambda: {"pk": EarnRule.objects.earliest("pk").pk},
    "admin:loyalty_tierchange_board": _nothing,
    "admin:loyalty_tierhold_propose": lambda: {"pk": Member.objects.earliest("pk").pk},
    "admin:loyalty_pointtransaction_ledger": lambda: {"pk": Member.objects.earliest("pk").pk},
    "admin:loyalty_pointadjustment_ask": lambda: {"pk": Member.objects.earliest("pk").pk},
    "admin:loyalty_pointmonth_liability": _nothing,
    "admin:loyalty_pointmonth_export": _nothing,
    "admin:loyalty_benefit_evaluation": _nothing,
    "admin:service_desk_case_queue": _nothing,
    "admin:service_desk_case_board": _nothing,
    "admin:service_desk_case_call": _nothing,
    "admin:service_desk_case_merge": lambda: {"pk": Case.objects.earliest("pk").pk},
    "admin:service_desk_case_split": lambda: {"pk": Case.objects.earliest("pk").pk},
    "admin:service_desk_survey_results": _nothing,
    "admin:service_desk_survey_results_csv": _nothing,
    "admin:service_desk_survey_try": lambda: {"pk": Survey.objects.earliest("pk").pk},
    "admin:service_desk_survey_question": lambda: _question(),
    "admin:service_desk_survey_question_add": lambda: {"pk": Survey.objects.earliest("pk").pk},
    "admin:service_desk_survey_occasion": lambda: {"pk": Survey.objects.earliest("pk").pk},
    "admin:service_desk_task_edit": lambda: {"pk": Task.objects.earliest("pk").pk},
    "admin:service_desk_course_step": lambda: {"step": CourseStep.objects.earliest("pk").pk},
    "admin:service_desk_enrolment_attempt": lambda: {"attempt": QuizAttempt.objects.earliest("pk").pk},
    "admin:service_desk_article_find": _nothing,
    "admin:service_desk_article_edit": lambda: {"pk": ArticleVersion.objects.get(number=100).article_id},
    "admin:service_desk_article_compare": lambda: {"pk": ArticleVersion.objects.get(number=100).article_id},
    "admin:service_desk_complaint_analysis": _nothing,
    "admin:service_desk_incident_figures": _nothing,
    "admin:service_desk_incident_live": lambda: {"pk": Incident.objects.earliest("pk").pk},
    "admin:service_desk_incident_review": lambda: {"pk": Incident.objects.earliest("pk").pk},
    "admin:service_desk_incident_cases": lambda: {"pk": Incident.objects.earliest("pk").pk},
    "admin:service_desk_complaint_analysis_cases": _nothing,
    "admin:service_desk_casereview_figures": _nothing,
    "admin:service_desk_reviewsample_reviewers": _nothing,
}
NO_ROWS = """
account_signup account_finish account_welcome account_login account_request_login_code account_reset_password
account_code account_resend_code account_logout account_inactive account_reauthenticate account_set_password
set_language payments:callback sandbox:pay cards:face_image cards:social_image cards:order_pay
cards:order_cancel cards:order_code cards:order_receipt_pdf cards:activate_code cards:activate_resend
cards:portal_changed cards:portal_contract cards:portal_print cards:renew_off cards:renew_auto_off
loyalty:reserve loyalty:reservation_cancel loyalty:counter_benefit loyalty:counter_grant loyalty:counter_reservation
loyalty:counter_reservation_cancel loyalty:counter_redemption loyalty:counter_redemption_undo
admin:loyalty_benefit_act admin:loyalty_benefitreservation_decide admin:loyalty_benefitredemption_decide
admin:loyalty_benefitgrant_decide admin:loyalty_adviser_decide
counter:activate_code core:healthz core:set_theme core:manifest core:service_worker core:inbox_read_all
core:inbox_read core:offline core:styleguide core:styleguide_page members:change_address members:confirm_address
members:counter_pin members:counter_lock members:unsubscribe counter:renewed counter:sold admin:login
admin:logout admin:password_change admin:password_change_done admin:autocomplete admin:jsi18n admin:view_on_site admin:reveal
admin:core_approval_decide admin:core_jobrun_start admin:core_jobrun_progress admin:core_jobrun_retry
admin:core_employment_grant admin:core_employment_revoke admin:core_employment_move admin:core_employment_shut
admin:core_wording_preview admin:risk_riskevent_decide admin:risk_hold_decide admin:cards_order_decide
admin:cards_payment_decide admin:cards_refund_decide admin:cards_card_print admin:cards_card_decide
admin:cards_numberseries_act admin:cards_numberbatch_export admin:cards_product_act admin:cards_product_revise
admin:members_member_contact loyalty:points loyalty:counter_purchase loyalty:counter_purchased loyalty:counter_purchase_undo
admin:loyalty_earnrule_words
loyalty:reward_cancel loyalty:counter_gift_undo admin:loyalty_reward_move admin:loyalty_reward_stock
admin:loyalty_couponoffer_issue admin:loyalty_couponbatch_export admin:loyalty_rewardorder_decide
admin:loyalty_coupon_decide
admin:loyalty_simulation_progress admin:loyalty_simulation_moves admin:loyalty_simulation_csv
admin:loyalty_simulation_cancel admin:loyalty_simulation_propose
members:invited admin:members_referral_decide
api:purchase_record api:purchase_batch api:purchase_show api:purchase_return api:member_look_up api:member_points api:missing
loyalty:counter_returned loyalty:counter_take_back admin:core_apiclient_revoke admin:loyalty_purchaseimport_template
admin:loyalty_purchaseimport_act admin:loyalty_purchaseimport_progress admin:loyalty_purchaseimport_faults
surveys:answer surveys:own admin:service_desk_survey_act admin:service_desk_survey_question_act
admin:service_desk_survey_preview admin:service_desk_survey_occasion_stop
people:course_begin people:step people:step_file people:quiz_begin people:hand_in people:class_book people:seat_give_up
people:object_to_figure people:plan_agree admin:service_desk_objection_decide admin:service_desk_incentive_decide
admin:service_desk_improvementplan_decide
admin:core_certificate_decide admin:core_competencerequirement_decide admin:service_desk_course_act
admin:service_desk_course_add_step admin:service_desk_course_step_act admin:service_desk_course_item
admin:service_desk_course_item_drop admin:service_desk_quizquestion_use admin:service_desk_classsession_mark
admin:service_desk_classsession_cancel admin:service_desk_enrolment_decide admin:service_desk_enrolment_check
admin:service_desk_onboardingrule_decide
knowledge:rate knowledge:news_read knowledge:news_dismiss admin:service_desk_article_preview
admin:service_desk_article_answer admin:service_desk_article_act admin:service_desk_announcement_act
admin:service_desk_announcement_edit admin:service_desk_vainsearch_decide
admin:service_desk_complaint_act admin:service_desk_complaint_evidence admin:service_desk_improvementmeasure_act
channels:mail_hook channels:social_hook channels:chat_poll channels:chat_say channels:chat_typing channels:chat_leave
channels:chat_file channels:demo_write channels:demo_answer admin:service_desk_chat_poll admin:service_desk_chat_duty
admin:service_desk_chat_act admin:service_desk_chat_file admin:service_desk_inboundmail_decide
admin:service_desk_socialthread_decide
admin:service_desk_incident_act admin:service_desk_incident_submit admin:service_desk_incident_of_case
admin:service_desk_incident_count admin:service_desk_incident_tell admin:service_desk_incident_announce
admin:service_desk_emergencyplan_kind admin:service_desk_emergencyplan_edit admin:service_desk_emergencyplan_act
admin:service_desk_task_act admin:service_desk_project_act admin:service_desk_project_edit
admin:service_desk_project_reach admin:service_desk_meeting_decide
admin:service_desk_casereview_keep admin:service_desk_casereview_take admin:service_desk_casereview_assign
admin:service_desk_casereview_decide admin:service_desk_scoresheet_submit admin:service_desk_qualityfinding_act
admin:cards_product_figures admin:cards_product_version_act admin:cards_activationfollowup_decide
service_desk:contacted service_desk:claim service_desk:attachment service_desk:answer service_desk:settle service_desk:rate
service_desk:counter_opened admin:service_desk_case_duty admin:service_desk_case_suggest
admin:service_desk_case_attachment admin:service_desk_case_look admin:service_desk_case_act
"""
SHOW_NO_ROWS = set(NO_ROWS.split())
"""Forms of one thing, files of one thing, what is only sent to, and pages without data; points and simulations have
tests of their own."""


def _question() -> dict[str, Any]:
    survey = Survey.objects.earliest("pk")
    return {"pk": survey.pk, "question": survey.versions.get(state="draft").questions.earliest("pk").pk}


def _version() -> dict[str, Any]:
    version = Product.objects.earliest("pk").versions.earliest("pk")
    return {"pk": version.product_id, "number": version.number}


ASKED = {"admin:search": "?s=8800", "knowledge:search": "?q=umbrella", "knowledge:suggest": "?q=umbrella"}
FACES = {"visitor": VISITOR, "herself": HERSELF, "clerk": CLERK, "learner": WORKER, "colleague": OFFICE}
PAGES = [(face, name) for face, pages in FACES.items() for name in pages]
REGULAR = ("changelist", "change", "add", "delete")
REGISTERED = {model._meta.label_lower: model for model in admin.site._registry}
LISTS = [f"list of {label}" for label in REGISTERED]
ROWS = [f"row of {label}" for label in REGISTERED if label not in OF_THEIR_OWN]


@pytest.fixture(scope="module")
def asked(django_db_setup: Any, django_db_blocker: Any) -> dict[str, list[list[str]]]:
    """Page → its statements with few rows in every table, and with many. One house for all, because it is big."""
    found: dict[str, list[list[str]]] = {}
    whole_test = mock.patch.object(kept, "NEAR_SECONDS", 3_600)
    with django_db_blocker.unblock(), clock.stopped(clock.now()), transaction.atomic(), whole_test:
        visitors = _cast()
        for count in (FEW, MANY):
            _grow(count)
            kept.forget()
            for name, client, path in _pages(visitors):
                found.setdefault(name, []).append(_asked(client, path))
        transaction.set_rollback(True)
    cache.clear()
    kept.forget()
    rows.forget()
    return found


def _cast() -> dict[str, Client]:
    """A member with a card in use and one that waits, a clerk, and a colleague who may see everything."""
    cache.clear()
    kept.forget()
    rows.clear("service_desk")  # of the articles that came with the programme
    store = factories.StoreFactory.create()
    member = factories.MemberFactory.create()
    card = ActiveCardFactory.create(
        order_line=LineFactory.create(order=OrderFactory.create(member=member, store=store))
    )
    EntitlementFactory.create(version=card.version, per_card=1_000)
    CardFactory.create(order_line=LineFactory.create(order=OrderFactory.create(member=member)), version=card.version)
    line = LineFactory.create(order=OrderFactory.create(member=member), version=make_product("first").version)
    ActiveCardFactory.create(order_line=line, last_valid_on=clock.today() + dt.timedelta(days=20))
    everything = dict.fromkeys(access.roles())
    return {
        "visitor": Client(),
        "herself": _logged_in(member.user),
        "clerk": _logged_in(factories.StaffFactory.create(roles={"clerk": store})),
        "learner": _logged_in(_learner()),
        "colleague": _logged_in(factories.StaffFactory.create(roles=everything)),
    }


def _learner() -> User:
    """The first who takes a course: what is grown hangs on his."""
    learner: User = factories.StaffFactory.create(roles={})
    trainer = factories.StaffFactory.create(roles={"trainer": None})
    row = school.enrolled(learner, school.make_course("first", ("read", "quiz"), trainer=trainer))
    school.read(row)
    school.begin(row)
    return learner


def _logged_in(user: User | None) -> Client:
    browser = Client()
    assert user is not None
    browser.force_login(user)
    return browser


def _grow(count: int) -> None:
    rows.grow(count)
    for number in range(Product.objects.filter(state="on-sale").count(), count):
        make_product(f"shelf-{number}")


def _pages(visitors: dict[str, Client]) -> Iterator[tuple[str, Client, Callable[[], str]]]:
    for face, name in PAGES:
        yield name, visitors[face], partial(_address, name, FACES[face][name])
    for label, model in REGISTERED.items():
        page = f"admin:{label.replace('.', '_')}"
        wanted = "?whose=all" if label == "core.approval" else ""
        yield f"list of {label}", visitors["colleague"], partial(_list, page, wanted)
        if label not in OF_THEIR_OWN:
            yield f"row of {label}", visitors["colleague"], partial(_row, page, model)


def _address(name: str, path: Path) -> str:
    return reverse(name, kwargs=path()) + ASKED.get(name, "")


def _list(page: str, wanted: str) -> str:
    return reverse(f"{page}_changelist") + wanted


def _row(page: str, model: Any) -> str:
    row = model._default_manager.earliest("pk")
    return reverse(f"{page}_change", args=[row.pk])


def _asked(client: Client, path: Callable[[], str]) -> list[str]:
    """The statements of a page that was opened before, the cache empty."""
    try:
        with transaction.atomic():
            address = path()
            client.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(address)
                told = b"".join(answer) if answer.status_code == 200 else b""
    except Exception as error:
        return [f"{FAILED}: {error!r}"]
    return (
        [query["sql"] for query in seen.captured_queries]
        if told
        else [f"{FAILED}: {address} answered {answer.status_code}"]
    )


@pytest.mark.walk
@pytest.mark.parametrize("name", [name for _, name in PAGES] + LISTS + ROWS)
def test_a_page_asks_as_often_for_thirty_rows_as_for_five(name: str, asked: dict[str, list[list[str]]]) -> None:
    few, many = asked[name]
    assert FAILED not in "".join(few[:1] + many[:1]), few[0] + many[0]
    known = {sql[:120] for sql in few}
    most_often = "\n".join(
        sorted(many, key=lambda sql: (sql[:120] in known, -sum(sql[:120] == other[:120] for other in many)))[:8]
    )
    assert len(many) <= len(few), f"{len(few)} statements became {len(many)}:\n{most_often}"
    assert len(many) <= MOST_OF.get(name, MOST), f"{len(many)} statements:\n{most_often}"


def test_every_page_is_looked_at_or_named_as_showing_no_rows() -> None:
    known = {*VISITOR, *HERSELF, *CLERK, *WORKER, *OFFICE, *SHOW_NO_ROWS}
    of_rows = {f"admin:{label.replace('.', '_')}_{page}" for label in REGISTERED for page in REGULAR}
    named = {
        one.name
        for one in addresses()
        if one.name not in of_rows and not one.name.startswith(("mfa_", "/")) and not one.name.endswith("app_list")
    }
    assert (sorted(named - known), sorted(known - named)) == ([], [])
