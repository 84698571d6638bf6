"""How allauth is told of our users: their addresses are sealed, their secrets too."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string

from core import access, crypto, navigation, request
from core.models import User
from members import sessions
from members.operations import entrance, people
from members.operations.codes import Address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in stages, what follows a log-in, and where a fresh proof is given; addresses and codes are our own."""

    def get_login_stages(self) -> list[str]:
        return ["members.adapter.SecondStepStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # allauth's own sign-up pages; ours are members/views/entrance.py

    def get_client_ip(self, asked: HttpRequest) -> str:
        return request.address_of(asked) or "0.0.0.0"  # noqa: S104  # nosec B104  (unknown, for a column that must hold an address)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return False  # members.middleware asks for a proof before these pages, by any means the person has

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"]

    def get_login_redirect_url(self, asked: HttpRequest) -> str:
        """Members to their portal, clerks to their counter, head office to its workbench."""
        user = asked.user
        if not isinstance(user, User) or not user.is_staff:
            return _first("portal", asked, otherwise="members:profile")
        if access.stores_of(user) is not None:
            return _first("counter", asked, otherwise="admin:index")
        return reverse("admin:index")

    def get_signup_redirect_url(self, asked: HttpRequest) -> str:
        return reverse("account_welcome")

    def post_login(self, asked: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        proofs = get_authentication_records(asked, user)
        sessions.begin(asked, user)
        entrance.logged_in(user, method=proofs[-1]["method"] if proofs else "unknown")
        response: HttpResponse = super().post_login(asked, user, **kwargs)
        return response

    def add_message(self, asked: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """allauth's remarks ("you have signed in as …") say what the page already shows."""

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """allauth's notices about second steps go out as our own messages."""
        what = template_prefix.rsplit("/", 1)[-1]
        if what.startswith(("totp", "webauthn")):
            kind = "passkey" if what.startswith("webauthn") else "second step"
            entrance.second_step_changed(user, what=kind, added=what.endswith(("added", "activated")))


class SecondStepStage(AuthenticateStage):  # type: ignore[misc]
    """Who set up an authenticator app, and whoever works here, passes a second step.

    A member's passkey is a way in, not a second lock: she would stand outside with a new phone.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user and not user.is_staff and not _has(user, Authenticator.Type.TOTP):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second steps at rest, and who may give one up."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, place=crypto.SECOND_STEPS)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, place=crypto.SECOND_STEPS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever works here keeps at least one second step."""
        if not authenticator.user.is_staff or not settings.STAFF_SECOND_FACTOR:
            return True
        keys = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user=authenticator.user, type__in=keys).exclude(pk=authenticator.pk)
        return bool(others.exists())

    def get_totp_issuer(self) -> str:
        return str(settings.PROGRAMME_NAME)

    def _get_user_identifier(self, user: User) -> str:
        """What an authenticator app shows: a masked address tells the owner enough."""
        if user.email:
            return people.masked(Address("email", user.email))
        return people.masked(Address("sms", user.phone)) if user.phone else str(user)

    def _get_site_name(self) -> str:
        return str(settings.PROGRAMME_NAME)


def _first(face: str, asked: HttpRequest, *, otherwise: str) -> str:
    faces = import_string(settings.TESSERA_NAVIGATION)
    links = navigation.links(faces[face], request=asked, user=asked.user)
    return links[0].url if links else reverse(otherwise)


def has_second_step(user: User) -> bool:
    """Whether a log-in of this user needs more than one secret."""
    return _has(user, Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _has(user: User, *types: Any) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=types).exists())
