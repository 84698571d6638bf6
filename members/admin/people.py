"""Members, found by what they know of themselves, shown masked, and everything about one on one page (MEM-03, SEC-03)."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import access, fields
from core.admin.base import ReadOnly, masked, reveal_control, revealable
from core.models import User
from core.rules import RuleBroken
from members import panels
from members.admin import contact
from members.models import Household, IdentityDocument, Member
from members.operations import contact as operations
from members.policy import emails, identity, member_numbers, names, phones
from members.queries import overview


def _birthday(value: str) -> str:
    """The day without the year: enough to wish well."""
    return f"••••-{value[5:]}"


def _place(value: str) -> str:
    return f"{value[:2]}•••"


PERSON = pgettext_lazy("of a person", "name")
MASKS = {
    "name": names.masked,
    "phone": phones.masked,
    "email": emails.masked,
    "birth_on": _birthday,
    "address": _place,
}


@admin.register(Member)
class MemberAdmin(ReadOnly):
    """Here one looks, with a reason for details; changes are made by the member, or by service on a page of its own."""

    list_display = (
        "page",
        masked("name", mask=names.masked, label=PERSON),
        masked("phone", mask=phones.masked, label=_("phone")),
        masked("email", mask=emails.masked, label=_("e-mail")),
        "language",
        "source",
        "state",
        "joined_at",
    )
    list_display_links = None
    list_filter = ("state", "source", "language")
    search_help_text = _("Member number, phone, e-mail address, full name, or the number of a document")
    masked_fields = tuple(MASKS)
    ordering = ("-pk",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("number",)

    @admin.display(description=_("member number"))
    def page(self, member: Member) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:members_member_overview", args=[member.pk]), member)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Whatever was typed is looked up under every reading that it allows; each reading is one index."""
        wanted = [Q(number=term)] if member_numbers.is_number(term) else []
        for index, rule in (
            ("phone_index", lambda text: phones.normalise(text, default_region=settings.PHONE_REGION)),
            ("email_index", emails.normalise),
            ("name_index", names.normalise),
        ):
            try:
                wanted.append(Q(**{index: fields.digest_in(Member, index, rule(term))}))
            except RuleBroken:
                continue
        holders = IdentityDocument.objects.filter(
            number_index=fields.digest_in(IdentityDocument, "number_index", term.upper()), withdrawn_at=None
        )
        found = [Member.objects.filter(one).order_by().values("pk") for one in wanted]
        return rows.filter(pk__in=holders.order_by().values("member_id").union(*found))

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/", inside(self.overview), name="members_member_overview"),
            path("<int:pk>/contact/", inside(contact.view(self)), name="members_member_contact"),
        ]
        return own + [url for url in super().get_urls() if url.name == "members_member_changelist"]

    def overview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One member, everything."""
        member = self.may_see(request, pk)
        if not isinstance(member, Member) or not isinstance(request.user, User):
            raise Http404
        may_reveal = access.allows(request.user, "core.reveal_personal_data")
        context = {
            **self.admin_site.each_context(request),
            **overview.facts(member),
            "opts": self.opts,
            "title": _("Member %(number)s") % {"number": member.number},
            "member": member,
            "masked_name": names.masked(member.name),
            "contact": [_contact(member, field, may_reveal=may_reveal) for field in MASKS],
            "may_change": access.allows(request.user, operations.RIGHT),
            "panels": panels.shown(member, to=request.user),
        }
        return TemplateResponse(request, "admin/members/overview.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        rows: QuerySet[Member] = super().get_queryset(request)
        return rows.select_related("user", "household", "source_store", "source_staff", "referred_by")

    def member_id_of(self, row: Model) -> int | None:
        return int(row.pk)


def _contact(member: Member, field: str, *, may_reveal: bool) -> tuple[Any, SafeString]:
    value = getattr(member, field)
    label = PERSON if field == "name" else Member._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    if not value:
        return label, SafeString("—")
    text = MASKS[field](value)
    return label, reveal_control(member, field, text) if may_reveal else SafeString(format_html("{}", text))


@admin.register(IdentityDocument)
class IdentityDocumentAdmin(ReadOnly):
    """Document numbers; they are reached from the member's page."""

    list_display = (
        "member",
        "kind",
        masked("number", mask=identity.masked, label=pgettext_lazy("document", "number")),
        "given_at",
        "checked_at",
    )
    list_filter = ("kind",)
    masked_fields = ("number",)
    ordering = ("-pk",)
    fields = (  # type: ignore[assignment]
        "member",
        "kind",
        revealable("number", mask=identity.masked, label=pgettext_lazy("document", "number")),
        "given_at",
        "checked_at",
        "checked_by",
        "withdrawn_at",
    )
    readonly_fields = fields  # type: ignore[assignment]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentityDocument]:
        rows: QuerySet[IdentityDocument] = super().get_queryset(request)
        return rows.select_related("member", "checked_by")


@admin.register(Household)
class HouseholdAdmin(ReadOnly):
    """Who lives together."""

    list_display = ("pk", masked("name", mask=names.masked, label=_("name")), "created_at")
    masked_fields = ("name",)
    ordering = ("-pk",)
    fields = (revealable("name", mask=names.masked, label=_("name")), "created_at")  # type: ignore[assignment]
    readonly_fields = fields  # type: ignore[assignment]
