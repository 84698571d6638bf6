"""SVC-08 · D7.1 — a file beside what there is to read: a PDF or a picture, checked, kept under its digest, never as it
was named."""

import hashlib
import io
import warnings
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from core.refusals import Refusal

if TYPE_CHECKING:
    from django.core.files.base import File

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
FOLDER = "training"
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg"}
_PDF, _END = b"%PDF-", b"%%EOF"
_TAIL = 2048


def keep(upload: "File[bytes]") -> str:
    """Store a file and return its name; the same file gives the same name.

    A picture is drawn anew from its pixels, so that no metadata, script or second format travels along; a PDF is kept as
    it is and only ever handed out as a download. Refuses `file_too_heavy` and `file_is_no_material`.
    """
    if upload.size > LARGEST_BYTES:
        raise Refusal("file_too_heavy", status=413, megabytes=LARGEST_BYTES // 1024 // 1024)
    content = upload.read()
    if content.startswith(_PDF) and _END in content[-_TAIL:]:
        kind = "pdf"
    else:
        kind, content = "jpg", _redrawn(content)
    name = f"{hashlib.sha256(content).hexdigest()[:40]}.{kind}"
    if not default_storage.exists(path_of(name)):
        default_storage.save(path_of(name), ContentFile(content))
    return name


def path_of(name: str) -> str:
    return f"{FOLDER}/{name}"


def _redrawn(content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # measured below, before a pixel is read
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.size[0] * picture.size[1] > LARGEST_PIXELS:
            raise Refusal("file_is_no_material", status=422)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Refusal:
        raise
    except Exception as error:
        raise Refusal("file_is_no_material", status=422) from error
    page = io.BytesIO()
    upright.save(page, "JPEG", quality=88, optimize=True)
    return page.getvalue()
