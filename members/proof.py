"""How lately somebody proved who she is (SEC-01): what changes how an account is reached asks for a fresh proof."""

from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from core import clock
from core.models import User


def remember(request: HttpRequest, user: User, *, method: str) -> None:
    """Note in the session that the user proved herself just now."""
    record_authentication(request, user, method, reauthenticated=True)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person in this session proved herself within the last minutes, by whichever means."""
    if not request.user.is_authenticated:
        return False
    proofs: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return bool(proofs) and clock.now().timestamp() - proofs[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT
