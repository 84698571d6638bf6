"""Files of a case (SVC-01 · A6.2.1, invariants part 3): recognised by what they are, drawn anew where they are pictures.

Kept below the media folder under an unguessable name; nothing there is served by address. What is handed out is asked for
each time, as an attachment of the type that was recognised here.
"""

import hashlib
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from core.refusals import Refusal
from service_desk.models import CaseAttachment, CaseEntry
from service_desk.models.thread import new_token

LARGEST = 10 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
MOST_FILES = 10
LONGEST_NAME = 120
UNPACKED_MOST = 60 * 1024 * 1024
FOLDER = "cases"
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF")
_ENDINGS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "application/pdf": ".pdf",
    "text/plain": ".txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"<head", b"<body", b"<iframe", b"<!--", b"<?php")
_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}


@dataclass(frozen=True)
class Upload:
    """A file as it was handed in; its name is only believed after `safe_name`."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its safe name, its true type, what is written to disk."""

    name: str
    content_type: str
    content: bytes


def check(upload: Upload) -> Checked:
    """SVC-01 — recognise a file and bring it into the form in which it is kept.

    Pictures are drawn anew from their pixels: EXIF, a second format or a script do not travel along. Refuses
    `file_empty`, `file_too_heavy`, `file_not_accepted` (pages, SVG, programs, archives, macros), `image_unreadable`,
    `image_too_many_pixels`.
    """
    if not upload.content:
        raise Refusal("attachment_empty", status=422)
    if len(upload.content) > LARGEST:
        raise Refusal("attachment_too_heavy", status=413, megabytes=LARGEST // 1024 // 1024)
    for recognise in (_picture, _pdf, _document, _text):
        if found := recognise(upload.content):
            content_type, content = found
            return Checked(safe_name(upload.name, content_type), content_type, content)
    raise Refusal("attachment_not_accepted", status=422)


def check_all(uploads: Iterable[Upload | Checked]) -> list[Checked]:
    """SVC-01 — recognise all of these or refuse them. Called before a case is held: drawing a picture takes its time."""
    given = list(uploads)
    if len(given) > MOST_FILES:
        raise Refusal("too_many_attachments", status=422, most=MOST_FILES)
    return [one if isinstance(one, Checked) else check(one) for one in given]


def keep(entry: CaseEntry, uploads: Iterable[Upload | Checked]) -> list[CaseAttachment]:
    """SVC-01 — store the files of an entry; all of them or none. In the caller's transaction.

    A file that is left on the disk by a transaction that failed belongs to no row and is never handed out.
    """
    return [CaseAttachment.objects.create(entry=entry, **written(one)) for one in check_all(uploads)]


class Kept(Protocol):
    """A row that says where the bytes of a file are and what they are."""

    name: Any
    content_type: Any
    size: Any
    digest: Any
    path: Any


def content_of(attachment: Kept) -> bytes:
    """SVC-01 — the file, whole as it was kept; who may have it is asked by the caller. A changed file is not handed out."""
    with default_storage.open(attachment.path) as kept:
        content: bytes = kept.read()
    if hashlib.sha256(content).hexdigest() != attachment.digest:
        raise Refusal("attachment_damaged", status=410)
    return content


def written(checked: Checked) -> dict[str, Any]:
    """SVC-01 — write a checked file to the disk; what the row that belongs to it says."""
    digest, token = hashlib.sha256(checked.content).hexdigest(), new_token()
    return {
        "token": token,
        "name": checked.name,
        "content_type": checked.content_type,
        "size": len(checked.content),
        "digest": digest,
        "path": default_storage.save(f"{FOLDER}/{token[:2]}/{token}", ContentFile(checked.content)),
    }


def copy(attachments: Iterable[Kept], *, to: CaseEntry) -> list[CaseAttachment]:
    """The same files beside another entry; the bytes are kept once."""
    return [
        CaseAttachment.objects.create(
            entry=to, name=one.name, content_type=one.content_type, size=one.size, digest=one.digest, path=one.path
        )
        for one in attachments
    ]


def safe_name(name: str, content_type: str) -> str:
    """SVC-01 — the name without folders, control characters or a lying ending: `../../a.php` of a picture is `a.jpg`."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    base = PurePosixPath(plain).name
    kept = "".join(one for one in base if one.isprintable() and one not in '<>:"|?*/\\' and one not in _TURNING)
    stem = kept.rpartition(".")[0] if "." in kept else kept
    ending = _ENDINGS[content_type]
    return f"{stem.strip(' .')[: LONGEST_NAME - len(ending)] or 'file'}{ending}"


_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
"""Marks that turn the reading direction: `gpj.exe` would read `exe.jpg`."""


def _picture(content: bytes) -> tuple[str, bytes] | None:
    if not content.startswith(_MAGIC):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # measured below, before a pixel is read
            picture = Image.open(io.BytesIO(content), formats=tuple(_PICTURES))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:
        raise Refusal("image_unreadable", status=422) from error
    if picture.width * picture.height > LARGEST_PIXELS:
        raise _too_many_pixels()
    form = picture.format or ""
    drawn = io.BytesIO()
    try:
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGB" if form == "JPEG" else "RGBA")
        bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        bare.save(drawn, format="PNG" if form == "GIF" else form, quality=88)
    except Exception as error:
        raise Refusal("image_unreadable", status=422) from error
    return _PICTURES["PNG" if form == "GIF" else form], drawn.getvalue()


def _too_many_pixels() -> Refusal:
    return Refusal("image_too_many_pixels", status=422, megapixels=LARGEST_PIXELS // 1_000_000)


def _pdf(content: bytes) -> tuple[str, bytes] | None:
    if not content.startswith(b"%PDF-"):
        return None
    if b"%%EOF" not in content[-2048:] or _holds(content, (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/JS ")):
        raise Refusal("attachment_not_accepted", status=422)
    return "application/pdf", content


def _holds(content: bytes, words: tuple[bytes, ...]) -> bool:
    return any(word in content for word in words)


def _document(content: bytes) -> tuple[str, bytes] | None:
    """Word and Excel files without macros, by the names in the archive; nothing of it is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {one.filename: one.file_size for one in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise Refusal("attachment_not_accepted", status=422) from error
    ending = next((ending for part, ending in _PARTS.items() if part in parts), "")
    risky = any(name.lower().endswith((".bin", ".exe", ".js", ".vbs", ".dll")) for name in parts)
    if not ending or risky or "[Content_Types].xml" not in parts or sum(parts.values()) > UNPACKED_MOST:
        raise Refusal("attachment_not_accepted", status=422)
    return next(kind for kind, known in _ENDINGS.items() if known == ending), content


def _text(content: bytes) -> tuple[str, bytes] | None:
    """Plain text in UTF-8 that no browser could take for a page."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if any(not (one.isprintable() or one in "\r\n\t") for one in text[:200_000]):
        return None
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if head.startswith((b"#!", b"mz")) or _holds(head, _MARKUP):
        return None
    return "text/plain", content
