"""Callbacks of payment providers: kept before they are acted on, and acted on once (CARD-09 · A3.1, invariant 16).

The row is committed first, so that a crash while acting loses nothing: the provider repeats the callback, and the row
without an outcome is acted on then. A repeat of one that has an outcome changes nothing.
"""

import json

from django.db import transaction
from django.http import HttpRequest

from cards.models import GatewayEvent
from cards.operations import settlement
from cards.payments import gateway as gateways
from cards.payments.word import Word

LARGEST_BODY = 64 * 1024


def take(gateway: str, request: HttpRequest) -> str:
    """The outcome of a callback. Raises SignatureInvalid, and Refusal for a provider that is not switched on."""
    word = gateways.get(gateway).parse_callback(request)
    row, _ = GatewayEvent.objects.get_or_create(
        gateway=gateway, event_id=word.event_id, defaults={"kind": word.said, "body": json.loads(request.body)}
    )
    return act(row.pk, word)


@transaction.atomic
def act(row_id: int, word: Word) -> str:
    """Act on a kept callback unless that was done; answers its outcome."""
    row = GatewayEvent.objects.select_for_update().get(pk=row_id)
    if not row.outcome:
        row.outcome = settlement.hear(row.gateway, word)[:60]
        row.save(update_fields=["outcome"])
    return row.outcome
