"""The picture that a shared link shows: the card's colours, its name, what it costs. Drawn once, then remembered."""

import io
from functools import cache, partial
from importlib.resources import files

from django.core.cache import cache as shelf
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from cards.queries import products
from cards.queries.products import Offer
from core import clock, colour, show
from core.face import DEFAULTS

SIZE = (1200, 630)
HOUR = 3600
FONT_FACES = {"zh-hans": 2, "zh-hant": 3}


@require_safe
@cache_control(public=True, max_age=HOUR)
def image(request: HttpRequest, code: str) -> HttpResponse:
    """`/cards/<code>/social.png`, in the reader's language."""
    offer = products.offer_of(code, clock.today())
    if offer is None:
        raise Http404
    language = translation.get_language() or "en"
    key = f"cards.social.{offer.version.pk}.{offer.price_minor}.{language}"
    drawn = shelf.get_or_set(key, partial(_draw, offer, language), HOUR)
    return HttpResponse(drawn, content_type="image/png")


@cache
def _font(size: int, language: str) -> ImageFont.FreeTypeFont:
    font = files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc"
    return ImageFont.truetype(str(font), size, index=FONT_FACES.get(language, 2))


def _draw(offer: Offer, language: str) -> bytes:
    face = offer.version.face
    top, bottom, accent = (
        face[part] if colour.is_colour(face.get(part)) else DEFAULTS[part] for part in ("from", "to", "accent")
    )
    ink = colour.readable_ink(top, bottom)
    picture = Image.composite(
        Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), Image.linear_gradient("L").resize(SIZE)
    )
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((40, 40, SIZE[0] - 40, SIZE[1] - 40), radius=36, outline=accent, width=3)
    pen.text((100, 220), _fitting(offer.version.localized_name, language), font=_font(84, language), fill=ink)
    price = show.money(offer.price_minor, offer.version.currency, whole=True)
    pen.text((100, 360), price, font=_font(64, language), fill=accent)
    page = io.BytesIO()
    picture.save(page, "PNG", optimize=True)
    return page.getvalue()


def _fitting(name: str, language: str) -> str:
    while _font(84, language).getlength(name) > SIZE[0] - 200:
        name = name[:-2].rstrip() + "…"
    return name
