"""Handing out a file of a case (SVC-01, invariants part 3): as a file to keep, never as a page of ours.

Who may have it has been asked; this is how it leaves.
"""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from service_desk.operations import attachments


def as_file(attachment: attachments.Kept) -> HttpResponse:
    """SVC-01 — the bytes with the type that was recognised when they came; no browser guesses another, none keeps a copy."""
    response = HttpResponse(attachments.content_of(attachment), content_type=attachment.content_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
