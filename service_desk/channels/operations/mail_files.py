"""The files of a mail (SVC-01 · A6.2.1, invariants part 3): those that may be kept, and what is told of the others."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from core.refusals import Refusal, said
from service_desk.channels.policy.mail import File
from service_desk.operations import attachments
from service_desk.operations.attachments import Checked, Upload

LONGEST_NAME = 80


def sorted_out(files: Sequence[File]) -> tuple[list[Checked], str]:
    """SVC-01 · A6.2.1 — the files that can be kept, each judged alone, and a note that names the others and why; in the
    house's language, empty where all are kept."""
    kept: list[Checked] = []
    refused: list[str] = []
    with translation.override(settings.LANGUAGE_CODE):
        for file in files:
            try:
                if len(kept) >= attachments.MOST_FILES:
                    raise Refusal("too_many_attachments", status=422, most=attachments.MOST_FILES)
                kept.append(attachments.check(Upload(file.name, file.content)))
            except Refusal as refusal:
                refused.append(f"• {_name(file)}: {said(refusal)}")
        if not refused:
            return kept, ""
        return kept, "\n".join([gettext("Files of this e-mail that were not taken:"), *refused])


def _name(file: File) -> str:
    name = "".join(one for one in file.name if one.isprintable())
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
