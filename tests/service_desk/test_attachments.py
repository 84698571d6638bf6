"""Files of a case (invariants.md part 3, Uploads): what they are is looked at, not what they say they are."""

import io
import zipfile

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.models import User
from core.refusals import Refusal
from members.models import Member
from service_desk.models import CaseAttachment
from service_desk.operations import attachments, threads
from service_desk.operations.attachments import Upload, check, safe_name
from tests.service_desk.desk import complaint

MARKUP = [
    b"<!DOCTYPE html><script>alert(1)</script>", b"<html><body>x</body></html>", b"  \n<svg onload=alert(1)>",
    b'<?xml version="1.0"?><svg/>', b"\xef\xbb\xbf<html>", b"<!-- x --><script>1</script>", b"hello <script>1</script>",
    b"#!/bin/sh\nrm -rf /", b"<?php system($_GET[1]); ?>",
]  # fmt: skip
PROGRAMS = [
    b"MZ\x90\x00" + b"\x00" * 64,
    b"\x7fELF" + b"\x00" * 64,
    b"\xca\xfe\xba\xbe" + b"\x00" * 32,
    bytes(range(256)),
]


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, (180, 40, 40)).save(drawn, form, **more)
    return drawn.getvalue()


def with_place() -> bytes:
    """A photograph that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def archive(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return packed.getvalue()


@pytest.mark.parametrize("content", [*MARKUP, *PROGRAMS])
@pytest.mark.parametrize("name", ["receipt.jpg", "receipt.txt", "receipt.pdf"])
def test_pages_and_programs_are_refused_whatever_they_are_called(content: bytes, name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check(Upload(name, content))
    assert refusal.value.code == "attachment_not_accepted"


def test_a_page_behind_the_beginning_of_a_picture_does_not_travel_along() -> None:
    with pytest.raises(Refusal):
        check(Upload("x.png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"))
    kept = check(Upload("x.jpg", picture() + b"<script>alert(1)</script>"))
    assert b"<script>" not in kept.content


def test_a_photograph_loses_what_it_tells_of_itself() -> None:
    original = with_place()
    assert b"secret place" in original
    kept = check(Upload("IMG_0001.HEIC.jpg", original))
    assert b"secret place" not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()
    assert kept.content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("form", "expected"),
    [("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png"), ("JPEG", "image/jpeg")],
)
def test_pictures_are_drawn_anew(form: str, expected: str) -> None:
    kept = check(Upload("a.bin", picture(form)))
    assert kept.content_type == expected
    assert Image.open(io.BytesIO(kept.content)).size == (64, 48)


def test_a_flood_of_pixels_is_refused_before_one_is_read() -> None:
    flood = picture("PNG", (8_000, 8_000))
    assert len(flood) < 1_000_000
    with pytest.raises(Refusal) as refusal:
        check(Upload("flood.png", flood))
    assert refusal.value.code == "image_too_many_pixels"


def test_a_broken_picture_and_an_empty_and_a_heavy_file_are_refused() -> None:
    for content, code in (
        (picture()[:200], "image_unreadable"),
        (b"", "attachment_empty"),
        (b"a" * (attachments.LARGEST + 1), "attachment_too_heavy"),
    ):
        with pytest.raises(Refusal) as refusal:
            check(Upload("x.jpg", content))
        assert refusal.value.code == code


def test_documents_without_macros_are_kept() -> None:
    word = archive(**{"[Content_Types]_xml": b"<x/>", "word__document_xml": b"<x/>"})
    kept = check(Upload("letter", word))
    assert kept.name == "letter.docx"
    for risky in (
        archive(**{"[Content_Types]_xml": b"<x/>", "word__document_xml": b"<x/>", "word__vbaProject_bin": b"x"}),
        archive(a=b"x"),
        b"PK\x03\x04broken",
    ):
        with pytest.raises(Refusal):
            check(Upload("letter.docx", risky))


def test_a_pdf_that_acts_by_itself_is_refused() -> None:
    plain = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF"
    assert check(Upload("a.pdf", plain)).content_type == "application/pdf"
    for word in (b"/JavaScript", b"/Launch", b"/EmbeddedFile"):
        with pytest.raises(Refusal):
            check(Upload("a.pdf", plain.replace(b"<< >>", b"<< " + word + b" >>")))


def test_plain_text_in_chinese_is_kept() -> None:
    assert check(Upload("说明.txt", "第一行\r\n第二行".encode())).name == "说明.txt"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\boot.ini.php", "boot.ini.jpg"),
        ("a.php", "a.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("\x00\n.jpg", "file.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("收据 (1).JPEG", "收据 (1).jpg"),
        ("x" * 500 + ".jpg", "x" * 116 + ".jpg"),
    ],
)
def test_a_name_is_made_harmless(name: str, expected: str) -> None:
    assert safe_name(name, "image/jpeg") == expected


@given(st.text(max_size=300))
def test_any_name_becomes_a_name(name: str) -> None:
    safe = safe_name(name, "application/pdf")
    assert safe.endswith(".pdf")
    assert len(safe) <= attachments.LONGEST_NAME
    assert not {"/", "\\", "\x00", "\n"} & set(safe)
    assert safe not in {".", "..", ".pdf"}


@pytest.mark.django_db
@pytest.mark.usefixtures("categories")
def test_files_are_kept_under_unguessable_names_and_handed_out_whole(
    wanqing: Member, ling: User, settings: LazySettings, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = complaint(wanqing, attachments=[Upload("../收据.jpg", with_place()), Upload("说明.txt", b"hello")])
    first, second = CaseAttachment.objects.order_by("id")
    assert (first.name, second.name) == ("收据.jpg", "说明.txt")
    assert first.token in first.path
    assert "收据" not in first.path
    assert attachments.content_of(second) == b"hello"
    assert b"secret place" not in attachments.content_of(first)
    with default_storage.open(second.path, "wb") as file:
        file.write(b"changed")
    with pytest.raises(Refusal) as refusal:
        attachments.content_of(second)
    assert refusal.value.code == "attachment_damaged"
    with pytest.raises(Refusal):
        threads.reply(case, body="x", by=ling, attachments=[Upload("ok.txt", b"ok"), Upload("x.html", MARKUP[0])])
    assert CaseAttachment.objects.count() == 2
    with pytest.raises(Refusal) as refusal:
        threads.reply(case, body="x", by=ling, attachments=[Upload("a.txt", b"a")] * 11)
    assert refusal.value.code == "too_many_attachments"
