"""The drawing tools of every page: `{% load ui %}`. docs/design.md lists them with examples."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import lucide
import segno
from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from core import face as card_faces
from core import navigation, show
from core.money import Money

register = template.Library()

TONES = {
    "ok": "circle-check", "warn": "triangle-alert", "bad": "circle-x", "info": "info", "quiet": "circle-dashed",
}  # fmt: skip
MASK = 3  # every pattern can be read; choosing the prettiest of eight takes five times as long as drawing one
QUIET = 2
"""Modules of empty margin around a QR code."""
_DARK = re.compile(rb"\x01+")
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "bad", "info": "info", "debug": "quiet"}
STATE_TONES = {
    "ok": "active rewarded posted activated paid done approved verified on_sale delivered sent open settled completed success "
    "enabled",
    "warn": "pending in_review due expiring in_grace unpaid waiting submitted suspended held overdue warning paused partly_paid",
    "bad": "expired lost stolen cancelled refused rejected failed void frozen error refunded revoked terminated dead",
    "info": "new joined pilot issued issued_inactive inactive scheduled planned in_progress processing running info upcoming",
    "quiet": "draft closed archived retired used none quiet withdrawn ended debug",
}
_TONE_OF = {state: tone for tone, states in STATE_TONES.items() for state in states.split()} | {t: t for t in TONES}


@lru_cache(maxsize=512)
def _icon(name: str, size: int, css: str) -> SafeString:
    drawing = lucide._render_icon(
        name, size, **{"class": f"icon {css}".strip(), "aria-hidden": "true", "focusable": "false"}
    )
    return mark_safe(drawing)  # noqa: S308  (drawn from the lucide package; the class comes from templates)


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "") -> SafeString:
    """`{% icon "credit-card" %}`: a lucide icon, decoration only; write the meaning beside it."""
    return _icon(str(name), int(size), str(css))


@register.simple_tag
def money(amount: int | Money | None, currency: str = "") -> str:
    """`{% money order.total_minor order.currency %}` → ¥1,299.00"""
    return "" if amount is None else show.money(amount, currency or None)


@register.filter("money")
def money_filter(amount: int | Money | None, currency: str = "") -> str:
    return "" if amount is None else show.money(amount, currency or None)


@register.filter
def price(amount: int | Money | None, currency: str = "") -> str:
    """`{{ minor|price }}` → ¥1,299 where there are no cents."""
    return "" if amount is None else show.money(amount, currency or None, whole=True)


@register.filter
def number(value: int | None) -> str:
    return "" if value is None else show.number(value)


@register.filter
def day(value: dt.date | None) -> str:
    return "" if value is None else show.day(value)


@register.filter
def day_short(value: dt.date | None) -> str:
    return "" if value is None else show.day(value, short=True)


@register.filter
def month(value: dt.date | None) -> str:
    return "" if value is None else show.month(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    return "" if value is None else show.moment(value)


@register.filter
def when(value: dt.date | None) -> str:
    """A day as a day, a moment as a moment."""
    return moment(value) if isinstance(value, dt.datetime) else day(value)


@register.filter
def time_of_day(value: dt.datetime | None) -> str:
    return "" if value is None else show.time_of_day(value)


@register.filter
def tone_icon(tone: str) -> SafeString:
    """The sign that stands for a message's or a state's tone, so that colour never speaks alone."""
    return _icon(TONES[MESSAGE_TONES.get(tone, tone if tone in TONES else "info")], 20, "")


@register.simple_tag(takes_context=True)
def nav(context: template.Context, face: str) -> navigation.Links:
    """`{% nav "portal" as entries %}`: the entries of config/navigation.py that exist and that this user may open."""
    faces = import_string(settings.TESSERA_NAVIGATION)
    return navigation.links(faces[face], request=context.get("request"), user=context.get("user"))


@register.inclusion_tag("cards/_face.html", takes_context=True)
def card_face(
    context: template.Context,
    face: Mapping[str, Any] | None,
    name: str = "",
    holder: str = "",
    number: str = "",
    valid_through: dt.date | str | None = None,
    tier: str = "",
    tier_name: str = "",
    css: str = "",
) -> dict[str, Any]:
    """`{% card_face product.face name=product.name holder=… number=… valid_through=… tier="gold" %}`"""
    return card_faces.parts(
        face or {},
        wordmark=str(context.get("programme_name", "")),
        name=name,
        holder=holder,
        number=number,
        valid_through=show.day(valid_through, short=True)
        if isinstance(valid_through, dt.date)
        else (valid_through or ""),
        tier=tier,
        tier_name=tier_name,
        css=css,
    )


@register.inclusion_tag("ui/_ring.html")
def ring(value: float, maximum: float, label: str = "", text: str = "", of: str = "") -> dict[str, Any]:
    """`{% ring spent_minor needed_minor _("Spend") text="¥5,200" of="¥8,000" %}`: progress towards a goal, never over-full."""
    share = min(max(value / maximum, 0.0), 1.0) if maximum > 0 else 1.0
    return {
        "share": f"{share * 2 * math.pi * 52:.2f}",
        "round": f"{2 * math.pi * 52:.2f}",
        "empty": share == 0,
        "full": share == 1,
        "label": label,
        "text": text or show.number(int(value)),
        "of": of or show.number(int(maximum)),
    }


@register.inclusion_tag("ui/_bar_chart.html")
def bar_chart(rows: Iterable[Mapping[str, Any] | tuple[str, int]], caption: str = "") -> dict[str, Any]:
    """`{% bar_chart rows caption=_("Points lapsing by month") %}`; a row is (label, value) or {label, value, text, soft}."""
    entries: list[dict[str, Any]] = [
        dict(row) if isinstance(row, Mapping) else {"label": row[0], "value": row[1]} for row in rows
    ]
    top = max((entry["value"] for entry in entries), default=0)
    for entry in entries:
        height = 100 * max(entry["value"], 0) / top if top > 0 else 0
        entry |= {"height": f"{height:.1f}", "top": f"{100 - height:.1f}"}
        entry.setdefault("text", show.number(entry["value"]))
    return {"rows": entries, "caption": caption, "dense": len(entries) > 7}


@register.inclusion_tag("ui/_stat.html")
def stat(label: str, value: object, unit: str = "", note: str = "", icon: str = "", trend: str = "") -> dict[str, Any]:
    """`{% stat _("Saved this year") saved|price note=_("from 14 uses") icon="piggy-bank" trend="up" %}`"""
    return {"label": label, "value": value, "unit": unit, "note": note, "icon": icon, "trend": trend}


@register.inclusion_tag("ui/_empty.html")
def empty_state(icon: str, title: str, text: str = "", action: str = "", url: str = "") -> dict[str, Any]:
    """`{% empty_state "inbox" _("Nothing here yet") _("…") action=_("See the cards") url=url %}`"""
    return {"icon": icon, "title": title, "text": text, "action": action, "url": url}


@register.simple_tag
def status_pill(state: str, label: str = "") -> SafeString:
    """`{% status_pill order.state order.get_state_display %}`; `state` is a state's word or a tone (ok warn bad info quiet)."""
    tone = _TONE_OF.get(str(state).replace("-", "_"), "quiet")
    return format_html('<span class="pill pill-{}">{}{}</span>', tone, _icon(TONES[tone], 16, ""), label or state)


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """`{% qr code label=_("Rotating code") %}`: a QR code as inline SVG, dark on transparent; stand it in `.qr-panel`."""
    drawn = segno.make(text, error="m", micro=False, mask=MASK).matrix
    runs = (
        f"M{run.start() + QUIET} {line}.5h{run.end() - run.start()}"
        for line, row in enumerate(drawn, QUIET)
        for run in _DARK.finditer(row)
    )
    size = len(drawn) + 2 * QUIET
    return format_html(
        '<svg viewBox="0 0 {} {}">{}<path stroke="#14201e" d="{}"/></svg>',
        size, size, format_html("<title>{}</title>", label) if label else "", mark_safe("".join(runs)),  # noqa: S308  (numbers)
    )  # fmt: skip
