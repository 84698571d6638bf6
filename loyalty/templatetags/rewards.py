"""What pages say of rewards and coupons: `{% load rewards %}`."""

from django import template
from django.utils.translation import gettext as _

from core import show
from loyalty.models import CouponOffer
from loyalty.policy import spoken_codes

register = template.Library()


@register.filter
def spelt(code: str) -> str:
    """`{{ order.code|spelt }}` → G2AB-34CD"""
    return spoken_codes.spell(code)


@register.filter
def takes_off(offer: CouponOffer) -> str:
    """`{{ offer|takes_off }}` → ¥20 off, 10 % off (at most ¥50)"""
    if offer.effect == CouponOffer.Effect.AMOUNT:
        return _("%(amount)s off") % {"amount": show.money(offer.value_minor, offer.currency, whole=True)}
    share = f"{offer.value_bps / 100:g}"
    if offer.most_minor is None:
        return _("%(share)s %% off") % {"share": share}
    most = show.money(offer.most_minor, offer.currency, whole=True)
    return _("%(share)s %% off, at most %(most)s") % {"share": share, "most": most}
