"""The counter's PIN (SEC-01): it unlocks a paused counter for the clerk who is logged in there, and nothing else."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from core import audit, clock
from core.models import User
from core.refusals import Refusal
from members.models import CounterPin

DIGITS = range(4, 9)
TRIES = 5
TOO_SIMPLE = frozenset({"1234", "4321", "12345", "123456", "654321", "12345678"})


def set_pin(user: User, *, pin: str) -> CounterPin:
    """The clerk chooses a PIN. Refuses `pin_wrong_shape` and `pin_too_simple`."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in DIGITS):
        raise Refusal("pin_wrong_shape", status=400)
    if pin in TOO_SIMPLE or len(set(pin)) == 1:
        raise Refusal("pin_too_simple", status=400)
    with transaction.atomic():
        row, _ = CounterPin.objects.update_or_create(
            user=user, defaults={"secret": make_password(pin), "wrong_tries": 0, "set_at": clock.now()}
        )
        audit.record("members.counter_pin.set", subject=user, actor=user)
    return row


def unlock(user: User, *, pin: str) -> None:
    """Refuses `pin_wrong` (params: left) and, after five wrong tries in a row, `pin_tried_out`: log in anew."""
    with transaction.atomic(durable=True):
        left = _try(user, pin)
    if left == 0:
        raise Refusal("pin_tried_out", status=403)
    if left > 0:
        raise Refusal("pin_wrong", status=403, left=left)


def _try(user: User, pin: str) -> int:
    """How many tries are left; -1 when the PIN was right."""
    row = CounterPin.objects.select_for_update().filter(user=user).first()
    if row is None or row.wrong_tries >= TRIES:
        return 0
    if check_password(pin[:20], row.secret):
        CounterPin.objects.filter(pk=row.pk).update(wrong_tries=0)
        return -1
    CounterPin.objects.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1)
    audit.record("members.counter_pin.wrong", subject=user, actor=user)
    return TRIES - row.wrong_tries - 1


def forgive(user: User) -> None:
    """A full log-in proves more than a PIN: the tries begin anew."""
    CounterPin.objects.filter(user=user).update(wrong_tries=0)
