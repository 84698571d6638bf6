"""The printable card (CARD-25 · A4): two sides in the size of a bank card, or on an A4 sheet with marks to cut along.

The QR code carries the card number alone: it finds the card at a counter, where state, holder and document are looked
at, and proves nothing by itself. Fonts are embedded as subsets. Whatever the font cannot draw is never printed as boxes:
a name with such a letter gives way to the member number.
"""

import io
import logging
from importlib.resources import as_file, files

import segno
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import TTFFont
from fpdf.pattern import LinearGradient

from cards.models import Card
from cards.policy import numbers
from core import face as card_faces
from core import show

WIDTH, HEIGHT, MARGIN, CORNER = 85.6, 54.0, 5.5, 3.2
FONT = "card"
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every step of every subset
# The faces inside the collection, by the shapes a reader of that language expects.
COLLECTION = {"zh-hans": 2, "zh-hant": 3}
LEFT, TOP, MARK = 30.0, 40.0, 4.0
JOINT = "M600 0V158a18 18 0 0 0 18 18H654a18 18 0 0 1 18 18V346a18 18 0 0 1-18 18H618a18 18 0 0 0-18 18V540"
MARK_HALVES = (
    "M18 4H28V20a4 4 0 0 0 4 4H38V40H32a4 4 0 0 0-4 4V60H18A14 14 0 0 1 4 46V18A14 14 0 0 1 18 4Z",
    "M32 4H46A14 14 0 0 1 60 18V46A14 14 0 0 1 46 60H32V47a3 3 0 0 1 3-3H38a4 4 0 0 0 4-4V24a4 4 0 0 0-4-4H35a3 3 0 0 1-3-3Z",
)
Rgb = tuple[int, int, int]


def card(of: Card) -> bytes:
    """Front and back, each a page of 85.6 × 54 mm."""
    pdf = _document(of, size=(WIDTH, HEIGHT))
    for side in (_front, _back):
        pdf.add_page()
        side(pdf, of, 0, 0)
    return bytes(pdf.output())


def sheet(of: Card) -> bytes:
    """Both sides one above the other on A4, with marks to cut and fold along."""
    pdf = _document(of, size=(210.0, 297.0))
    pdf.add_page()
    _front(pdf, of, LEFT, TOP)
    _back(pdf, of, LEFT, TOP + HEIGHT)
    _marks(pdf)
    _text(pdf, _("Cut along the marks, fold in the middle, glue together."), LEFT, TOP + 2 * HEIGHT + 13, size=9)
    return bytes(pdf.output())


def script() -> int:
    """The face inside the font collection for the reader's language."""
    return COLLECTION.get(get_language() or "", COLLECTION["zh-hans"])


def _document(of: Card, *, size: tuple[float, float]) -> FPDF:
    pdf = FPDF(unit="mm", format=size)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(f"{of.version} {numbers.masked_number(of.number.number)}")
    pdf.set_creator(settings.PROGRAMME_NAME)
    with as_file(files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc") as path:
        pdf.add_font(FONT, "", path, collection_font_number=script())
    pdf.set_font(FONT)
    return pdf


def _front(pdf: FPDF, of: Card, x: float, y: float) -> None:
    drawn = card_faces.parts(of.version.face, tier="", name="", holder="", number="", wordmark="")
    ground, end, accent, ink = (_rgb(drawn[part]) for part in ("start", "end", "accent", "ink"))
    with pdf.use_pattern(LinearGradient(x, y, x + WIDTH, y + HEIGHT, colors=[_hex(ground), _hex(end)])):
        pdf.rect(x, y, WIDTH, HEIGHT, style="F", round_corners=True, corner_radius=CORNER)
    _ornament(pdf, x, y, accent=_hex(accent))
    _text(pdf, settings.PROGRAMME_NAME, x + 12.2, y + 9.1, size=10, ink=ink, room=46)
    _text(pdf, of.version.localized_name, x + MARGIN, y + 25.4, size=15, ink=ink, room=52)
    _text(pdf, numbers.display_number(of.number.number), x + MARGIN, y + 39, size=11.5, ink=ink, room=52)
    _text(pdf, _name(pdf, of), x + MARGIN, y + 47, size=10, ink=ink, room=46)
    if of.last_valid_on:
        _text(pdf, _("Valid through"), x + 62, y + 43.5, size=5.5, ink=ink, room=19)
        _text(pdf, show.day(of.last_valid_on, short=True), x + 62, y + 47.5, size=8.5, ink=ink, room=19)


def _ornament(pdf: FPDF, x: float, y: float, *, accent: str) -> None:
    """The joint of the two halves and the mark, in the strokes of `cards/_face.html`."""
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 856 540" width="{WIDTH}mm" height="{HEIGHT}mm">'
        f'<path d="{JOINT}H824a32 32 0 0 0 32-32V32a32 32 0 0 0-32-32Z" fill="#ffffff" fill-opacity=".06"/>'
        f'<path d="{JOINT}" fill="none" stroke="{accent}" stroke-opacity=".85" stroke-width="2.5"/>'
        f'<g transform="translate(52 50) scale(.9)" fill="{accent}"><path d="{MARK_HALVES[0]}"/>'
        f'<path d="{MARK_HALVES[1]}" fill-opacity=".55"/></g></svg>'
    )
    pdf.image(io.BytesIO(drawing.encode()), x, y, w=WIDTH, h=HEIGHT)


