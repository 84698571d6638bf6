"""Reading a mail (SVC-01): real mails come out as one would read them, and no bytes at all break the reader."""

import base64
import datetime as dt
import time
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service_desk.channels.policy import charsets, mail, mail_html, mail_parts
from service_desk.channels.policy.mail import LONGEST_SUBJECT, LONGEST_TEXT


def letter(body: str = "", **headers: str) -> bytes:
    told = {"From": "Lin Wanqing <wanqing.lin@example.com>", "Subject": "Breakfast", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
    return "\r\n".join([*lines, "", body]).encode()


def mime(text: str, *, html: str = "", files: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    one = EmailMessage()
    one["From"], one["Subject"] = "wanqing.lin@example.com", "Breakfast"
    one.set_content(text)
    if html:
        one.add_alternative(html, subtype="html")
    for name, content in files:
        one.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return one.as_bytes()


def word(text: str, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("text", "charset", "claimed"),
    [
        ("早餐券不能使用，请退款。", "gb18030", "GB2312"),
        ("早餐券不能使用，请退款。", "gb18030", "gb18030"),
        ("早餐券不能使用", "gbk", "x-gbk"),
        ("早餐券無法使用，請退款。", "big5", "Big5"),
        ("早餐券無法使用", "big5hkscs", "big5-hkscs"),
        ("早餐券不能使用", "utf-8", ""),
        ("早餐券不能使用", "gb18030", ""),
        ("朝食", "iso-2022-jp", "iso-2022-jp"),
        ("Frühstück für zwei – “gut”", "cp1252", "iso-8859-1"),
        ("завтрак", "koi8-r", "koi8-r"),
        ("𠮷野家的早餐 😀", "utf-8", "utf-8"),
        ("𠮷野家 😀", "gb18030", "gb2312"),
    ],
)
def test_a_text_is_read_in_the_letters_it_was_written_in(text: str, charset: str, claimed: str) -> None:
    head = f"From: a@example.com\nContent-Type: text/plain{f'; charset={claimed}' if claimed else ''}\n\n"
    assert mail.read(head.encode() + text.encode(charset)).text == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (word("早餐券不能使用", "gb18030"), "早餐券不能使用"),
        ("=?gb2312?B?" + base64.b64encode("龍門石窟镕".encode("gb18030")).decode() + "?=", "龍門石窟镕"),
        (f"Re: {word('早餐', 'utf-8')} {word('權益', 'big5')} today", "Re: 早餐權益 today"),
        ("=?utf-8?q?Fr=C3=BChst=C3=BCck_f=C3=BCr?= zwei", "Frühstück für zwei"),
        ("=?utf-8?B?5pep6aSQ", "=?utf-8?B?5pep6aSQ"),
        ("=?no-such-set?B?5pep6aSQ?=", "早餐"),
        ("a\r\n folded  line", "a folded line"),
    ],
)
def test_a_subject_is_read_in_plain_words(written: str, read: str) -> None:
    assert mail.read(letter(Subject=written)).subject == read


def test_a_character_cut_in_two_by_a_mailer_is_whole_again() -> None:
    raw = "早餐权益".encode()
    one, two = base64.b64encode(raw[:4]).decode(), base64.b64encode(raw[4:]).decode()
    assert charsets.header_of(f"=?utf-8?B?{one}?=\r\n =?utf-8?B?{two}?=") == "早餐权益"


def test_a_subject_of_raw_gbk_bytes_is_read() -> None:
    raw = b"From: a@example.com\r\nSubject: " + "早餐券不能使用".encode("gb18030") + b"\r\n\r\nhello"
    assert mail.read(raw).subject == "早餐券不能使用"


def test_names_and_addresses_are_told_apart() -> None:
    read = mail.read(
        letter("x", From=f"{word('林婉清', 'gb18030')} <Wanqing.Lin@Example.com>", To="a@x.example, B <b@x.example>")
    )
    assert (read.sender_name, read.sender) == ("林婉清", "Wanqing.Lin@Example.com")
    assert read.recipients == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    "claimed",
    [
        '"wanqing@example.com" <evil@example.net>',
        "wanqing@example.com <evil@example.net>",
        "<evil@example.net> (wanqing@example.com)",
    ],
)
def test_an_address_in_a_name_is_not_the_senders(claimed: str) -> None:
    assert mail.read(letter("x", From=claimed)).sender == "evil@example.net"


