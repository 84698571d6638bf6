"""When a survey is asked, as a sentence; the channels of all kinds of occasions in words (SVC-06 · D5.1)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.models import Channel, Product
from core import parameter_display, show, words
from loyalty.models import Source as PurchaseSource
from members.models import Source as MemberSource
from service_desk.models.choices import CaseChannel
from service_desk.surveys.models import SurveyTrigger, TouchPoint

CHANNELS: Mapping[str, str | Promise] = {
    **dict(PurchaseSource.choices), **dict(MemberSource.choices), **dict(CaseChannel.choices), **dict(Channel.choices)
}  # fmt: skip


def channel(code: str) -> str:
    return str(CHANNELS.get(code, code)) or "—"


def products() -> dict[str, str]:
    """Card products by their code. One query."""
    return {row.code: str(row) for row in Product.objects.select_related("version")}


def sentence(trigger: SurveyTrigger, names: Mapping[str, str]) -> str:
    """A trigger in words; `names` are those of the card products."""
    if trigger.touch_point == TouchPoint.PERIODIC:
        months = trigger.every_months or 1
        when = ngettext("Every month", "Every %(months)s months", months) % {"months": months}
    else:
        when = _("%(hours)s hours after: %(touch_point)s") % {
            "hours": trigger.delay_hours, "touch_point": trigger.get_touch_point_display()
        }  # fmt: skip
    parts = [when]
    if trigger.share_bps < 10_000:
        parts.append(_("%(share)s of them") % {"share": parameter_display.per_cent(trigger.share_bps)})
    parts += [
        _("only %(which)s") % {"which": show.listed(which)}
        for which in (
            [store.name for store in trigger.stores.all()],
            [words.of(words.TIER, code) for code in trigger.tiers],
            [names.get(code, code) for code in trigger.products],
        )
        if which
    ]
    parts.append(_("from %(day)s") % {"day": show.day(trigger.starts_on)})
    if trigger.last_valid_on:
        parts.append(_("through %(day)s") % {"day": show.day(trigger.last_valid_on)})
    return " · ".join(parts)