def _back(pdf: FPDF, of: Card, x: float, y: float) -> None:
    pdf.set_fill_color(250, 248, 244)
    pdf.rect(x, y, WIDTH, HEIGHT, style="F", round_corners=True, corner_radius=CORNER)
    side = 30.0
    _qr(pdf, of.number.number, x + MARGIN, y + 9, side=side)
    words = [
        _("Scan this at the counter to find the card. It is used together with an identity document."),
        _("On your phone the card shows a code that renews itself, and what is left of each benefit."),
        settings.SITE_URL.removeprefix("https://").removeprefix("http://"),
    ]
    pdf.set_xy(x + MARGIN + side + 5, y + 9)
    pdf.set_text_color(28, 36, 34)
    for text in words:
        pdf.set_x(x + MARGIN + side + 5)
        pdf.set_font_size(7)
        pdf.multi_cell(
            WIDTH - side - 2 * MARGIN - 5, 3.6, _drawable(pdf, text), align=Align.L, new_x="LEFT", new_y="NEXT"
        )
        pdf.ln(1.6)
    _text(pdf, numbers.display_number(of.number.number), x + MARGIN, y + 46, size=8, room=WIDTH - 2 * MARGIN)


def _qr(pdf: FPDF, text: str, x: float, y: float, *, side: float) -> None:
    code = segno.make(text, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    step = side / len(rows)
    pdf.set_fill_color(20, 32, 30)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                pdf.rect(x + across * step, y + down * step, step, step, style="F")


def _marks(pdf: FPDF) -> None:
    pdf.set_draw_color(120, 120, 120)
    pdf.set_line_width(0.15)
    for y in (TOP, TOP + HEIGHT, TOP + 2 * HEIGHT):
        pdf.line(LEFT - 2 - MARK, y, LEFT - 2, y)
        pdf.line(LEFT + WIDTH + 2, y, LEFT + WIDTH + 2 + MARK, y)
    for x in (LEFT, LEFT + WIDTH):
        pdf.line(x, TOP - 2 - MARK, x, TOP - 2)
        pdf.line(x, TOP + 2 * HEIGHT + 2, x, TOP + 2 * HEIGHT + 2 + MARK)


def _text(
    pdf: FPDF, text: str, x: float, y: float, *, size: float, ink: Rgb = (28, 36, 34), room: float | None = None
) -> None:
    """A line on its base line, set smaller until it fits, and cut where even that is too long."""
    text = _drawable(pdf, text)
    pdf.set_text_color(*ink)
    pdf.set_font_size(size)
    while room and pdf.get_string_width(text) > room and size > 6:
        size -= 0.5
        pdf.set_font_size(size)
    while room and pdf.get_string_width(text) > room:
        text = text.rstrip("…")[:-1] + "…"
    pdf.text(x, y, text)


def _name(pdf: FPDF, of: Card) -> str:
    """The holder as she writes herself, or her number where the font lacks one of her letters."""
    if of.holder is None:
        return ""
    return of.holder.name if _drawable(pdf, of.holder.name) == of.holder.name else of.holder.number


def _drawable(pdf: FPDF, text: str) -> str:
    font = pdf.fonts[FONT]
    known = font.cmap if isinstance(font, TTFFont) else {}
    return "".join(character for character in text if ord(character) in known)


def _rgb(value: str) -> Rgb:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def _hex(value: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*value)
