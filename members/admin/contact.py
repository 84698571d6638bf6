"""The page on which service changes how a member is reached. What is known is shown masked, never in clear (SEC-03)."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from core import access, crypto, refusals
from core.admin.base import ModelAdmin
from core.models import User
from core.rules import RuleBroken
from members.forms import fields
from members.models import Member
from members.operations import contact, people
from members.operations.codes import Address
from members.policy import emails, names, phones
from members.queries import spending

if TYPE_CHECKING:
    Page = ModelAdmin
WAITING = "service.contact"


class _Reasoned(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class DetailsForm(_Reasoned):
    name = fields.name_field()
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)
    field_order = ("name", "language", "reason")

    def __init__(self, data: Any, *, member: Member) -> None:
        super().__init__(data, prefix="details", initial={"language": member.language})
        name = self.fields["name"]
        name.required, name.label = False, _("New name")
        name.widget.attrs["autocomplete"] = "off"
        name.help_text = _("Now: %(masked)s. Leave it empty to keep it.") % {"masked": names.masked(member.name)}


class AddressForm(_Reasoned):
    """`kind` is phone or email."""

    field_order = ("address", "reason")

    def __init__(self, data: Any, *, member: Member, kind: str) -> None:
        super().__init__(data, prefix=kind)
        is_phone, known = kind == "phone", getattr(member, kind)
        masked = (phones.masked(known) if is_phone else emails.masked(known)) if known else "—"
        self.fields["address"] = fields.RuledField(
            rule=fields.read_phone if is_phone else fields.read_email,
            label=_("New phone number") if is_phone else _("New e-mail address"),
            help_text=_("Now: %(masked)s") % {"masked": masked},
            widget=forms.TextInput(attrs={"type": "tel" if is_phone else "email", "autocomplete": "off"}),
        )
        self.order_fields(self.field_order)


class CodeForm(forms.Form):
    code = fields.code_field(autocomplete="off")

    def __init__(self, data: Any) -> None:
        super().__init__(data, prefix="code")


def view(page: "Page") -> Callable[..., HttpResponse]:
    """Name and language at once; a new address in two steps, the second with the code that the member reads out."""

    @sensitive_post_parameters()
    def change(request: HttpRequest, pk: int) -> HttpResponse:
        member = page.may_see(request, pk)
        if not isinstance(member, Member):
            raise Http404
        user = cast(User, request.user)
        if not access.allows(user, contact.RIGHT):
            raise PermissionDenied
        waiting = _waiting(request, member)
        step = request.POST.get("step", "")
        bound = {name: request.POST if name == step else None for name in ("details", "phone", "email", "code")}
        shown: dict[str, forms.Form] = {
            "details": DetailsForm(bound["details"], member=member),
            "phone": AddressForm(bound["phone"], member=member, kind="phone"),
            "email": AddressForm(bound["email"], member=member, kind="email"),
            "code": CodeForm(bound["code"]),
        }
        if step == "give-up":
            request.session.pop(WAITING, None)
            return redirect("admin:members_member_contact", pk)
        form = shown.get(step)
        if form is not None and form.is_valid():
            try:
                return _done(request, step, form.cleaned_data, member=member, by=user, waiting=waiting)
            except RuleBroken as broken:
                form.add_error("code" if step == "code" else None, refusals.said(broken))
        context = {
            **page.admin_site.each_context(request),
            "opts": page.opts,
            "title": _now("Contact of member %(number)s") % {"number": member.number},
            "member": member,
            "waiting": {"to": people.masked(waiting[0])} if waiting else None,
            "forms": shown,
            "held_until": spending.rests_until(member),
        }
        return render(request, "admin/members/contact.html", context, status=422 if form and form.errors else 200)

    return change


def _done(
    request: HttpRequest,
    step: str,
    given: dict[str, Any],
    *,
    member: Member,
    by: User,
    waiting: tuple[Address, str, str] | None,
) -> HttpResponse:
    if step == "details":
        contact.change_details(
            member, name=given["name"] or "", language=given["language"], by=by, reason=given["reason"]
        )
        messages.success(request, _now("Saved."))
    elif step == "code":
        if waiting is None:
            return redirect("admin:members_member_contact", member.pk)
        to, binding, reason = waiting
        contact.change(member, to=to, binding=binding, typed=given["code"], by=by, reason=reason)
        del request.session[WAITING]
        messages.success(request, _now("Changed. We told the old address about it."))
    else:
        to = given["address"]
        binding = contact.ask(member, to=to, by=by, reason=given["reason"])
        kept = json.dumps([to.channel, to.value, binding, given["reason"]])
        request.session[WAITING] = crypto.seal(kept, place=WAITING)
        return redirect("admin:members_member_contact", member.pk)
    return redirect("admin:members_member_overview", member.pk)


def _waiting(request: HttpRequest, member: Member) -> tuple[Address, str, str] | None:
    """The change that waits for its code, if it is one of this member; sealed, for a session is kept in plain text."""
    try:
        channel, value, binding, reason = json.loads(crypto.unseal(request.session.get(WAITING, ""), place=WAITING))
    except (crypto.CannotOpen, ValueError):
        return None
    return (Address(channel, value), binding, reason) if binding.startswith(f"{member.pk}:") else None
