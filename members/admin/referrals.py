"""Invitations in the back office: who came through whom, and those that a person has to look at (MEM-10)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import show, words, worklists
from core.admin.base import moment, state
from core.admin.deciding import Deciding, Decision, ReasonForm
from members.models import Member, Referral
from members.operations import referrals


def _link(member: Member) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("admin:members_member_overview", args=[member.pk]), member)


def _is_held(row: Referral) -> bool:
    return row.state == Referral.State.HELD


@admin.register(Referral)
class ReferralAdmin(Deciding):
    list_display = ("key", "inviting", "invited", state(_("state")), "found", moment("joined_at", _("joined at")))
    list_filter = ("state",)
    list_select_related = ("referrer", "friend")
    search_exact = ("referrer__number", "friend__number")
    search_help_text = _("Member number")
    ordering = ("-pk",)
    decisions = (
        Decision(
            "release", _("Let it go on"), referrals.RIGHT, _is_held, ReasonForm,
            lambda row, user, given: referrals.release(row, by=user, reason=given["reason"]),
        ),
        Decision(
            "refuse", _("Refuse it"), referrals.RIGHT, _is_held, ReasonForm,
            lambda row, user, given: referrals.refuse(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "inviting", "invited", "state", "found", "possible", moment("joined_at", _("joined at")),
        moment("looked_at", _("looked at")), "reviewed_by", moment("reviewed_at", _("reviewed at")), "review_reason",
        moment("rewarded_at", _("rewarded at")), moment("withdrawn_at", _("reward taken back at")), "place",
        "referrer_points", "friend_points",
    )  # fmt: skip

    @admin.display(description="#", ordering="pk")
    def key(self, row: Referral) -> int:
        return int(row.pk)

    def member_id_of(self, row: Model) -> int | None:
        return row.referrer_id if isinstance(row, Referral) else None

    @admin.display(description=_("inviting member"))
    def inviting(self, row: Referral) -> SafeString:
        return _link(row.referrer)

    @admin.display(description=_("invited member"))
    def invited(self, row: Referral) -> SafeString:
        return _link(row.friend)

    @admin.display(description=_("what was found"))
    def found(self, row: Referral) -> str:
        return show.listed(words.of(words.INVITATION, code) for code in row.because) or "—"


worklists.register(
    worklists.Worklist(
        code="invitations",
        label=_("Invitations to be reviewed"),
        rows=lambda _user: Referral.objects.filter(state=Referral.State.HELD),
        url="admin:members_referral_changelist",
        query="state__exact=held",
        right=referrals.RIGHT,
        icon="group_add",
    )
)
