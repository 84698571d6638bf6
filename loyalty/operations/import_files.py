"""A file as it is handed in: unpacked within bounds, its encoding and separator recognised, its rows told one by one."""

import codecs
import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from core.refusals import Refusal

LARGEST = 64 * 1024 * 1024
"""Of the text, unpacked; what arrives is bounded by the request."""
MOST_ROWS = 1_000_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000
_GZIP = b"\x1f\x8b"
_ZIP, _OLD_WORKBOOK = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = {"[Content_Types].xml", "content.xml", "Index/Document.iwa"}
"""A part that every workbook of its kind holds: Excel and WPS, LibreOffice, Numbers."""
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Table:
    """A file that can be read: what its columns are called, and the rows below them."""

    digest: str
    encoding: str
    delimiter: str
    header: list[str]
    text: str

    def rows(self) -> Iterator[list[str]]:
        """The rows below the header; empty ones are left out."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        try:
            for number, row in enumerate(one for one in reader if any(one)):
                if number > MOST_ROWS:
                    raise Refusal("file_has_too_many_rows", status=413, most=MOST_ROWS)
                if number:
                    yield row
        except csv.Error as error:
            raise Refusal("file_is_no_table", status=422) from error


def opened(content: bytes) -> Table:
    """The table in the file. Refuses what is none: spreadsheets, pages, pictures, archives that unpack without end."""
    digest = hashlib.sha256(content).hexdigest()
    plain = _unpacked(content) if content.startswith(_GZIP) else content
    if len(plain) > LARGEST:
        raise Refusal("file_too_large", status=413, most=LARGEST // 1024 // 1024)
    if plain.startswith(_OLD_WORKBOOK):
        raise Refusal("file_is_a_workbook", status=422)
    if plain.startswith(_ZIP):
        raise Refusal("file_is_a_workbook" if _holds_a_workbook(plain) else "file_is_an_archive", status=422)
    if plain.lstrip()[:200].lower().startswith(_MARKUP):
        raise Refusal("file_is_markup", status=422)
    encoding, text = _text(plain)
    del plain
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    if not first:
        raise Refusal("file_is_empty", status=422)
    delimiter = max(_DELIMITERS, key=first.count)
    table = Table(digest, encoding, delimiter, _header(text, delimiter), text)
    if next(table.rows(), None) is None:
        raise Refusal("file_has_no_rows", status=422)
    return table


def _unpacked(content: bytes) -> bytes:
    """Never more than a little above the bound is unpacked, however much the archive holds."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(content, LARGEST + 1)
    except zlib.error as error:
        raise Refusal("file_is_no_table", status=422) from error
    if unpacking.unconsumed_tail or len(plain) > LARGEST:
        raise Refusal("file_too_large", status=413, most=LARGEST // 1024 // 1024)
    if not unpacking.eof:
        raise Refusal("file_is_cut_off", status=422)
    return plain


def _holds_a_workbook(plain: bytes) -> bool:
    """By the names in the archive; nothing of it is unpacked. One whose names cannot be read is a damaged workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            return not _WORKBOOK.isdisjoint(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return True


def _text(plain: bytes) -> tuple[str, str]:
    """What a byte order mark says, else UTF-8, else the encoding of Chinese spreadsheets."""
    marked = next((name for bom, name in _BOMS if plain.startswith(bom)), None)
    for name in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = plain.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" in text or any("\ue000" <= one <= "\uf8ff" for one in text[:100_000]):
            break  # no text, or another encoding read as this one
        return ("utf-8" if name == "utf-8-sig" else name), text
    raise Refusal("file_encoding_unknown", status=422)


def _header(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next((row for row in reader if any(row)), [])
    except csv.Error as error:
        raise Refusal("file_is_no_table", status=422) from error
    if len(header) > MOST_COLUMNS or any(len(name) > LONGEST_CELL for name in header):
        raise Refusal("file_has_too_many_columns", status=422, most=MOST_COLUMNS)
    return [" ".join("".join(c if c.isprintable() else " " for c in name).split())[:80] for name in header]
