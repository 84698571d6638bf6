"""Whether what the environment says of the channels can be used: said by `manage.py check`, before a mail is lost."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core import checks

from cards.payments import signatures
from core.rules import RuleBroken
from members.policy import emails
from service_desk.channels import imap, social_networks


@checks.register("channels")
def check_channels(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    return [*_mailbox(), *_address(), *_secrets(), *_networks()]


def _mailbox() -> list[checks.CheckMessage]:
    if not settings.MAILBOX_URL:
        return []
    try:
        imap.address_of(settings.MAILBOX_URL)
    except (imap.MailboxWrong, ValueError) as error:
        return [checks.Error(f"TESSERA_MAILBOX_URL cannot be used: {error}.", id="channels.E001")]
    if not settings.SERVICE_ADDRESS:
        hint = "Set TESSERA_SERVICE_ADDRESS to an address of that mailbox."
        return [
            checks.Warning("Mail is fetched, but our mails name no address to answer to.", hint, id="channels.W001")
        ]
    return []


def _address() -> list[checks.CheckMessage]:
    if not settings.SERVICE_ADDRESS:
        return []
    try:
        emails.normalise(parseaddr(settings.SERVICE_ADDRESS)[1])
    except RuleBroken:
        return [checks.Error("TESSERA_SERVICE_ADDRESS is no e-mail address.", id="channels.E002")]
    return []


def _secrets() -> list[checks.CheckMessage]:
    named = {"TESSERA_MAIL_HOOK_SECRET": settings.MAIL_HOOK_SECRET}
    named |= {f"TESSERA_SOCIAL_SECRETS ({code})": secret for code, secret in settings.SOCIAL_SECRETS.items()}
    found: list[checks.CheckMessage] = []
    for name, secret in named.items():
        try:
            if secret:
                signatures.sign(b"", secret=secret, message_id="", timestamp=0)
        except signatures.BadSecret as error:
            found.append(checks.Error(f"{name} must be base64, with or without whsec_: {error}.", id="channels.E003"))
    return found


def _networks() -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for code in settings.SOCIAL_NETWORKS:
        try:
            social_networks.of(code)
        except ImportError as error:
            found.append(checks.Error(f"TESSERA_SOCIAL_NETWORKS: {code} cannot be loaded: {error}", id="channels.E004"))
    return found
