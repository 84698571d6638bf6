"""Finding cases though what was said is sealed (SVC-01, SEC-03): by keyed digests of words, by numbers, by addresses."""

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Lookup, Q, QuerySet, TextField

from core.fields import digest_in
from core.rules import RuleBroken
from members.models import Member
from members.policy import emails, member_numbers, phones
from service_desk.models import Case, CaseSearch
from service_desk.policy import search_words

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup

LETTERS = 10
MOST_WORDS = 24
"""Of a search; the rest of a pasted text is not looked for."""


def token_of(word: str) -> str:
    """SEC-03 — ten letters that stand for a word: the same for the same word, nothing to be read from without the key."""
    digest = hmac.digest(settings.INDEX_KEY.encode(), f"case-word\x1f{word}".encode(), "sha256")
    number, letters = int.from_bytes(digest[:8], "big"), []
    for _ in range(LETTERS):
        number, place = divmod(number, 26)
        letters.append(chr(ord("a") + place))
    return "".join(letters)


def tokens_of(text: str) -> list[str]:
    """SVC-01 · A6.2.1 — the tokens by which a text is found, each once."""
    return list(dict.fromkeys(map(token_of, search_words.words(text))))


@TextField.register_lookup
class HoldsAll(_Lookup):
    """`tokens__holds_all=[…]`: all of these stand in it. On PostgreSQL its index answers, elsewhere the text is read."""

    lookup_name = "holds_all"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[str]:
        return list(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        parts = [f"(' ' || {column} || ' ') LIKE %s" for _ in self.rhs]
        return f"({' AND '.join(parts)})", [value for token in self.rhs for value in (*params, f"% {token} %")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"case_words({column}) @@ to_tsquery('simple', %s)", [*params, " & ".join(self.rhs)]


def find(term: str, *, before: int | None = None, limit: int = 50) -> list[int]:
    """SVC-01 · A6.2.1 — the cases that a search finds, the newest first, by id; `before` is the last one of the page before.

    A case or member number, a phone number or an e-mail address is looked up as such; anything else is looked for word
    by word, and all words must occur. A single letter or Chinese character finds nothing.
    """
    wanted = term.strip()
    direct = next((found for rule in _DIRECT if (found := rule(wanted)) is not None), None)
    if direct is not None:
        rows = Case.objects.filter(direct)
        rows = rows if before is None else rows.filter(pk__lt=before)
        return list(rows.order_by("-pk").values_list("pk", flat=True)[:limit])
    tokens = tokens_of(wanted)[:MOST_WORDS]
    if not tokens:
        return []
    words = CaseSearch.objects.filter(tokens__holds_all=tokens)
    words = words if before is None else words.filter(pk__lt=before)
    return list(words.order_by("-pk").values_list("pk", flat=True)[:limit])


def at_address(*, phone: str = "", email: str = "") -> QuerySet[Case]:
    """SVC-01 · A6.2.1 — the cases of whoever has this phone number or e-mail address, member or not, the newest first."""
    return Case.objects.filter(_of_phone(phone) if phone else _of_email(email)).order_by("-pk")


def _number(term: str) -> Q | None:
    plain = term.upper().replace(" ", "")
    return Q(number=plain) if plain[:1] == "C" and plain[1:7].isdecimal() and plain[7:8] == "-" else None


def _member_number(term: str) -> Q | None:
    return Q(member__number=term) if member_numbers.is_number(term) else None


def _email(term: str) -> Q | None:
    if "@" not in term:
        return None
    try:
        return _of_email(emails.normalise(term))
    except RuleBroken:
        return None


def _phone(term: str) -> Q | None:
    if sum(one.isdecimal() for one in term) < 7 or any(one.isalpha() for one in term):
        return None
    try:
        return _of_phone(phones.normalise(term, default_region=settings.PHONE_REGION))
    except RuleBroken:
        return None


def _of_phone(phone: str) -> Q:
    people = Member.objects.by_phone(phone).values("pk")
    return Q(
        pk__in=_cases(contact_phone_index=digest_in(Case, "contact_phone_index", phone)).union(
            _cases(member__in=people)
        )
    )


def _of_email(email: str) -> Q:
    people = Member.objects.by_email(email).values("pk")
    return Q(
        pk__in=_cases(contact_email_index=digest_in(Case, "contact_email_index", email)).union(
            _cases(member__in=people)
        )
    )


def _cases(**where: Any) -> QuerySet[Any, Any]:
    """Each key by its own index."""
    return Case.objects.filter(**where).order_by().values("pk")


_DIRECT: tuple[Callable[[str], Q | None], ...] = (_number, _member_number, _email, _phone)
