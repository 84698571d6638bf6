"""The gate every message passes at the moment of sending: is there an address, and may it be used (invariant 39)?

Core knows users, not members. The app that owns consent registers the functions that know them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.messaging.events import Purpose
from core.models import Channel, Message, User


@dataclass(frozen=True)
class Deliver:
    """Go ahead, to this address. `language` speaks for a message that was written without one.

    `way_out` is the path of this site where one click stops messages like this one; it is put under the text.
    """

    address: str = ""
    language: str = ""
    way_out: str = ""


@dataclass(frozen=True)
class Suppress:
    """Do not send; `reason` is a short code shown to staff (`no-consent`, `no-address`, `erased`…)."""

    reason: str


Answer = Deliver | Suppress
Resolver = Callable[[Message], Answer | None]
Owner = Callable[[User], int | None]


def _nobody_known(message: Message) -> Answer | None:
    return None


def _no_member(user: User) -> int | None:
    return None


_resolve: Resolver = _nobody_known
_member_of: Owner = _no_member


def register(resolve: Resolver, *, member_of: Owner = _no_member) -> None:
    """Called once, by the app that owns consent.

    `resolve(message)` reads consent afresh and answers Deliver or Suppress, or None when it concerns no member. An
    address that the sender fixed (`message.address`, e.g. the old phone after a change) wins over Deliver's, never
    over Suppress. `member_of(user)` tells whose inbox a user reads.
    """
    global _resolve, _member_of
    _resolve, _member_of = resolve, member_of


def decide(message: Message) -> Answer:
    """The answer for one message, now. Reads the database; never cached."""
    answer = _resolve(message) or _decide_for_plain_user(message)
    if isinstance(answer, Suppress):
        return answer
    if message.channel == Channel.INBOX:
        return answer
    address = message.address or answer.address
    return replace(answer, address=address) if address else Suppress("no-address")


def member_of(user: User) -> int | None:
    """Whose inbox the user reads: asked once for each object of a user, as long as there is an answer."""
    if user.known_member is None:
        user.known_member = _member_of(user)
    return user.known_member


def _decide_for_plain_user(message: Message) -> Answer:
    """Staff, and people who are not members yet: only what the contract needs, to their own verified address."""
    if Purpose(message.purpose).needs_consent:
        return Suppress("no-consent")
    user = message.recipient
    if user is None:
        return Deliver() if message.address else Suppress("no-address")
    if not user.is_active and not message.address:
        return Suppress("account-closed")
    return Deliver(address_of(user, message.channel), user.language)


def address_of(user: User, channel: str) -> str:
    """A user's own verified phone or e-mail address; empty when there is none."""
    if channel == Channel.SMS:
        return user.phone or "" if user.phone_verified_at else ""
    if channel == Channel.EMAIL:
        return user.email or "" if user.email_verified_at else ""
    return ""
