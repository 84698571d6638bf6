"""The door for providers' callbacks: machines only, no session, no cookie; the signature is the log-in."""

import logging

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cards.payments import callbacks
from cards.payments.gateway import SignatureInvalid

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def callback(request: HttpRequest, gateway: str) -> JsonResponse:
    """200 once the word is kept and acted on (also for a repeat), 401 for a bad signature, 413 for too much of it."""
    if len(request.body) > callbacks.LARGEST_BODY:
        return JsonResponse({"error": "too-large"}, status=413)
    try:
        outcome = callbacks.take(gateway, request)
    except SignatureInvalid as error:
        log.warning("callback of %s refused: %s", gateway, error)
        return JsonResponse({"error": "signature"}, status=401)
    return JsonResponse({"outcome": outcome})
