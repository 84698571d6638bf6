"""SVC-01 · A6.2.1 — a mail that is only HTML, as text: no markup is kept, none is obeyed, nothing is fetched.

A scanner of one pass: every look-up goes forward, so that a page made to be slow is not. What was quoted comes out with
`>` before each line, as in a mail of plain text.
"""

import html
import re

LONGEST = 400_000
MOST_QUOTES = 8
_SILENT = ("script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe", "textarea")
_APART = """
p div tr table ul ol h1 h2 h3 h4 h5 h6 pre section article header footer address dl dt dd form hr blockquote
"""
_BLOCKS = frozenset(_APART.split())
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_HREF = re.compile(r"""href\s*=\s*["']?(https?://[^\s"'>]{1,500})""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_QUOTE = re.compile(r"gmail_quote|moz-cite-prefix|yahoo_quoted|divRplyFwdMsg|OLK_SRC_BODY|qmbox_quote", re.IGNORECASE)


def text_of(page: str) -> str:
    """SVC-01 · A6.2.1 — what a reader would read of a page, line by line; of a link its words and where it leads."""
    page = page[:LONGEST]
    lower = page.lower()
    if len(lower) != len(page):  # a letter whose small form is longer: the places would no longer agree
        lower = page
    return _tidy(_Lines(page, lower).read())


class _Lines:
    """The lines of a page as they are found."""

    def __init__(self, page: str, lower: str) -> None:
        self.page, self.lower = page, lower
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.links: list[str] = []

    def read(self) -> list[str]:
        at = 0
        while at < len(self.page):
            opens = self.page.find("<", at)
            if opens < 0:
                self._say(self.page[at:])
                break
            self._say(self.page[at:opens])
            at = self._tag(opens)
        self._end_line()
        return self.lines

    def _tag(self, opens: int) -> int:
        """Where reading goes on behind the tag that begins here."""
        if self.page.startswith("<!--", opens):
            return self._behind("-->", opens)
        closes = self.page.find(">", opens)
        if closes < 0:
            return len(self.page)
        tag = self.page[opens + 1 : closes]
        named = _NAME.match(tag)
        if named is None:
            if tag[:1] not in ("!", "?", "/", ""):
                self._say("<")
                return opens + 1
            return closes + 1
        name = named[1].lower()
        if name in _SILENT and not tag.startswith("/"):
            return closes + 1 if tag.endswith("/") else self._behind(f"</{name}", closes, also=">")
        self._obey(name, tag)
        return closes + 1

    def _behind(self, mark: str, after: int, *, also: str = "") -> int:
        found = self.lower.find(mark, after)
        if found < 0:
            return len(self.page)
        ends = self.page.find(also, found) if also else found + len(mark) - 1
        return len(self.page) if ends < 0 else ends + 1

    def _obey(self, name: str, tag: str) -> None:
        closes = tag.startswith("/")
        if name == "br":
            self._end_line(blank=True)
        elif name == "a":
            self._link(tag, closes)
        elif name == "li":
            self._end_line()
            self.line += [] if closes else ["• "]
        elif name in ("td", "th") and closes:
            self.line.append(" ")
        elif name in _BLOCKS:
            self._end_line()
            if name == "blockquote":
                self.depth = max(self.depth - 1, 0) if closes else min(self.depth + 1, MOST_QUOTES)
            elif not closes and _QUOTE.search(tag[:400]):
                self.depth = min(self.depth + 1, MOST_QUOTES)  # the rest of the mail is quoted
            if name in ("p", "pre") and closes:
                self._end_line(blank=True)

    def _link(self, tag: str, closes: bool) -> None:
        if not closes:
            found = _HREF.search(tag[:1_000])
            self.links = [html.unescape(found[1])] if found else []
            return
        for target in self.links:
            if target.rstrip("/") not in "".join(self.line[-2:]):
                self.line.append(f" ({target})")
        self.links = []

    def _say(self, text: str) -> None:
        if text:
            self.line.append(_SPACES.sub(" ", html.unescape(text)))

    def _end_line(self, *, blank: bool = False) -> None:
        told = "".join(self.line).strip()
        if told or blank:
            self.lines.append(f"{'> ' * self.depth}{told}".rstrip() if self.depth else told)
        self.line = []


def _tidy(lines: list[str]) -> str:
    """No more than one empty line on end."""
    out: list[str] = []
    for line in lines:
        if line.strip("> ") or (out and out[-1].strip("> ")):
            out.append(line)
    return "\n".join(out).strip()
