"""Rules that hold on every page: sessions end, counters lock, staff pass a second step, changes ask for a fresh proof."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.core.exceptions import RateLimited
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from core import access
from core.models import User
from members import adapter, proof, sessions

NEEDS_PROOF = frozenset(
    {
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "account_set_password",
        "members:change_address",
        "members:counter_pin",
    }
)
"""Pages that change how an account is reached or what protects it."""
OPEN_WHEN_LOCKED = frozenset({"members:counter_lock", "account_logout", "set_language", "javascript-catalog"})
OWN_WORK = "/work/"
"""What everybody who works here has of his own: training, score-card."""
HAS_SECOND_STEP = "staff.second_step"


class SessionRulesMiddleware(MiddlewareMixin):
    """Runs after the view is chosen and the CSRF token checked, so that it knows the page and trusts the sender."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User):
            return None
        page = request.resolver_match.view_name if request.resolver_match else ""
        at_counter = request.path.startswith("/counter/") or _is_at_till(request, user)
        verdict = sessions.judge(request, at_counter=at_counter)
        if verdict is sessions.Verdict.OVER:
            logout(request)
            messages.info(request, _("Your session had ended. What you typed is kept: log in and go on."))
            return _send_to(request, "account_login")
        if verdict is sessions.Verdict.LOCKED and page not in OPEN_WHEN_LOCKED:
            return _send_to(request, "members:counter_lock")
        at_work = at_counter or request.path.startswith(("/admin/", OWN_WORK))
        if user.is_staff and at_work and _lacks_second_step(request, user):
            messages.warning(request, _("Set up a second step first: whoever works here needs one."))
            return redirect("members:security")
        if page in NEEDS_PROOF and not proof.is_fresh(request):
            return _send_to(request, "account_reauthenticate")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """allauth's limits are an answer (429), not a fault."""
        if isinstance(exception, RateLimited):
            return render(request, "429.html", status=429)
        return None


def _is_at_till(request: HttpRequest, user: User) -> bool:
    """Own work of somebody who serves at a counter: it is looked at on the till, so the till's lock holds for it."""
    return request.path.startswith(OWN_WORK) and access.allows(user, "counter.look_up")


def _lacks_second_step(request: HttpRequest, user: User) -> bool:
    if not settings.STAFF_SECOND_FACTOR or request.session.get(HAS_SECOND_STEP):
        return False
    if adapter.has_second_step(user):
        request.session[HAS_SECOND_STEP] = True
        return False
    return True


def _send_to(request: HttpRequest, page: str) -> HttpResponse:
    """To another page and back here; htmx follows by a header, because it would put a page into a corner of this one."""
    back = request.headers.get("HX-Current-URL") or request.get_full_path()
    address = f"{resolve_url(reverse(page))}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
