"""What single members answered (SVC-06, SVC-07 · D5): for those who may follow it up. Own words are masked and revealed one by
one, which the trail notes."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.admin.pages import staff
from core import access, clock, masking, reveals, show, words, worklists
from core import request as current_request
from core.admin import ReadOnly
from core.admin.base import moment, number, reveal_control
from core.models import User
from service_desk.models import Case
from service_desk.surveys.models import SurveyAnswer, SurveyResponse
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.queries import following_up, questionnaires

RIGHT = "service_desk.view_surveyresponse"
CASES = "service_desk.view_case"
LOOKED_AT_DAYS = 14


@admin.register(SurveyResponse)
class SurveyResponseAdmin(ReadOnly):
    list_display = (
        "key", "named", "member", "touch_point", "store", number("score", _("score")), "low",
        moment("answered_at", _("answered at")),
    )  # fmt: skip
    list_display_links = ("key", "named")
    list_filter = ("is_low", "survey", "is_partial")
    search_exact = ("invitation__member__number",)
    search_help_text = _("Member number")
    ordering = ("-pk",)
    fields: ClassVar[Any] = (
        "named", "member", "touch_point", "occasion", "store", "colleague", "tier", "score", "low", "case", "is_partial",
        "via", "language", moment("answered_at", _("answered at")), "answers",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[SurveyResponse] = super().get_queryset(request)
        rows = rows.select_related("survey", "version", "invitation__member", "invitation__store", "invitation__agent")
        return access.within_scope(rows, staff(request), path="invitation__store", right=RIGHT)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SurveyResponse | None:
        """With what it opened: the theme asks a field several times what it shows."""
        row: SurveyResponse | None = super().get_object(request, object_id, from_field)
        if row is not None:
            row.opened = following_up.cases_of([row.pk]).get(row.pk)  # type: ignore[attr-defined]
        return row

    def member_id_of(self, row: Model) -> int | None:
        return row.invitation.member_id if isinstance(row, SurveyResponse) else None

    @admin.display(description="#", ordering="pk")
    def key(self, row: SurveyResponse) -> int:
        return int(row.pk)

    @admin.display(description=_("survey"))
    def named(self, row: SurveyResponse) -> str:
        return f"{spoken(row.version.title)} v{row.version.number}"

    @admin.display(description=_("member"))
    def member(self, row: SurveyResponse) -> SafeString:
        member = row.invitation.member
        return format_html('<a href="{}">{}</a>', reverse("admin:members_member_overview", args=[member.pk]), member)

    @admin.display(description=_("touch-point"))
    def touch_point(self, row: SurveyResponse) -> str:
        return row.invitation.get_touch_point_display()

    @admin.display(description=_("happened at"))
    def occasion(self, row: SurveyResponse) -> str:
        return show.moment(row.invitation.occurred_at)

    @admin.display(description=_("store"))
    def store(self, row: SurveyResponse) -> str:
        return row.invitation.store.name if row.invitation.store else "—"

    @admin.display(description=_("colleague"))
    def colleague(self, row: SurveyResponse) -> str:
        return str(row.invitation.agent) if row.invitation.agent else "—"

    @admin.display(description=_("tier"))
    def tier(self, row: SurveyResponse) -> str:
        return words.of(words.TIER, row.invitation.tier) or "—"

    @admin.display(description=_("low score"), boolean=True)
    def low(self, row: SurveyResponse) -> bool:
        return row.is_low

    @admin.display(description=_("case"))
    def case(self, row: SurveyResponse) -> SafeString:
        """What the low score opened."""
        found: Case | None = getattr(row, "opened", None)
        user = current_request.current().user
        if found is None:
            return SafeString("—")
        if user is None or not user.has_perm(CASES):
            return format_html("{}", found)
        return format_html('<a href="{}">{}</a>', reverse("admin:service_desk_case_change", args=[found.pk]), found)

    @admin.display(description=pgettext_lazy("survey", "answers"))
    def answers(self, row: SurveyResponse) -> SafeString:
        """Each question as it was worded, and what was answered."""
        form = questionnaires.form_of(row.version)
        given = {one.question_id: one for one in row.answers.all()}
        told = [
            (spoken(question.text), _told(given[question.pk], dict(_options(form, question.pk))))
            for question in form.questions
            if question.pk in given
        ]
        return format_html_join("", '<p class="mb-3"><strong>{}</strong><br>{}</p>', told)


def _options(form: questionnaires.Form, question: int) -> list[tuple[str, str]]:
    return [(one.code, spoken(one.text)) for one in form.options.get(question, ())]


def _told(answer: SurveyAnswer, options: dict[str, str]) -> str | SafeString:
    if answer.number is not None:
        return show.number(answer.number)
    if answer.chosen:
        return show.listed(options.get(code, code) for code in answer.chosen)
    hidden = masking.HIDDEN * 8
    user = current_request.current().user
    return reveal_control(answer, "text", hidden) if user and user.has_perm(reveals.RIGHT) else hidden


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(ReadOnly):
    """Single answers, so that own words are revealed through the page of their model; one reads them on that of the response."""

    list_display = ("key", "response", "question", number("number", _("score")), moment("at", _("answered at")))
    masked_fields = ("text",)
    ordering = ("-pk",)
    fields = ("response", "question", "number", "chosen", "at")

    @admin.display(description="#", ordering="pk")
    def key(self, row: SurveyAnswer) -> int:
        return int(row.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[SurveyAnswer] = super().get_queryset(request)
        rows = rows.select_related("response__survey", "response__invitation", "question__version__survey")
        return access.within_scope(rows, staff(request), path="response__invitation__store", right=RIGHT)

    def member_id_of(self, row: Model) -> int | None:
        return row.response.invitation.member_id if isinstance(row, SurveyAnswer) else None


def _low(_user: User) -> QuerySet[SurveyResponse]:
    since = clock.now() - dt.timedelta(days=LOOKED_AT_DAYS)
    return SurveyResponse.objects.filter(is_low=True, answered_at__gt=since)


worklists.register(
    worklists.Worklist(
        code="surveys-low",
        label=_("Low scores of the last two weeks"),
        rows=_low,
        url="admin:service_desk_surveyresponse_changelist",
        query="is_low__exact=1",
        right=RIGHT,
        icon="sentiment_dissatisfied",
    )
)
