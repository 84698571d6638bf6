"""Doors for machines (SVC-01 · A6.2.1): no session, no cookie; the signature is the log-in (Standard Webhooks)."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cards.payments import signatures
from core import clock
from core.rules import RuleBroken
from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mails, socials
from service_desk.channels.policy import social as social_rules

LARGEST_POST = 128 * 1024
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def mail(request: HttpRequest) -> JsonResponse:
    """A mail as it is (RFC 5322). 200 once it is kept, also for a repeat; 401 for a bad signature, 413 for too much of it."""
    raw = _signed_body(request, secret=settings.MAIL_HOOK_SECRET, most=settings.LARGEST_REQUEST)
    if isinstance(raw, JsonResponse):
        return raw
    received = mails.receive(raw, via=InboundMail.Via.HOOK)
    return JsonResponse({"outcome": str(received.mail.outcome) if received.is_new else "repeat"})


@csrf_exempt
@require_POST
def social(request: HttpRequest, network: str) -> JsonResponse:
    """A post of a network. 200 once it is kept, also for a repeat; 400 for what makes no sense, 401 for a bad signature."""
    body = _signed_body(request, secret=settings.SOCIAL_SECRETS.get(network, ""), most=LARGEST_POST)
    if isinstance(body, JsonResponse):
        return body
    try:
        post = social_rules.read(body)
    except RuleBroken as broken:
        return JsonResponse({"error": broken.code, **broken.params}, status=400)
    return JsonResponse({"outcome": socials.hear(network, post) if post else "ignored"})


def _signed_body(request: HttpRequest, *, secret: str, most: int) -> bytes | JsonResponse:
    """The body that was truly signed within the last five minutes, or the answer to one that was not."""
    if not secret:
        raise Http404
    body = request.read(most + 1)
    if len(body) > most:
        return JsonResponse({"error": "too-large"}, status=413)
    try:
        signatures.verify(body, request.headers, secret=secret, now=clock.now().timestamp())
    except signatures.BadSignature as error:
        log.warning("%s refused: %s", request.path, error)
        return JsonResponse({"error": "signature"}, status=401)
    return body