def test_ids_are_collected_and_everything_else_is_left() -> None:
    read = mail.read(
        letter("x", Message_ID="<m1@x>", In_Reply_To="<m0@x> (yours)", References="<a@x>\r\n <b@x> garbage")
    )
    assert (read.message_id, read.in_reply_to, read.references) == ("<m1@x>", "<m0@x>", ("<a@x>", "<b@x>"))
    assert mail.read(letter("x", Date="Mon, 23 Nov 2026 12:00:00 +0800")).at == dt.datetime(
        2026, 11, 23, 4, tzinfo=dt.UTC
    )
    assert mail.read(letter("x", Date="yesterday")).at is None


def test_the_plain_form_of_a_text_is_taken_before_the_html_one_and_files_are_kept() -> None:
    read = mail.read(mime("plain words", html="<p>other words</p>", files=(("小票.jpg", b"\xff\xd8\xff"),)))
    assert read.text.strip() == "plain words"
    assert [(one.name, one.content) for one in read.files] == [("小票.jpg", b"\xff\xd8\xff")]


def test_a_mail_within_a_mail_is_quoted_and_its_files_are_found() -> None:
    outer = EmailMessage()
    outer["From"] = "a@example.com"
    outer.set_content("See below")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "b@example.com", "The old one"
    inner.set_content("old words")
    inner.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    outer.add_attachment(inner)
    read = mail.read(outer.as_bytes())
    assert "| Subject: The old one" in read.text
    assert "| old words" in read.text
    assert [one.name for one in read.files] == ["bill.pdf"]


def test_html_alone_is_read_as_text_and_nothing_of_it_is_obeyed() -> None:
    page = (
        "<html><head><title>no</title><style>p{}</style></head><body onload=x()><p>Dear&nbsp;all,</p><script>alert(1)</script>"
        "<ul><li>one<li>two</ul><a href='https://example.com/order/1'>my order</a><br>"
        "<table><tr><td>A</td><td>B</td></tr></table>"
        "<blockquote>old<blockquote>older</blockquote></blockquote>1 < 2 &lt;b&gt;</body>"
    )
    assert mail_html.text_of(page) == (
        "Dear all,\n\n• one\n• two\nmy order (https://example.com/order/1)\nA B\n> old\n> > older\n1 < 2 <b>"
    )


def test_a_flowed_text_has_its_lines_joined() -> None:
    raw = b"From: a@example.com\nContent-Type: text/plain; format=flowed\n\nThe breakfast \nwas cold.\n-- \nLin\n"
    assert mail.read(raw).text == "The breakfast was cold.\n-- \nLin"


def nested(depth: int, tail: bytes = b"") -> bytes:
    out = b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b0\n\n"
    for level in range(depth):
        out += b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1)
    return out + b"--b%d\n\ndeep\n" % depth + tail


def test_what_lies_too_deep_is_one_closed_file() -> None:
    read = mail.read(nested(3))
    assert read.text == "deep"
    deep = mail.read(nested(500))
    assert deep.text == ""
    assert len(deep.files) == 1


