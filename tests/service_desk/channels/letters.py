"""Mails as tests write them."""

import uuid
from email.message import EmailMessage

from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mails
from service_desk.channels.operations.mails import Received

HERS = "wanqing.lin@example.com"


def letter(
    text: str = "The breakfast voucher does not work.",
    *,
    sender: str = HERS,
    to: str = "service@tessera.example",
    subject: str = "Breakfast voucher",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A mail of a person, unless its headers say otherwise; `In_Reply_To` is a header."""
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = sender, to, subject
    told = {"Message_ID": f"<{uuid.uuid4().hex}@mailer.example>", **headers}
    for name, value in told.items():
        one[name.replace("_", "-")] = value
    one.set_content(text)
    for name, content in files:
        one.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return one.as_bytes()


def arrives(raw: bytes | None = None, **told: str) -> Received:
    return mails.receive(raw if raw is not None else letter(**told), via=InboundMail.Via.HOOK)  # type: ignore[arg-type]
