"""CARD-01 · A2.1 — a picture for a card face: read as PNG or JPEG and nothing else, drawn anew, kept by its digest."""

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

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
SMALLEST = (428, 270)
FACE = (1712, 1080)
FOLDER = "faces"


def keep(upload: "File[bytes]") -> str:
    """Store a picture and return its name; the same picture gives the same name.

    What is kept is drawn anew from the pixels, so that no metadata, script or second format travels along. Refuses
    `image_too_heavy`, `image_unreadable` (anything that is not a whole PNG or JPEG), `image_too_many_pixels`,
    `image_too_small`.
    """
    if upload.size > LARGEST_BYTES:
        raise Refusal("image_too_heavy", megabytes=LARGEST_BYTES // 1024 // 1024)
    drawn = _redraw(upload)
    name = f"{hashlib.sha256(drawn).hexdigest()[:40]}.jpg"
    if not default_storage.exists(path_of(name)):
        default_storage.save(path_of(name), ContentFile(drawn))
    return name


def path_of(name: str) -> str:
    return f"{FOLDER}/{name}"


def _redraw(upload: "File[bytes]") -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # measured below, before a pixel is read
            picture = Image.open(upload, formats=("PNG", "JPEG"))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:
        raise Refusal("image_unreadable") from error
    width, height = picture.size
    if width * height > LARGEST_PIXELS:
        raise _too_many_pixels()
    if width < SMALLEST[0] or height < SMALLEST[1]:
        raise Refusal("image_too_small", width=SMALLEST[0], height=SMALLEST[1])
    try:
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception as error:
        raise Refusal("image_unreadable") from error
    face = Image.new("RGB", FACE, "white")
    fitted = ImageOps.fit(upright, FACE, Image.Resampling.LANCZOS)
    face.paste(fitted, mask=fitted.getchannel("A"))
    page = io.BytesIO()
    face.save(page, "JPEG", quality=86, optimize=True, progressive=True)
    return page.getvalue()


def _too_many_pixels() -> Refusal:
    return Refusal("image_too_many_pixels", megapixels=LARGEST_PIXELS // 1_000_000)
