"""Reviews of cases in words and signs: `{% load reviews %}`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from core.templatetags import ui
from service_desk.quality.models import ReviewMark
from service_desk.quality.policy.scoring import NOT_APPLICABLE
from service_desk.quality.review_wording import MARKS

register = template.Library()


@register.filter
def mark_word(mark: str) -> str:
    """`yes`, `does not apply`, `2 / 3`."""
    return str(MARKS[mark]) if mark in MARKS else f"{mark} / 3"


@register.filter
def mark_pill(mark: ReviewMark) -> SafeString:
    """A mark, coloured by what it says."""
    tone = "quiet" if mark.mark == NOT_APPLICABLE else "bad" if mark.is_failed else "ok"
    return ui.status_pill("warn" if mark.mark in {"2"} else tone, mark_word(mark.mark))


@register.filter
def of_key(found: dict[str, Any], key: str) -> Any:
    return found.get(key)
