"""SVC-01 · A6.2.1 — reading a mail (RFC 5322, MIME): whatever bytes arrive, something bounded comes out, nothing is raised."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service_desk.channels.policy import charsets, mail_headers, mail_html, mail_parts
from service_desk.channels.policy.mail_parts import WITHIN, Branch, Leaf, Part

LONGEST_TEXT, LONGEST_SUBJECT, LONGEST_PART = 40_000, 400, 1_000_000
CUT = "[…]"
TOLD = (
    "auto-submitted", "x-auto-response-suppress", "precedence", "list-id", "list-unsubscribe", "return-path", "x-autoreply",
    "x-autorespond", "x-auto-reply", "x-failed-recipients", "authentication-results",
)  # fmt: skip
REACHED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "apparently-to")
NOISE = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
"""Files that say nothing to a reader: what proves a signature is not shown."""
_META = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """A file of a mail as it was sent; nothing of it is believed here."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """What was read. Texts are plain, lists are short; `sender` is empty where nobody can be made out."""

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    at: dt.datetime | None = None
    text: str = ""
    files: tuple[File, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/plain"
    tree: tuple[Part, ...] = ()


def read(raw: bytes) -> Mail:
    """SVC-01 · A6.2.1 — a mail out of its bytes, however broken. Of one that is only HTML the text is what one would read."""
    head, body = mail_headers.halves(raw)
    tree = mail_parts.parts_of(head, body)
    sender_name, sender = mail_headers.author(head)
    found = _Found()
    found.take(tree)
    return Mail(
        message_id=next(iter(mail_headers.ids(head, "message-id")), ""),
        in_reply_to=next(iter(mail_headers.ids(head, "in-reply-to")), ""),
        references=tuple(mail_headers.ids(head, "references")),
        sender=sender,
        sender_name=sender_name,
        recipients=tuple(address for name in REACHED for _, address in mail_headers.people(head, name)),
        subject=mail_headers.told(head, "subject")[:LONGEST_SUBJECT],
        at=mail_headers.date(head),
        text=_bounded("\n\n".join(one for one in found.texts if one.strip())),
        files=tuple(found.files),
        headers={name: mail_headers.told(head, name) for name in TOLD if name in head},
        content_type=mail_headers.asked(head.get_content_type, "text/plain"),
        tree=tree,
    )


class _Found:
    """Texts and files, in the order in which a reader meets them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.files: list[File] = []

    def take(self, tree: Iterable[Part]) -> None:
        for part in tree:
            if isinstance(part, Leaf):
                self._leaf(part)
            elif part.content_type == "multipart/alternative":
                self._alternative(part)
            elif part.content_type in WITHIN:
                self._within(part)
            else:
                self.take(part.parts)

    def _leaf(self, leaf: Leaf) -> None:
        if leaf.is_file or not leaf.content_type.startswith("text/") or leaf.content_type == "text/calendar":
            if leaf.content_type not in NOISE and leaf.content:
                self.files.append(File(leaf.name or leaf.content_type.replace("/", "."), leaf.content))
            return
        self.texts.append(text_of(leaf))

    def _alternative(self, branch: Branch) -> None:
        """The plain one of several forms of the same text, else the last; the files of all of them."""
        forms = [_Found() for _ in branch.parts]
        for form, part in zip(forms, branch.parts, strict=True):
            form.take([part])
        plain = [
            form.texts
            for form, part in zip(forms, branch.parts, strict=True)
            if isinstance(part, Leaf) and part.content_type == "text/plain" and "".join(form.texts).strip()
        ]
        self.texts += plain[0] if plain else next((form.texts for form in reversed(forms) if form.texts), [])
        self.files += [file for form in forms for file in form.files]

    def _within(self, branch: Branch) -> None:
        """A mail within the mail, as it would be quoted."""
        inner = _Found()
        inner.take(branch.parts)
        told = [
            f"{name.capitalize()}: {branch.head[name]}" for name in ("from", "date", "subject") if branch.head.get(name)
        ]
        lines = "\n".join([*told, "", *inner.texts]).split("\n")
        self.texts.append("\n".join(f"| {line}".rstrip() for line in lines))
        self.files += inner.files


def text_of(leaf: Leaf) -> str:
    """SVC-01 · A6.2.1 — a part that is text, as plain lines."""
    content = leaf.content[:LONGEST_PART]
    if leaf.content_type == "text/html":
        meta = _META.search(content[:2_048])
        return mail_html.text_of(charsets.text_of(content, leaf.charset or (meta[1].decode() if meta else "")))
    told = charsets.text_of(content, leaf.charset)
    return (_unflowed(told) if leaf.is_flowed else told).strip("\n")


def _unflowed(text: str) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one."""
    return re.sub(r"(?m)(?<!^--) \n(?!>)", " ", text)


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()}\n\n{CUT}"


def key_of(mail: Mail) -> str:
    """SVC-01 · A6.2.1 — the digest by which a mail is recognised, whatever the ways here added or encoded anew."""
    said = [mail.message_id, mail.sender.casefold(), mail.at.isoformat() if mail.at else "", mail.subject, mail.text]
    said += [hashlib.sha256(file.content).hexdigest() for file in mail.files]
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "replace")).hexdigest()
