"""SVC-01 · A6.2.1 — the letters of a mail, whatever set they were written in and whatever set it claims.

What says GB2312 is often GBK, what says Latin-1 is Windows-1252, and many a header says nothing at all. No codec beyond
these lists is ever asked: some of Python's are no character sets, and some take quadratic time.
"""

import binascii
import codecs
import re

_NAMES = """
ascii utf-8 utf-16 utf-16-le utf-16-be gb18030 gbk gb2312 hz big5 big5hkscs cp950 shift_jis cp932 euc_jp iso2022_jp euc_kr
cp949 iso2022_kr cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u iso8859-1 iso8859-2
iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-13 iso8859-14 iso8859-15
iso8859-16 tis-620 cp874 mac-roman
"""
_KNOWN = frozenset(_NAMES.split())
_ALSO = {"x-gbk": "gb18030", "x-sjis": "cp932", "windows-874": "cp874", "iso-8859-8-i": "iso8859-8", "cp-850": "cp1252"}
_WIDER = {
    "gb2312": ("gb18030",), "gbk": ("gb18030",), "big5": ("cp950", "big5hkscs"), "cp950": ("cp950", "big5hkscs"),
    "iso8859-1": ("cp1252",), "ascii": ("utf-8",), "shift_jis": ("cp932",), "euc_kr": ("cp949",),
}  # fmt: skip
"""What a smaller set is read with: the larger one that its users really write."""
_GUESSED = ("utf-8", "gb18030")
_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([bBqQ])\?([^?]*)\?=")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")


def text_of(content: bytes, charset: str = "") -> str:
    """SVC-01 · A6.2.1 — bytes as text: read as what they claim to be, else as UTF-8 or GB18030, else with gaps. Never fails."""
    for codec in (*_codecs(charset), *_GUESSED):
        try:
            return plain(content.decode(codec))
        except (UnicodeError, LookupError, ValueError):
            continue
    return plain(content.decode("utf-8", "replace"))


def header_of(value: str) -> str:
    """SVC-01 · A6.2.1 — one line of a header in plain words: encoded words read, raw bytes guessed, folds undone.

    Words of one set that stand side by side are joined as bytes first: some mailers cut a character in two.
    """
    return " ".join(plain(_words(_guessed(value))).split())


def plain(text: str) -> str:
    """SVC-01 · A6.2.1 — without NUL, control characters and halves of characters; line ends are line feeds."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _codecs(charset: str) -> tuple[str, ...]:
    asked = charset.strip().strip("\"'").lower()[:60]
    try:
        name = _ALSO.get(asked) or codecs.lookup(asked).name
    except (LookupError, ValueError):
        return ()
    return _WIDER.get(name, (name,)) if name in _KNOWN else ()


def _guessed(value: str) -> str:
    """Bytes that stand raw in a header come out of the parser as surrogates."""
    if value.isascii():
        return value
    return text_of(value.encode("utf-8", "surrogateescape")) if _is_raw(value) else value


def _is_raw(value: str) -> bool:
    return any("\udc80" <= one <= "\udcff" for one in value) and not any("\ud800" <= one < "\udc80" for one in value)


def _words(value: str) -> str:
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        if between.strip() or not pending or found[1].lower() != charset:
            out.append(text_of(pending, charset) if pending else "")
            out.append(between if between.strip() or not pending else "")
            pending = b""
        pending += _bytes_of(found[2], found[3])
        charset, end = found[1].lower(), found.end()
    out.append(text_of(pending, charset) if pending else "")
    out.append(value[end:])
    return "".join(out)


def _bytes_of(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    return binascii.a2b_base64(kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept + b"=" * (-len(kept) % 4))
