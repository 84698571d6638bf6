"""Joining and logging in (MEM-01 · B3.2). One path for everybody: an address, a code, and then either the account that is
there or the form that opens one. What a visitor sees never tells whether an address is known."""

import secrets
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.models import User
from core.refusals import Refusal
from core.request import posted
from members import proof, recruiting
from members.forms import entrance as forms
from members.operations import codes, entrance, people
from members.operations.codes import Address

PENDING, PROVED = "entrance.pending", "entrance.proved"
PROOF_LASTS = 1800


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Name, address, agreement; then the code."""
    if request.user.is_authenticated:
        return _home(request)
    form = forms.JoinForm(posted(request), initial={"invitation": recruiting.invitation(request)})
    if request.method == "POST" and form.is_valid():
        opening = _opening(form)
        if _send(request, form, purpose="join", opening=opening):
            return redirect("account_code")
    return _page(request, "account/signup.html", form)


@require_safe
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """The short link of an invitation: to the form, with its code. Whether the code is somebody's is not told."""
    return redirect(f"{reverse('account_signup')}?{urlencode({'ref': code[:40]})}")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Address and password; a code or a passkey are one step away."""
    if request.user.is_authenticated:
        return _home(request)
    form = forms.LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = entrance.by_password(form.cleaned_data["address"], form.cleaned_data["password"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return _page(request, "account/login.html", form, status=refusal.status)
        return _enter(request, user, method="password", next_url=get_next_redirect_url(request))
    return _page(request, "account/login.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Log in without a password."""
    if request.user.is_authenticated:
        return _home(request)
    form = forms.CodeRequestForm(posted(request))
    if request.method == "POST" and form.is_valid() and _send(request, form, purpose="login"):
        return redirect("account_code")
    return _page(request, "account/request_login_code.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent: it opens the account of its address, or the last step of joining."""
    pending: dict[str, Any] | None = request.session.get(PENDING)
    if request.user.is_authenticated or not pending:
        return _home(request) if request.user.is_authenticated else redirect("account_login")
    address = Address(*pending["address"])
    form = forms.CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            codes.check(pending["purpose"], to=address, binding=pending["binding"], typed=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return _proved(request, address, pending)
    return _page(request, "account/code.html", form, to=people.masked(address), channel=address.channel)


@never_cache
@require_POST
def resend_code(request: HttpRequest) -> HttpResponse:
    pending: dict[str, Any] | None = request.session.get(PENDING)
    if not pending:
        return redirect("account_login")
    try:
        codes.send(
            pending["purpose"],
            to=Address(*pending["address"]),
            binding=pending["binding"],
            language=get_language() or "",
        )
        messages.success(request, _("A new code is on its way."))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("account_code")


@never_cache
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """Somebody who proved an address nobody has yet: name and agreement open her account."""
    proved: dict[str, Any] | None = request.session.get(PROVED)
    if request.user.is_authenticated or not proved or proved["at"] < clock.now().timestamp() - PROOF_LASTS:
        request.session.pop(PROVED, None)
        return _home(request) if request.user.is_authenticated else redirect("account_signup")
    form = forms.AgreeForm(posted(request), initial={"invitation": recruiting.invitation(request)})
    if request.method == "POST" and form.is_valid():
        opening = _opening(form)
        return _open(request, Address(*proved["address"]), opening, next_url=proved["next"])
    return _page(request, "account/finish.html", form, to=people.masked(Address(*proved["address"])))


def _send(
    request: HttpRequest, form: forms.JoinForm | forms.CodeRequestForm, *, purpose: str, opening: Any = None
) -> bool:
    address: Address = form.cleaned_data["address"]
    binding = secrets.token_hex(16)
    try:
        codes.send(purpose, to=address, binding=binding, language=get_language() or "")
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    request.session[PENDING] = {
        "address": [address.channel, address.value],
        "binding": binding,
        "purpose": purpose,
        "opening": opening,
        "next": get_next_redirect_url(request),
    }
    request.session.pop(PROVED, None)
    return True


def _proved(request: HttpRequest, address: Address, pending: dict[str, Any]) -> HttpResponse:
    del request.session[PENDING]
    user = people.user_at(address)
    if user:
        return _enter(request, user, method="code", next_url=pending["next"])
    if pending["opening"]:
        return _open(request, address, pending["opening"], next_url=pending["next"])
    request.session[PROVED] = {
        "address": [address.channel, address.value],
        "at": clock.now().timestamp(),
        "next": pending["next"],
    }
    return redirect("account_finish")


def _open(request: HttpRequest, address: Address, opening: dict[str, Any], *, next_url: str | None) -> HttpResponse:
    joined = people.join(
        verified=address,
        name=opening["name"],
        language=get_language() or "",
        choices={(purpose, channel): granted for purpose, channel, granted in opening["choices"]},
        recruited=recruiting.remembered(request, code=opening.get("invitation")),
    )
    request.session.pop(PROVED, None)
    if joined.claimed:
        messages.success(request, _("Welcome. What you bought from us before is here already."))
    return _enter(request, joined.user, method="code", next_url=next_url, joined=True)


def _enter(
    request: HttpRequest, user: User, *, method: str, next_url: str | None, joined: bool = False
) -> HttpResponse:
    """Hand over to allauth: second step, session, record of devices."""
    proof.remember(request, user, method=method)
    response = cast(HttpResponse, perform_login(request, user, redirect_url=next_url, signup=joined))
    recruiting.was_here(request, response, user)
    return response


def _home(request: HttpRequest) -> HttpResponse:
    return redirect(get_next_redirect_url(request) or get_adapter(request).get_login_redirect_url(request))


def _page(request: HttpRequest, template: str, form: Any, status: int = 200, **context: Any) -> HttpResponse:
    if form.is_bound and form.errors and status == 200:
        status = 422
    next_url = get_next_redirect_url(request) or ""
    return render(request, template, {"form": form, "next": next_url, **context}, status=status)


def _opening(form: forms.AgreeForm) -> dict[str, Any]:
    """What opens the account once the address is proved. A form without the field leaves the code to the link."""
    given = form.cleaned_data
    code = given["invitation"] if "invitation" in form.data else None
    return {"name": given["name"], "choices": _packed(form.choices()), "invitation": code}


def _packed(choices: Any) -> list[list[Any]]:
    return [[purpose, channel, granted] for (purpose, channel), granted in choices.items()]
