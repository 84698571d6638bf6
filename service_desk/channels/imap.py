"""The mailbox of the service desk, read over IMAP with TLS (SVC-01 · A6.2.1): what is unseen, whole or its beginning, marked.

Only `imaps://` (TLS from the first byte) and `imap+tls://` (STARTTLS before the log-in) are spoken; a password never
travels in the open.
"""

import datetime as dt
import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

TIMEOUT = 30.0  # seconds for each answer of the server
PORTS = {"imaps": 993, "imap+tls": 143}
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,15})")


class MailboxWrong(Exception):
    """The address of the mailbox cannot be used, or the server did not do what it was asked; `args[0]` says what."""


@dataclass(frozen=True)
class Address:
    """`imaps://user:password@host:993/INBOX`, taken apart; `name` is it without the password."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:160]


@dataclass(frozen=True)
class Fetched:
    """A mail of the mailbox: its bytes (the beginning of one that is too long), its true length, when it came in."""

    raw: bytes
    size: int
    at: dt.datetime | None


def address_of(url: str) -> Address:
    """The parts of a mailbox's address; raises MailboxWrong for one that cannot be used."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise MailboxWrong("the address must begin with imaps:// or imap+tls://")
    if not parts.hostname or not parts.username or parts.password is None:
        raise MailboxWrong("the address needs a user, a password and a host")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if any(one in folder for one in '"\\\r\n\0'):
        raise MailboxWrong("the folder's name cannot be sent")
    return Address(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=folder,
    )


class Mailbox:
    """An open folder. Nothing is marked by reading it."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server
        told = server.response("UIDVALIDITY")[1][0]
        self.validity = int(told) if isinstance(told, bytes) and told.isdigit() else 0

    def unseen(self) -> list[int]:
        """The numbers of the mails that nobody has seen, the oldest first."""
        _, data = self._asked("SEARCH", "UNSEEN", "UNDELETED")
        found = b" ".join(one for one in data if isinstance(one, bytes))
        return sorted(int(one) for one in found.split() if one.isdigit())

    def fetch(self, uid: int, *, most: int) -> Fetched | None:
        """A mail, at most so many bytes of it; None when it is not there any more."""
        _, data = self._asked("FETCH", str(uid), f"(RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{most}>)")
        for one in data:
            if isinstance(one, tuple) and len(one) > 1:
                size = _SIZE.search(one[0])
                return Fetched(raw=one[1], size=int(size[1]) if size else len(one[1]), at=_moment(one[0]))
        return None

    def mark(self, uid: int, *flags: str) -> None:
        """Set flags: `\\Seen` when it was taken in, `\\Flagged` when a person should look."""
        self._asked("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})")

    def _asked(self, command: str, *told: str) -> tuple[str, list[object]]:
        answer, data = self._server.uid(command, *told)
        if answer != "OK":
            raise MailboxWrong(f"{command} was answered with {answer}")
        return answer, data


@contextmanager
def opened(address: Address, *, authority: str = "") -> Iterator[Mailbox]:
    """The mailbox, logged in and closed at the end. `authority` is a file of certificates that are trusted besides."""
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(cafile=authority)
    if address.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT)
    try:
        if address.scheme == "imap+tls":
            server.starttls(ssl_context=context)
        server.login(address.user, address.password)
        answer, _ = server.select(f'"{address.folder}"')
        if answer != "OK":
            raise MailboxWrong(f"there is no folder {address.folder}")
        yield Mailbox(server)
    finally:
        with suppress(Exception):
            server.logout()


def _moment(told: bytes) -> dt.datetime | None:
    """When the server took the mail in (INTERNALDATE)."""
    local = imaplib.Internaldate2tuple(told)
    return dt.datetime.fromtimestamp(time.mktime(local), tz=dt.UTC) if local else None
