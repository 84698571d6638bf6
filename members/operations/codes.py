"""One-time codes (MEM-01 · B3.2): sent to an address, typed back within minutes, good for one use in one browser."""

import datetime as dt
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import clock, crypto, limits, parameters, request
from core.limits import Limit
from core.messaging import outbox
from core.refusals import Refusal
from members.models import OneTimeCode
from members.policy.parameters import OneTimeCodeParameters

HOUR, DAY = 3600, 86_400
PER_ADDRESS = (Limit("code-address-hour", 5, HOUR), Limit("code-address-day", 12, DAY))
# A shop's guests share one address on the internet: generous per hour, and the day's budget stops a flood.
PER_ORIGIN = (Limit("code-origin-hour", 60, HOUR), Limit("code-origin-day", 300, DAY))
KEPT = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Address:
    """Where a code goes: `channel` is sms or email, `value` the normalised phone or e-mail address."""

    channel: str
    value: str

    @property
    def index(self) -> str:
        return crypto.blind_index(self.value, purpose="phone" if self.channel == "sms" else "email")


def send(
    purpose: str,
    *,
    to: Address,
    binding: str,
    language: str,
    event: str = "core.one_time_code",
    details: Mapping[str, Any] = MappingProxyType({}),
) -> OneTimeCode:
    """Make a code and put it in the outbox: the same work for known and unknown addresses, so that nothing can be told.

    `purpose` is login, join, change or activation; what is for something else has an `event` of its own, whose wording
    knows the `details`.

    `binding` ties the code to the asking browser or journey. Refuses `one_time_code_too_soon` (params: seconds) and
    `too_many_one_time_codes`; a refused request leaves an earlier code valid.
    """
    rules = parameters.in_force(OneTimeCodeParameters)
    now = clock.now()
    last = OneTimeCode.objects.filter(address_index=to.index, purpose=purpose).order_by("-id").first()
    if last and (wait := rules.resend_seconds - int((now - last.sent_at).total_seconds())) > 0:
        raise Refusal("one_time_code_too_soon", status=429, seconds=wait)
    _within_limits(to)
    code = f"{secrets.randbelow(10**rules.digits):0{rules.digits}}"
    with transaction.atomic():
        row = OneTimeCode.objects.create(
            purpose=purpose,
            address_index=to.index,
            binding=binding,
            digest="",
            tries_allowed=rules.tries,
            sent_at=now,
            expires_at=now + dt.timedelta(minutes=rules.life_minutes),
        )
        row.digest = _digest(row, code)
        row.save(update_fields=["digest"])
        outbox.send(
            event,
            key=str(row.pk),
            address=to.value,
            channels=(to.channel,),
            language=language,
            context={"code": code, "minutes": rules.life_minutes, "occasion": purpose, **details},
        )
    return row


def check(purpose: str, *, to: Address, binding: str, typed: str) -> None:
    """Use the code up, or refuse.

    `one_time_code_wrong` (params: left), `one_time_code_expired`, `one_time_code_used`, `one_time_code_tried_out`.
    Runs its own transaction, so that a wrong try stays counted whatever the caller does with the refusal.
    """
    with transaction.atomic(durable=True):
        verdict, params = _weigh(purpose, to=to, binding=binding, typed=typed)
    if verdict:
        raise Refusal(verdict, status=409, allowed_from=None, **params)


def _weigh(purpose: str, *, to: Address, binding: str, typed: str) -> tuple[str, dict[str, int]]:
    mine = OneTimeCode.objects.filter(address_index=to.index, purpose=purpose, binding=binding)
    row = mine.select_for_update().order_by("-id").first()
    if row is None or row.expires_at <= clock.now():
        return "one_time_code_expired", {}
    if row.used_at:
        return "one_time_code_used", {}
    if row.wrong_tries >= row.tries_allowed:
        return "one_time_code_tried_out", {}
    if not crypto.same(row.digest, _digest(row, tidy(typed))):
        OneTimeCode.objects.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1)
        left = row.tries_allowed - row.wrong_tries - 1
        return ("one_time_code_wrong", {"left": left}) if left else ("one_time_code_tried_out", {})
    OneTimeCode.objects.filter(pk=row.pk).update(used_at=clock.now())
    return "", {}


def tidy(typed: str) -> str:
    """Full-width digits and spaces are forgiven."""
    return "".join(unicodedata.normalize("NFKC", typed[:40]).split())


def forget_old() -> int:
    """Delete what the law of one-time codes no longer lets us keep (24 hours)."""
    too_old = clock.now() - KEPT
    deleted, _ = OneTimeCode.objects.filter(sent_at__lt=too_old).delete()
    return deleted


def _digest(row: OneTimeCode, code: str) -> str:
    return crypto.keyed_digest(f"{row.pk}|{row.binding}|{code}", key=settings.INDEX_KEY, purpose="one-time-code")


def _within_limits(to: Address) -> None:
    origin = request.current().address or "unknown"
    budget = Limit(f"code-budget-{to.channel}", settings.CODE_DAILY_BUDGET[to.channel], DAY)
    asked = [(limit, to.value) for limit in PER_ADDRESS] + [(limit, origin) for limit in PER_ORIGIN]
    if not all(limits.spend(limit, subject) for limit, subject in [*asked, (budget, "all")]):
        raise Refusal("too_many_one_time_codes", status=429)