def test_there_are_never_more_parts_than_so_many() -> None:
    raw = (
        b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: image/png\n\nx\n" * 5_000
    )
    assert len(mail.read(raw).files) <= mail_parts.MOST_PARTS


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"A" * 10_000_000 + b"\n\nx",
        b"From: " + b"(" * 1_000_000 + b"\n\nx",
        b"From: " + b'"' * 1_000_000 + b"a@b.example\n\nx",
        b"To: " + b"a@b.example," * 300_000 + b"\n\nx",
        b"Subject: " + b"=?" * 1_000_000 + b"\n\nx",
        b"X: y\n" * 1_000_000 + b"\n\nx",
        nested(400, b"x\n" * 1_000_000),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 500_000,
        b"Content-Type: text/html\n\n" + b"<" * 2_000_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
        b"Content-Type: text/html\n\n" + b"<script>" * 300_000,
        b"Content-Type: text/html\n\n" + b"<a href='https://x.example/'>" * 50_000 + b"</a>" * 50_000,
        b"Content-Type: text/plain; " + b"a=b;" * 200_000 + b"\n\nx",
        b"Content-Type: text/plain; charset=" + b"a" * 100_000 + b"\n\nx",
        b"Content-Transfer-Encoding: base64\n\n" + b"=" * 2_000_000,
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 1_000_000,
        b'Content-Type: application/pdf\nContent-Disposition: attachment; filename="' + b"../" * 500_000 + b'"\n\nx',
        b"Content-Type: message/rfc822\n\n" * 10_000,
    ],
    ids=range(18),
)
def test_what_is_made_to_be_slow_is_not(raw: bytes) -> None:
    began = time.process_time()
    read = mail.read(raw)
    assert time.process_time() - began < 4
    bounded(read)


def bounded(read: mail.Mail) -> None:
    assert len(read.text) <= LONGEST_TEXT + 10
    assert len(read.subject) <= LONGEST_SUBJECT
    assert len(read.sender) <= 260
    assert len(read.sender_name) <= 200
    assert len(read.message_id) <= 200
    assert len(read.recipients) <= 400
    assert len(read.files) <= mail_parts.MOST_PARTS
    for text in (read.text, read.subject, read.sender, read.sender_name, *(one.name for one in read.files)):
        assert "\x00" not in text
        text.encode()  # no half of a character
    assert len(mail.key_of(read)) == 64


HEADERS = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Transfer-Encoding",
     "Content-Disposition", "Return-Path", "Auto-Submitted", "MIME-Version"]
)  # fmt: skip
VALUES = st.sampled_from(
    [b"multipart/mixed; boundary=b", b"multipart/report; boundary=b", b"message/rfc822", b"text/html; charset=utf-7", b"base64",
     b"quoted-printable", b'attachment; filename*0*=gb18030\'\'%d4%e7; filename*1="x',
     b"=?utf-8?b?/w==?=", b"text/plain; charset=\x00",
     b"multipart/mixed; boundary*0=b; boundary*1=", b"=?utf-16?b?2AA=?=", b"uuencode", b"<a@b> <c", b"a@b (((", b"\xff\xfe"]
) | st.binary(max_size=40)  # fmt: skip
LINES = st.lists(st.tuples(HEADERS, VALUES), max_size=6)
PIECES = st.lists(
    st.sampled_from([b"--b\n", b"--b--\n", b"\n", b"\r\n", b"<p>", b"\x00", b"=E6=97", b"5pep", b"> a\n"])
    | st.binary(max_size=30)
)


@given(st.binary(max_size=2_000))
@example(b"")
@example(b"\n")
@example(b"From \n")
@example(b": \n: \n")
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    bounded(mail.read(raw))


@given(LINES, PIECES)
def test_no_mail_made_of_likely_pieces_breaks_the_reader(lines: list[tuple[str, bytes]], pieces: list[bytes]) -> None:
    raw = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in lines) + b"\r\n" + b"".join(pieces)
    bounded(mail.read(raw))


@given(st.text(max_size=600))
def test_no_page_breaks_the_reader_and_no_tag_comes_out_of_it(page: str) -> None:
    assert "<script" not in mail_html.text_of(f"<p>{page.replace('&', '')}<script>x</script>").lower()


def test_the_same_mail_is_the_same_whatever_its_way_added() -> None:
    raw = mime("Where is my card?", files=(("a.txt", b"abc"),))
    relayed = b"Received: from a by b\r\nReturn-Path: <x@y.example>\r\nX-Spam: 0\r\n" + raw
    assert mail.key_of(mail.read(raw)) == mail.key_of(mail.read(relayed))
    other = mime("Where is my card!", files=(("a.txt", b"abc"),))
    assert mail.key_of(mail.read(raw)) != mail.key_of(mail.read(other))
