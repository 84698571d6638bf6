"""CARD-01: pictures for a card face, and what is refused as one."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cards.operations import faces
from tests.cards.products import refused


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), **options) -> SimpleUploadedFile:
    page = io.BytesIO()
    Image.new("RGB", size, "#0e4c52").save(page, kind, **options)
    return SimpleUploadedFile("face.png", page.getvalue())


def flood(width: int, height: int) -> SimpleUploadedFile:
    """A few bytes that claim to be a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SimpleUploadedFile(
        "flood.png", b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_drawn_anew_at_the_size_of_a_card(kind: str):
    name = faces.keep(picture(kind))
    with default_storage.open(faces.path_of(name)) as kept:
        drawn = Image.open(kept)
        assert (drawn.format, drawn.size) == ("JPEG", faces.FACE)
    assert faces.keep(picture(kind)) == name


def test_where_and_with_what_it_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}
    name = faces.keep(picture("JPEG", exif=exif, comment=b"<script>alert(1)</script>"))
    with default_storage.open(faces.path_of(name)) as kept:
        raw = kept.read()
    assert b"camera" not in raw
    assert b"script" not in raw
    assert not Image.open(io.BytesIO(raw)).getexif()


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"",
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["svg", "html", "gif", "postscript", "nothing", "cut off"],
)
def test_what_is_not_a_png_or_jpeg_is_refused_whatever_its_name(body: bytes):
    with refused("image_unreadable"):
        faces.keep(SimpleUploadedFile("face.png", body, content_type="image/png"))


def test_a_truncated_picture_is_refused():
    whole = picture("JPEG").read()
    with refused("image_unreadable"):
        faces.keep(SimpleUploadedFile("face.jpg", whole[: len(whole) // 2]))


def test_a_flood_of_pixels_is_refused_before_it_is_decoded():
    with refused("image_too_many_pixels"):
        faces.keep(flood(60_000, 60_000))


def test_a_picture_of_many_megabytes_is_refused_unread():
    with refused("image_too_heavy"):
        faces.keep(SimpleUploadedFile("face.png", b"\0" * (faces.LARGEST_BYTES + 1)))


def test_a_stamp_is_too_small():
    with refused("image_too_small"):
        faces.keep(picture(size=(100, 60)))


def test_script_behind_the_pixels_does_not_survive():
    upload = SimpleUploadedFile("face.png", picture().read() + b"<script>alert(1)</script>")
    with default_storage.open(faces.path_of(faces.keep(upload))) as kept:
        assert b"script" not in kept.read()
