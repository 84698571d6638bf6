"""The demo's own mailer (SVC-01 · A6.2.1): whoever tries the programme answers an e-mail without having a mailbox.

What is sent here is a mail like any other and is taken in as such. There are no such pages outside the demo.
"""

import uuid
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.messaging import answering, events, providers
from core.models import Message
from service_desk.channels.forms.demo import AnswerForm, WriteForm
from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mails
from service_desk.operations.attachments import Upload

PAGE = "service_desk/channels/demo_mail.html"
HOUSE = "visitor.example"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an e-mail of the outbox, as its recipient's mailer would: to its Reply-To, with its Message-ID, quoting it."""
    original = _original(pk)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        letter = _letter(original.address, subject=f"Re: {original.subject}")
        event = events.get(original.event)
        told = event.headers(original) if event.headers is not None else {}
        letter["To"] = told.get("Reply-To") or settings.SERVICE_ADDRESS
        letter["In-Reply-To"] = letter["References"] = providers.message_id(original.dedup_key)
        said = f"{form.cleaned_data['text']}\n\n{_quoted(original)}"
        return _sent(request, letter, said, form.upload(), to=original.address)
    context = {"form": form, "original": original, "title": _("Answer this e-mail")}
    return render(request, PAGE, context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write to the service desk from any address."""
    if not settings.DEMO:
        raise Http404
    form = WriteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        letter = _letter(given["sender"], name=given["name"], subject=given["subject"])
        letter["To"] = settings.SERVICE_ADDRESS
        return _sent(request, letter, given["text"], form.upload(), to=given["sender"])
    context = {"form": form, "title": _("Write to the service desk"), "address": parseaddr(settings.SERVICE_ADDRESS)[1]}
    return render(request, PAGE, context, status=422 if form.errors else 200)


def _original(pk: int) -> Message:
    if not settings.DEMO:
        raise Http404
    found = get_object_or_404(Message, pk=pk)
    if not answering.address_of(found):
        raise Http404
    return found


def _quoted(original: Message) -> str:
    """As a mailer puts it below an answer."""
    lines = "\n".join(f"> {line}" for line in original.body.split("\n"))
    return f"On {original.created_at:%d %b %Y %H:%M}, {settings.DEFAULT_FROM_EMAIL} wrote:\n{lines}"


def _letter(sender: str, *, subject: str, name: str = "") -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = formataddr((_one_line(name), sender))
    letter["Subject"] = _one_line(subject)
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = f"<{uuid.uuid4().hex}@{HOUSE}>"
    return letter


def _sent(request: HttpRequest, letter: EmailMessage, text: str, file: Upload | None, *, to: str) -> HttpResponse:
    letter.set_content(text)
    if file is not None:
        letter.add_attachment(
            file.content, maintype="application", subtype="octet-stream", filename=_one_line(file.name)
        )
    received = mails.receive(letter.as_bytes(), via=InboundMail.Via.DEMO).mail
    case = received.case
    messages.success(request, _("Received. Case %(number)s.") % {"number": case.number} if case else _("Received."))
    return redirect(f"{reverse('core:outbox')}?to={to}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
