"""The receipt of an order as PDF (CARD-08 · A3.3), in the reader's language; names in any script."""

import noto_cjk_sans_otc
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from fpdf import FPDF

from cards import printing
from cards.models import Payment
from cards.operations.part_payment import NOTHING, Part
from cards.policy import numbers
from cards.queries.orders import Standing
from core import show, words

INK, SOFT, ACCENT = (20, 32, 30), (100, 107, 103), (15, 95, 102)
WIDTH = 170


def pdf(standing: Standing, *, by_points: Part = NOTHING) -> bytes:
    """One page: what was bought, paid when and how, by how many points, what was sent back."""
    order = standing.order
    page = _page()
    page.set_text_color(*ACCENT)
    page.set_font_size(20)
    page.cell(0, 12, settings.PROGRAMME_NAME, new_x="LMARGIN", new_y="NEXT")
    page.set_text_color(*INK)
    page.set_font_size(15)
    page.cell(0, 11, _("Receipt"), new_x="LMARGIN", new_y="NEXT")
    _row(page, _("Order number"), order.number)
    _row(page, _("Buyer"), order.member.name)
    _row(page, _("Date"), show.moment(standing.received[-1].settled_at or order.placed_at))
    if order.store is not None:
        _row(page, _("Store"), order.store.name)
    page.ln(4)
    for line in standing.lines:
        _row(page, line.version.localized_name, show.money(line.unit_price_minor, order.currency))
        if rest := line.discount_minor - by_points.minor:
            _row(page, _("Discount"), show.money(-rest, order.currency))
        if by_points.points:
            points = ngettext("%(shown)s point", "%(shown)s points", by_points.points)
            worth = show.money(-by_points.minor, order.currency)
            _row(page, points % {"shown": show.number(by_points.points)}, worth)
    for card in standing.cards:
        _row(page, _("Card"), numbers.masked_number(card.number.number))
    _row(page, _("Total"), show.money(order.total_minor, order.currency), strong=True)
    page.ln(4)
    for payment in reversed(standing.received):
        when = show.moment(payment.settled_at) if payment.settled_at else ""
        _row(page, f"{when} · {method_of(payment)}", show.money(payment.amount_minor, order.currency))
    if order.refunded_minor:
        _row(page, _("Sent back"), show.money(-order.refunded_minor, order.currency))
    if standing.left_minor:
        _row(page, _("Still to be paid in parts"), show.money(standing.left_minor, order.currency))
    page.ln(6)
    page.set_text_color(*SOFT)
    page.set_font_size(9)
    page.multi_cell(WIDTH, 5, _("This receipt is a proof of payment. A tax invoice is issued separately on request."))
    return bytes(page.output())


def method_of(payment: Payment) -> str:
    """How a payment was made, in words."""
    return words.of(words.GATEWAY, payment.gateway)


def _row(page: FPDF, label: str, value: str, *, strong: bool = False) -> None:
    page.set_font_size(13 if strong else 11)
    page.set_text_color(*(INK if strong else SOFT))
    page.cell(WIDTH / 2, 8, label, border="B")
    page.set_text_color(*INK)
    page.cell(WIDTH / 2, 8, value, border="B", align="R", new_x="LMARGIN", new_y="NEXT")


def _page() -> FPDF:
    page = FPDF(format="A4")
    page.set_margins(20, 20)
    page.add_font("noto", fname=str(noto_cjk_sans_otc.FONT_PATH), collection_font_number=printing.script())
    page.set_font("noto")
    page.set_draw_color(227, 221, 209)
    page.add_page()
    return page
