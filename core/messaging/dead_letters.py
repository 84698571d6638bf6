"""Messages that were given up: staff see them and have them tried again (MEM-08)."""

from collections.abc import Collection

from django.db import transaction

from core import access, audit, clock
from core.models import Message, User
from core.refusals import Refusal

RIGHT = "core.retry_message"


def retry(keys: Collection[int], *, by: User) -> int:
    """Queue given-up messages again, with all their tries. One that is not given up, or wiped, and none is queued."""
    access.require(by, RIGHT)
    with transaction.atomic():
        chosen = Message.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        rows = list(chosen.values_list("pk", "state", "wiped_at"))
        if any(state != Message.State.DEAD for _, state, _ in rows):
            raise Refusal("message_not_dead")
        if any(wiped_at for _, _, wiped_at in rows):
            raise Refusal("message_text_gone")
        found = [pk for pk, _, _ in rows]
        Message.objects.filter(pk__in=found).update(
            state=Message.State.QUEUED, attempts=0, due_at=clock.now(), error=""
        )
        audit.record("core.message.retry", subject="core.message", actor=by, details={"messages": found})
    return len(found)
