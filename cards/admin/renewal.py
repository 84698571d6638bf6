"""Terms that end, in the back office: the board, reminders, automatic renewals, cards that nobody activated."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.buying import GATEWAY, Lookup, money
from cards.admin.pages import page, viewer
from cards.models import ActivationFollowUp, CardReminder, RenewalCharge, RenewalMandate
from cards.operations import follow_ups
from cards.policy import numbers
from cards.queries import renewal_board
from core import clock, show, worklists
from core.admin import ReadOnly, deciding
from core.admin.base import newest_values

BOARD = "cards.view_cardreminder"
CARDS_A_PAGE = 50


def board(request: HttpRequest) -> HttpResponse:
    """What ends by day, renewed or not, with a picture by week; a day opens its cards."""
    viewer(request, BOARD)
    today = clock.today()
    days = renewal_board.days(today)
    chosen = _day(request.GET.get("day", ""))
    shown = None
    if chosen is not None:
        shown = Paginator(renewal_board.open_on(chosen).order_by("pk"), CARDS_A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "admin/cards/renewals.html",
        title=_now("Renewals"),
        today=today,
        days=days,
        weeks=_bars(renewal_board.weeks(days)),
        ending=sum(day.ending for day in days),
        renewed=sum(day.renewed for day in days),
        chosen=chosen,
        cards=shown,
    )  # fmt: skip


def _bars(weeks: list[renewal_board.Week]) -> list[dict[str, Any]]:
    """The weeks as bars, the highest filling the picture: all that end, and of them those renewed."""
    most = max((week.ending for week in weeks), default=0) or 1
    bars = []
    for week in weeks:
        ending, renewed = 100 * week.ending // most, 100 * week.renewed // most
        heights = {"ending_height": ending, "ending_top": 100 - ending}
        heights |= {"renewed_height": renewed, "renewed_top": 100 - renewed}
        bars.append({"begins_on": week.begins_on, "ending": week.ending, "renewed": week.renewed} | heights)
    return bars


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@admin.register(CardReminder)
class CardReminderAdmin(ReadOnly):
    list_display = ("masked_card", "occasion", "ends_on", "step", "written_at")
    list_filter = ("occasion", newest_values("step", _("days from the last day")))
    list_select_related = ("card__number",)
    search_exact = ("card__number__number",)
    ordering = ("-id",)
    fields = ("masked_card", "occasion", "ends_on", "step", "written_at")

    def get_urls(self) -> list[URLPattern]:
        return [
            path("board/", self.admin_site.admin_view(board), name="cards_cardreminder_board"),
            *super().get_urls(),
        ]

    @admin.display(description=_("card"))
    def masked_card(self, row: CardReminder) -> str:
        return numbers.masked_number(row.card.number.number)


class Charges(Lookup):
    model = RenewalCharge
    related = ("mandate__card__number", "order")
    fields = ("ends_on", money("total_minor", _("amount")), "notified_on", "charge_on", "order", "state")
    readonly_fields = fields


@admin.register(RenewalMandate)
class RenewalMandateAdmin(ReadOnly):
    list_display = ("masked_card", "member", GATEWAY, "agreed_at", "ended_at", "ended_because")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "ended_because")
    list_select_related = ("card__number", "member")
    search_exact = ("card__number__number", "member__number")
    ordering = ("-id",)
    inlines = (Charges,)
    fields: ClassVar[Any] = ("masked_card", "member", GATEWAY, "acceptance", "agreed_at", "ended_at", "ended_because")

    @admin.display(description=_("card"))
    def masked_card(self, row: RenewalMandate) -> str:
        return numbers.masked_number(row.card.number.number)


class NoteForm(deciding.ReasonForm):
    """What was agreed with the buyer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What was agreed")


@admin.register(ActivationFollowUp)
class ActivationFollowUpAdmin(deciding.Deciding):
    list_display = ("masked_card", "buyer", "to_be_activated", "opened_at", "done_at", "done_by", "note")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    list_select_related = ("card__number", "card__purchaser", "done_by")
    search_exact = ("card__number__number", "card__purchaser__number")
    ordering = ("done_at", "opened_at")
    fields: ClassVar[Any] = (
        "masked_card",
        "buyer",
        "to_be_activated",
        "possible",
        "opened_at",
        "done_at",
        "done_by",
        "note",
    )
    decisions = (
        deciding.Decision(
            "finish", _("Write down what was agreed"), follow_ups.RIGHT, lambda row: row.done_at is None, NoteForm,
            lambda row, user, given: follow_ups.finish(row, by=user, note=given["reason"]),
        ),
    )  # fmt: skip

    def member_id_of(self, row: Model) -> int | None:
        return row.card.purchaser_id if isinstance(row, ActivationFollowUp) else None

    @admin.display(description=_("card"))
    def masked_card(self, row: ActivationFollowUp) -> str:
        return numbers.masked_number(row.card.number.number)

    @admin.display(description=_("buyer"))
    def buyer(self, row: ActivationFollowUp) -> str:
        return str(row.card.purchaser)

    @admin.display(description=_("to be activated by"))
    def to_be_activated(self, row: ActivationFollowUp) -> str:
        return show.day(row.card.activate_before_on)


worklists.register(
    worklists.Worklist(
        code="not_activated",
        label=_("Sold cards that nobody activated in time"),
        rows=lambda _user: ActivationFollowUp.objects.filter(done_at__isnull=True),
        url="admin:cards_activationfollowup_changelist",
        query="done_at__isempty=1",
        right=follow_ups.RIGHT,
        icon="phone_callback",
    )
)
