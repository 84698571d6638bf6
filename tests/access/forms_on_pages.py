"""The forms of a page as a browser would send them, and what ill-meaning or unlucky people type into them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "search", "email", "tel", "url", "password", "number", "date", ""}
NAUGHTY = (
    "\x00",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") + "‮٣\u200b",
    "<script>alert(1)</script>'\"; DROP TABLE core_user; --",
    "买买提·吐尔逊 ２０２６ {{ settings.SECRET_KEY }} %s%n ../../etc/passwd",
    "x" * 10_000,
    "-99999999999999999999999999",
    "NaN",
    "1e309",
    "2026-02-30",
    "=cmd|' /C calc'!A0",
)
"""Always used; the slow run takes the whole list of naughty strings besides."""
UNASKED = {
    "tier": "platinum", "balance": "999999", "is_superuser": "on", "is_staff": "on", "is_active": "", "member": "1",
    "user": "1", "role": "administrator", "state": "paid", "price_minor": "1", "total_minor": "1", "amount_minor": "1",
}  # fmt: skip
"""Fields that no form has, and that a row might."""


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def with_each(self, text: str) -> dict[str, str]:
        """As the page filled it in, with the text wherever one can type."""
        return UNASKED | self.fields | dict.fromkeys(self.typed, text)

    def with_all(self, text: str) -> dict[str, str]:
        """The text even where one can only choose, and where nothing shows."""
        return UNASKED | dict.fromkeys(self.fields, text)


class Forms(HTMLParser):
    """Every form of a page that posts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(told.get("action", "")) if told.get("method", "").lower() == "post" else None
            if self._open:
                self.found.append(self._open)
        if self._open is None or not (name := told.get("name", self._select if tag == "option" else "")):
            return
        kind = told.get("type", "")
        if tag == "textarea" or (tag == "input" and kind in TYPED):
            self._open.fields[name] = told.get("value", "")
            self._open.typed.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and told.get("value"):
            self._open.fields.setdefault(self._select, told["value"])
        elif tag == "input" and kind in {"hidden", "radio", "checkbox"}:
            self._open.fields.setdefault(name, told.get("value", "on"))
        elif tag == "button" and told.get("value"):
            self._open.fields.setdefault(name, told["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
