"""MEM-01 · B3.2 — e-mail addresses: the shape that mail servers really deliver to, kept normalised, shown masked.

Stricter than RFC 5322 on purpose: no quoted local part, comment, address literal or bare host. The local part is
kept as typed, because its server may tell case apart, but two addresses that differ in case only are one person's.
"""

import re
import unicodedata

from core.rules import RuleBroken

LONGEST = 150
_LONGEST_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


class EmailRefused(RuleBroken):
    """`email_missing`, `email_too_long` (param: longest), `email_unreadable`, `email_domain_unreadable`."""


def normalise(text: str) -> str:
    """MEM-01 · B3.2 — the address to store: full-width folded, the domain in lower case and in its ASCII form (IDNA).

    Spaces around it are forgiven, a line break never: it would let an address write mail headers.
    """
    if len(text) > 4 * LONGEST:
        raise EmailRefused("email_too_long", longest=LONGEST)
    plain = unicodedata.normalize("NFKC", text).strip(" ")
    if not plain:
        raise EmailRefused("email_missing")
    local, at, domain = plain.rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise EmailRefused("email_unreadable")
    address = f"{local}@{_ascii_domain(domain)}"
    if len(address) > LONGEST:
        raise EmailRefused("email_too_long", longest=LONGEST)
    return address


def matching_key(address: str) -> str:
    """MEM-04 · C2.2 — equal for two addresses that differ in case only; of a normalised address."""
    return address.lower()


def masked(address: str) -> str:
    """SEC-03 · A7.3.3 — "z***g@example.com"; of a local part up to two letters long only the first."""
    local, _, domain = address.rpartition("@")
    return f"{local[0]}***{local[-1] if len(local) > 2 else ''}@{domain}"


def _ascii_domain(domain: str) -> str:
    try:
        labels = domain.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError as error:
        raise EmailRefused("email_domain_unreadable") from error
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or not _TOP.fullmatch(labels[-1]):
        raise EmailRefused("email_domain_unreadable")
    return ".".join(labels)
