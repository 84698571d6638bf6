"""Getting in (MEM-01 · B3.2, SEC-01): the password try, counted and recorded; what follows a log-in."""

from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.db import transaction

from core import audit, crypto, limits, request
from core.limits import Limit
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from members.operations import people, pins
from members.operations.codes import Address

PER_ADDRESS = Limit("log-in-address", 8, 900)
PER_ORIGIN = Limit("log-in-origin", 120, 900)


def by_password(address: Address, password: str) -> User:
    """The user whose password this is. Known, unknown, closed: the same work, the same words (`log_in_failed`).

    Refuses `log_in_tried_out` after eight wrong tries for an address, known or not, within a quarter of an hour.
    """
    origin = request.current().address or "unknown"
    if not limits.spend(PER_ADDRESS, address.value) or not limits.spend(PER_ORIGIN, origin):
        raise Refusal("log_in_tried_out", status=429)
    user = people.user_at(address)
    if user is None:
        get_user_model()().set_password(password)  # spends the time that a check would
        right = False
    else:
        right = user.check_password(password)
    if user and right and user.is_active:
        limits.forget(PER_ADDRESS, address.value)
        return user
    with transaction.atomic():
        audit.record(
            "account.log_in_failed", subject=f"address:{crypto.blind_index(address.value, purpose='audit')[:16]}"
        )
    raise Refusal("log_in_failed", status=403)


def logged_in(user: User, *, method: str) -> None:
    """Somebody got in: on record, and her PIN may be tried anew."""
    with transaction.atomic():
        audit.record("account.log_in", subject=user, actor=user, details={"method": method})
        pins.forgive(user)


def set_password(user: User, password: str) -> None:
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        row.set_password(password)
        row.save(update_fields=["password"])
        record = audit.record("account.set_password", subject=row, actor=row)
        outbox.send("core.password_changed", key=str(record.pk), to=row, context={"at": record.at})
    user.password = row.password


def second_step_changed(user: User, *, what: str, added: bool) -> None:
    """A passkey or an authenticator app came or went: on record, and told to its owner. `what`: passkey, second step."""
    with transaction.atomic():
        record = audit.record(
            "account.change_second_step", subject=user, actor=user, details={"what": what, "added": added}
        )
        context = {"what": what, "added": added, "at": record.at}
        outbox.send("account.security_changed", key=str(record.pk), to=user, context=context)


def end_sessions(rows: Sequence[UserSession], *, by: User) -> int:
    """Log out where somebody is logged in: one's own devices, or, by an administrator, those of others."""
    with transaction.atomic():
        for row in rows:
            audit.record("account.end_session", subject=row.user, actor=by, details={"ip": row.ip})
            row.end()
    return len(rows)
