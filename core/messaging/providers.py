"""Who carries a message out of the house. Exchangeable by `settings.MESSAGE_PROVIDERS`, one per channel."""

import base64
import hashlib
import hmac
import json
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from functools import cached_property
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from core import clock
from core.messaging import safe_http
from core.models import Channel


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A worded message on its way. `key` is the same at every try: the provider may use it to recognise a repeat.

    `headers` are those of an e-mail that its event asks for; an empty one is left out.
    """

    key: str
    channel: str
    address: str
    language: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class DeliveryFailed(Exception):
    """The provider did not take the message. `permanent` means that trying again cannot help."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


class Provider(Protocol):
    """`deliver` returns the provider's reference or raises; anything but DeliveryFailed counts as a passing failure."""

    def deliver(self, message: Outgoing) -> str: ...

    def close(self) -> None: ...


class Portal:
    """The inbox: a message is delivered by being there."""

    def deliver(self, message: Outgoing) -> str:
        return ""

    def close(self) -> None:
        """Nothing to close."""


class OutboxPage:
    """The demo's provider: the message is shown on the outbox page instead of being sent."""

    def deliver(self, message: Outgoing) -> str:
        if not settings.DEMO:
            raise DeliveryFailed("no provider is configured for this channel")
        return ""

    def close(self) -> None:
        """Nothing to close."""


class DjangoEmail:
    """E-mail through Django's mail backend (SMTP by `EMAIL_URL`); one connection serves a whole batch."""

    @cached_property
    def _connection(self) -> BaseEmailBackend:
        connection: BaseEmailBackend = get_connection()
        connection.open()
        return connection

    def deliver(self, message: Outgoing) -> str:
        try:
            validate_email(message.address)
        except ValidationError as error:
            raise DeliveryFailed("not an e-mail address", permanent=True) from error
        reference = message_id(message.key)
        usual = {"Message-ID": reference, "Auto-Submitted": "auto-generated", "Content-Language": message.language}
        letter = EmailMessage(
            subject=message.subject,
            body=message.body,
            from_email=formataddr(parseaddr(settings.DEFAULT_FROM_EMAIL)),
            to=[message.address],
            headers={name: value for name, value in (usual | dict(message.headers)).items() if value},
            connection=self._connection,
        )
        try:
            letter.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            self.close()
            raise DeliveryFailed(f"refused by the mail server: {codes}", permanent=min(codes) >= 500) from error
        except Exception:
            self.close()
            raise
        return reference

    def close(self) -> None:
        if connection := self.__dict__.pop("_connection", None):
            connection.close()


class HttpSms:
    """SMS through any gateway that accepts one signed JSON POST (the Standard Webhooks signature).

    Sent: `{"id", "to", "text", "language"}` with the headers `webhook-id` (the same at every try), `webhook-timestamp`
    and `webhook-signature`. Expected: a 2xx status and a JSON object with a `reference`.
    """

    PERMANENT = frozenset({400, 410, 413, 422})

    def deliver(self, message: Outgoing) -> str:
        body = json.dumps(
            {"id": message.key, "to": message.address, "text": message.body, "language": message.language},
            ensure_ascii=False,
        ).encode()
        timestamp = str(int(clock.now().timestamp()))
        answer = safe_http.post(
            settings.SMS_HTTP_URL,
            body=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "webhook-id": message.key,
                "webhook-timestamp": timestamp,
                "webhook-signature": signature(settings.SMS_HTTP_SECRET, message.key, timestamp, body),
            },
            timeout=settings.SMS_HTTP_TIMEOUT,
            allow_private=settings.SMS_HTTP_ALLOW_PRIVATE,
        )
        if not 200 <= answer.status < 300:
            raise DeliveryFailed(f"the gateway answered {answer.status}", permanent=answer.status in self.PERMANENT)
        return _reference(answer.body)

    def close(self) -> None:
        """Nothing to close: each message has a connection of its own."""


def for_channel(channel: str) -> Provider:
    if channel == Channel.INBOX:
        return Portal()
    provider: Provider = import_string(settings.MESSAGE_PROVIDERS[channel])()
    return provider


def signature(secret: str, key: str, timestamp: str, body: bytes) -> str:
    """`v1,<base64 HMAC-SHA256>` over `id.timestamp.body`; the secret is base64, with or without `whsec_`."""
    raw = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    if not raw:
        raise ValueError("the secret is empty")
    digest = hmac.new(raw, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _reference(body: bytes) -> str:
    try:
        reference = json.loads(body)["reference"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DeliveryFailed("the gateway's answer is not understood") from error
    if not isinstance(reference, str) or not reference.isprintable():
        raise DeliveryFailed("the gateway's answer is not understood")
    return reference[:120]


def message_id(key: str) -> str:
    """The Message-ID under which a message of this key is sent by e-mail, known before it is: answers name it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"
