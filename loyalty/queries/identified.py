"""Whose a purchase is, by what a till, a shop or a file says of the member: many at once, in one statement a kind."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.conf import settings

from cards.models import Card
from cards.policy import numbers
from core.fields import digest_in
from core.rules import RuleBroken
from loyalty.models import MemberReference
from members.models import Member
from members.policy import phones

CARD, PHONE, NUMBER, REFERENCE = KINDS = ("card", "phone", "number", "reference")


def members(kind: str, said: Collection[str], *, source: str = "") -> dict[str, int]:
    """What was said → the id of the member; what means nobody, a dead card or a closed record is missing."""
    texts = set(said)
    if kind == REFERENCE:
        return _by_reference(texts, source)
    return {CARD: _by_card, PHONE: _by_phone, NUMBER: _by_number}[kind](texts)


def _by_card(said: Collection[str]) -> dict[str, int]:
    plain = _read(said, numbers.read_card_number)
    rows = Card.objects.filter(
        number__number__in=plain.values(), state=Card.State.ACTIVE, holder__state=Member.State.ACTIVE
    )
    return _matched(plain, rows.values_list("number__number", "holder"))


def _by_phone(said: Collection[str]) -> dict[str, int]:
    plain = _read(said, lambda text: phones.normalise(text, default_region=settings.PHONE_REGION))
    digests = {text: digest_in(Member, "phone_index", phone) for text, phone in plain.items()}
    rows = Member.objects.filter(phone_index__in=digests.values(), state=Member.State.ACTIVE)
    return _matched(digests, rows.values_list("phone_index", "pk"))


def _by_number(said: Collection[str]) -> dict[str, int]:
    rows = Member.objects.filter(number__in=said, state=Member.State.ACTIVE)
    return dict(rows.values_list("number", "pk"))


def _by_reference(said: Collection[str], source: str) -> dict[str, int]:
    rows = MemberReference.objects.filter(source=source, reference__in=said, member__state=Member.State.ACTIVE)
    return dict(rows.values_list("reference", "member"))


def _read(said: Collection[str], reader: Callable[[str], str]) -> dict[str, str]:
    found = {}
    for text in said:
        try:
            found[text] = reader(text)
        except RuleBroken:
            continue
    return found


def _matched(keys: dict[str, str], rows: Iterable[tuple[Any, Any]]) -> dict[str, int]:
    of = dict(rows)
    return {text: of[key] for text, key in keys.items() if key in of}
