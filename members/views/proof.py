"""Proving once more who one is, before changing what an account is reached or protected by; and the counter's lock."""

import secrets
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import access
from core.models import User
from core.refusals import Refusal
from core.request import posted
from members import proof, sessions
from members.forms import account as account_forms
from members.forms import entrance as forms
from members.operations import codes, entrance, people, pins
from members.operations.codes import Address

SENT = "proof.sent"


def _own_address(user: User) -> Address | None:
    if user.phone and user.phone_verified_at:
        return Address("sms", user.phone)
    return Address("email", user.email) if user.email and user.email_verified_at else None


@login_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """By password, by a code to one's own address, or by a second step (allauth's pages)."""
    user = cast(User, request.user)
    address = _own_address(user)
    action = request.POST.get("action", "")
    password = forms.PasswordOnlyForm(request.POST if action == "password" else None)
    code = forms.CodeForm(request.POST if action == "code" else None)
    if action == "send" and address:
        _send(request, user, address)
        return redirect(request.get_full_path())
    if action == "password" and address and password.is_valid():
        try:
            entrance.by_password(address, password.cleaned_data["password"])
            return _proved(request, user, "password")
        except Refusal as refusal:
            password.add_error("password", str(refusal))
    if action == "code" and address and code.is_valid():
        try:
            codes.check("change", to=address, binding=request.session.get(SENT, ""), typed=code.cleaned_data["code"])
            return _proved(request, user, "code")
        except Refusal as refusal:
            code.add_error("code", str(refusal))
    context: dict[str, Any] = {
        "password": password if user.has_usable_password() else None,
        "code": code if SENT in request.session else None,
        "to": people.masked(address) if address else "",
        "next": get_next_redirect_url(request) or "",
        "alternatives": get_adapter(request).get_reauthentication_methods(user),
    }
    status = 422 if password.errors or code.errors else 200
    return render(request, "account/reauthenticate.html", context, status=status)


def _send(request: HttpRequest, user: User, address: Address) -> None:
    binding = secrets.token_hex(16)
    try:
        codes.send("change", to=address, binding=binding, language=user.language)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        request.session[SENT] = binding


def _proved(request: HttpRequest, user: User, method: str) -> HttpResponse:
    request.session.pop(SENT, None)
    proof.remember(request, user, method=method)
    return redirect(get_next_redirect_url(request) or "members:security")


@login_required
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def counter_lock(request: HttpRequest) -> HttpResponse:
    """A paused counter. What was typed waits in the browser and is there again after the PIN."""
    user = cast(User, request.user)
    going_on = get_next_redirect_url(request) or "/counter/"
    if not request.session.get(sessions.LOCKED):
        return redirect(going_on)
    form = account_forms.PinForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pins.unlock(user, pin=form.cleaned_data["pin"])
        except Refusal as refusal:
            if refusal.code == "pin_tried_out":
                logout(request)
                messages.warning(request, str(refusal))
                return redirect(f"/account/login/?next={going_on}")
            form.add_error("pin", str(refusal))
        else:
            sessions.unlock(request)
            return redirect(going_on)
    context = {"form": form, "next": going_on, "has_pin": hasattr(user, "counter_pin")}
    return render(request, "members/counter_lock.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def counter_pin(request: HttpRequest) -> HttpResponse:
    """The clerk chooses the PIN that unlocks her counter."""
    user = cast(User, request.user)
    access.require(user, "counter.look_up")
    form = account_forms.PinForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pins.set_pin(user, pin=form.cleaned_data["pin"])
        except Refusal as refusal:
            form.add_error("pin", str(refusal))
        else:
            messages.success(request, _("Your PIN is set."))
            return redirect("members:security")
    return render(request, "members/counter_pin.html", {"form": form}, status=422 if form.errors else 200)
