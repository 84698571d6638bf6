"""SVC-01 · A6.2.1 — who wrote a mail: a person, a machine that answers by itself (RFC 3834), a list, or a mail server.

Nothing that a machine wrote is answered by a machine.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from service_desk.channels.policy import mail_parts
from service_desk.channels.policy.mail import Mail, text_of
from service_desk.channels.policy.mail_headers import MIME_ID

MOST_LOOKED_AT = 20_000
_OURS = re.compile(r"<[0-9a-f]{40}@[^<>\s]+>")
_SERVERS = re.compile(r"(mailer-daemon|postmaster|mail-?daemon|bounces?[+=-].*|.*-bounces?)@.*", re.IGNORECASE)
_MACHINES = re.compile(
    r"(no-?reply|do-?not-?reply|donotreply|owner-.*|.*-request|.*-owner|listserv|majordomo|autoreply|auto-?responder)[+@].*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?im)^(final-recipient|original-recipient|action|status|diagnostic-code)[ \t]*:[ \t]*([^\n]{0,300})"
)


class Kind(StrEnum):
    """SVC-01 · A6.2.1 — who wrote it."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    LIST = "list"
    BOUNCE = "bounce"
    OURS = "ours"


@dataclass(frozen=True)
class Bounce:
    """What a mail server tells of a mail of ours: to whom it did not get, why, and by what that mail can be found."""

    recipient: str = ""
    status: str = ""
    has_failed: bool = True
    ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def kind_of(mail: Mail, *, own: Iterable[str], domain: str = "") -> Kind:
    """SVC-01 · A6.2.1 — the kind of a mail. `own` are addresses of ours (a `+…` before the @ does not matter), `domain` is that
    of our Message-IDs: a mail that comes from ourselves is a loop."""
    if _plain(mail.sender) in {_plain(one) for one in own if one} or is_of_ours(mail.message_id, domain=domain):
        return Kind.OURS
    if is_bounce(mail):
        return Kind.BOUNCE
    told = {name: value.casefold() for name, value in mail.headers.items()}
    if "list-id" in told or told.get("precedence", "").strip() in ("list", "bulk", "junk"):
        return Kind.LIST
    if told.get("auto-submitted", "no").partition(";")[0].strip() not in ("no", ""):
        return Kind.AUTOMATIC
    if told.get("x-auto-response-suppress", "none").strip() not in ("none", ""):
        return Kind.AUTOMATIC
    if any(name in told for name in ("x-autoreply", "x-autorespond", "x-auto-reply")):
        return Kind.AUTOMATIC
    if told.get("precedence", "").strip() == "auto_reply" or _MACHINES.fullmatch(mail.sender):
        return Kind.AUTOMATIC
    return Kind.LIST if "list-unsubscribe" in told else Kind.PERSON


def is_bounce(mail: Mail) -> bool:
    """SVC-01 · A6.2.1 — whether a mail server speaks: a delivery report, no address to return to, or the daemon's own."""
    if mail.content_type == "multipart/report" or "x-failed-recipients" in mail.headers:
        return not _is_read_receipt(mail)
    nobody = mail.headers.get("return-path", "").replace(" ", "") == "<>"
    return bool(_SERVERS.fullmatch(mail.sender)) or (nobody and "auto-submitted" not in mail.headers)


def bounce_of(mail: Mail) -> Bounce:
    """SVC-01 · A6.2.1 — what a bounce says, from its report (RFC 3464) or, of servers that know none, from its text."""
    fields: dict[str, str] = {}
    for leaf in mail_parts.leaves(mail.tree):
        if leaf.content_type in ("message/delivery-status", "message/global-delivery-status"):
            found = _FIELD.findall(leaf.content[:MOST_LOOKED_AT].decode("utf-8", "replace"))
            fields |= {name.lower(): value.strip() for name, value in reversed(found)}
    within = [branch.head for branch in mail_parts.branches(mail.tree) if branch.head]
    status = fields.get("status", "")[:20]
    recipient = (fields.get("final-recipient") or fields.get("original-recipient") or "").rpartition(";")[2].strip()
    texts = " ".join(text_of(leaf)[:MOST_LOOKED_AT] for leaf in mail_parts.leaves(mail.tree) if _is_text(leaf))
    original = [head["message-id"] for head in within if head.get("message-id")]
    return Bounce(
        recipient=(recipient or mail.headers.get("x-failed-recipients", ""))[:200],
        status=status,
        has_failed=fields.get("action", "failed").lower().startswith("fail") and not status.startswith("2"),
        ids=tuple(dict.fromkeys([*original, mail.in_reply_to, *mail.references, *MIME_ID.findall(texts)][:60])),
        addresses=tuple(head["reply-to"] for head in within if head.get("reply-to")),
    )


def is_of_ours(message_id: str, *, domain: str) -> bool:
    """SVC-01 · A6.2.1 — whether a Message-ID is one of those that our own mails carry."""
    return bool(domain) and bool(_OURS.fullmatch(message_id)) and message_id.lower().endswith(f"@{domain.lower()}>")


def is_disowned(mail: Mail, *, by: str) -> bool:
    """SVC-01 · A6.2.1 — whether our own mail server (`by`, its name in Authentication-Results) found the sender to be false."""
    told = mail.headers.get("authentication-results", "").casefold()
    return bool(by) and told.partition(";")[0].split()[:1] == [by.casefold()] and "dmarc=fail" in told


def _is_read_receipt(mail: Mail) -> bool:
    return any(leaf.content_type == "message/disposition-notification" for leaf in mail_parts.leaves(mail.tree))


def _is_text(leaf: mail_parts.Leaf) -> bool:
    return leaf.content_type in ("text/plain", "text/html") and not leaf.is_file


def _plain(address: str) -> str:
    """`Service+c261123@Example.com` and `service@example.com` are one box."""
    local, _, house = address.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{house}" if local else ""
