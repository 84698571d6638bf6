""" "Me": profile, how I am reached, what I want to hear, how I get in."""

import secrets
from typing import Any, cast

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from core.models import User
from core.refusals import Refusal
from core.request import posted
from members import sessions
from members.forms import account as forms
from members.forms import entrance as entrance_forms
from members.models import Consent, Member
from members.operations import codes, consent, entrance, people
from members.operations.codes import Address
from members.policy import consent as policy
from members.queries import consents

CHANGING = "account.changing"


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def _member(request: HttpRequest) -> Member:
    return get_object_or_404(Member, user=_me(request))


@login_required
@never_cache
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """The first page after joining: choose how to come back next time."""
    return render(request, "account/welcome.html", {"member": _member(request)})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    if not hasattr(_me(request), "member"):
        return redirect("members:security")  # staff without a card of their own
    member = _member(request)
    form = forms.ProfileForm.of(member, posted(request))
    if request.method == "POST" and form.is_valid():
        people.update(member, form.cleaned_data, by=_me(request))
        messages.success(request, _("Saved."))
        return redirect("members:profile")
    status = 422 if form.errors else 200
    return render(request, "members/profile.html", {"form": form, "member": member}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change_address(request: HttpRequest, kind: str) -> HttpResponse:
    """A new phone number or e-mail address; the middleware has asked for a fresh proof."""
    if kind not in {"phone", "email"}:
        raise Http404
    member = _member(request)
    form = forms.NewAddressForm(posted(request), kind=kind)
    if request.method == "POST" and form.is_valid():
        address: Address = form.cleaned_data["address"]
        binding = secrets.token_hex(16)
        try:
            codes.send("change", to=address, binding=binding, language=member.language)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[CHANGING] = {"address": [address.channel, address.value], "binding": binding}
            return redirect("members:confirm_address")
    context = {"form": form, "kind": kind, "current": getattr(member, kind)}
    return render(request, "members/change_address.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def confirm_address(request: HttpRequest) -> HttpResponse:
    changing: dict[str, Any] | None = request.session.get(CHANGING)
    if not changing:
        return redirect("members:profile")
    address = Address(*changing["address"])
    form = entrance_forms.CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            codes.check("change", to=address, binding=changing["binding"], typed=form.cleaned_data["code"])
            people.change_address(_member(request), verified=address, by=_me(request))
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[CHANGING]
            messages.success(request, _("Changed. We told the old address about it."))
            return redirect("members:profile")
    context = {"form": form, "to": people.masked(address), "channel": address.channel}
    return render(request, "members/confirm_address.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, and a switch for everything we may or may not do."""
    member = _member(request)
    answers = consents.decisions_of(member.pk)
    form = forms.ConsentForm(posted(request), answers=answers)
    language = forms.LanguageForm(posted(request), initial={"language": member.language})
    if request.method == "POST" and form.is_valid() and language.is_valid():
        consent.decide(member, form.choices(), via=Consent.Via.PORTAL, by=_me(request))
        member = people.update(member, language.cleaned_data, by=_me(request))
        translation.activate(member.language)
        messages.success(request, _("Saved."))
        response = redirect("members:preferences")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, member.language, samesite="Lax", max_age=31_536_000)
        return response
    context = {
        "groups": _groups(form),
        "form": form,
        "language": language,
        "history": member.consents.select_related("text").order_by("-id")[:50],
    }
    return render(request, "members/preferences.html", context, status=422 if language.errors else 200)


def _groups(form: forms.ConsentForm) -> list[dict[str, Any]]:
    """The switches under their purpose, in the order of the policy."""
    found: dict[str, list[Any]] = {}
    for asked in policy.ASKED:
        found.setdefault(asked.purpose, []).append({"channel": asked.channel or "", "field": form.switch(asked)})
    return [{"purpose": purpose, "switches": switches} for purpose, switches in found.items()]


@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click, no log-in. Reading the page changes nothing, because mail programs open links by themselves."""
    if request.method == "POST":
        purpose, channel = consent.withdraw_from_link(token)
        context = {"done": True, "purpose": purpose, "channel": channel}
        return render(request, "members/unsubscribe.html", context)
    return render(request, "members/unsubscribe.html", {"done": False})


@login_required
@never_cache
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Everything that lets me in, and where I am logged in."""
    user = _me(request)
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "has_password": user.has_usable_password(),
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "session_count": len(sessions.of(user)),
        "second_step_enforced": settings.STAFF_SECOND_FACTOR,
        "works_at_counter": user.has_perm("counter.look_up"),
        "has_pin": hasattr(user, "counter_pin"),
    }
    return render(request, "members/security.html", context)


@login_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """A new password; no old one is asked, because the middleware has asked for a fresh proof."""
    user = _me(request)
    form = entrance_forms.NewPasswordForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        entrance.set_password(user, form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your new password holds. Other devices have been logged out."))
        return redirect(get_next_redirect_url(request) or "members:security")
    context = {"form": form, "has_password": user.has_usable_password()}
    return render(request, "account/set_password.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where I am logged in; end one, or all but this one."""
    user = _me(request)
    rows = sessions.of(user)
    if request.method == "POST":
        chosen = request.POST.get("session", "")
        ended = [row for row in rows if not row.is_current() and (chosen == "others" or str(row.pk) == chosen)]
        if entrance.end_sessions(ended, by=user):
            messages.success(request, _("Logged out there."))
        return redirect("usersessions_list")
    return render(request, "members/sessions.html", {"sessions": rows})
