"""How the sandbox delivers the callbacks it owes: signed, over HTTP, again and again with growing pauses."""

import datetime as dt
import logging
import urllib.error
import urllib.request

from django.conf import settings
from django.db import transaction

from cards.models import SandboxCallback
from cards.payments import signatures
from cards.payments.sandbox import provider
from core import clock

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A merchant's address that points elsewhere is a failed delivery."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def deliver_due(limit: int = 50) -> int:
    """Deliver what is due; answers how many were accepted. Two deliverers take different callbacks."""
    delivered = 0
    for _ in range(limit):
        callback = _claim()
        if callback is None:
            break
        if _post(callback):
            SandboxCallback.objects.filter(pk=callback.pk).update(delivered_at=clock.now())
            delivered += 1
    return delivered


@transaction.atomic
def _claim() -> SandboxCallback | None:
    """The next callback due; its following try is set before it is sent, so that a crash delays and never loses it."""
    due = SandboxCallback.objects.select_related("charge").filter(delivered_at__isnull=True, due_at__lte=clock.now())
    due = due.filter(attempts__lt=len(provider.PAUSES)).order_by("due_at", "pk")
    callback = due.select_for_update(of=("self",), skip_locked=True).first()
    if callback is not None:
        callback.due_at = clock.now() + dt.timedelta(seconds=provider.PAUSES[callback.attempts])
        callback.attempts += 1
        callback.save(update_fields=["due_at", "attempts"])
    return callback


def _post(callback: SandboxCallback) -> bool:
    body = callback.body.encode()
    stamp = int(clock.now().timestamp())
    signed = signatures.headers(
        body, secret=settings.SANDBOX_SECRET, message_id=callback.event_id, timestamp=stamp
    )  # fmt: skip
    request = urllib.request.Request(  # noqa: S310  (the address was made by our own `notify_url`)
        callback.charge.notify_url, data=body, headers={**signed, "Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError) as error:
        log.warning("sandbox callback %s was not accepted: %s", callback.event_id, error)
        return False
