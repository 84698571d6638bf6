"""What a version of a survey asks, field by field, for the second person who agrees to it (SVC-07 · C2.3)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.approvals import Word
from service_desk.surveys.models import SurveyQuestion
from service_desk.surveys.models.texts import Words
from service_desk.surveys.wording import skips

BETWEEN = " · "


def words(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Word]:
    """How each field of a request is read; questions by the place that they have, or had."""
    found = {
        "title": Word(_("title"), in_all_languages),
        "intro": Word(_("introduction"), in_all_languages),
        "thanks": Word(_("thanks"), in_all_languages),
        "version": Word(pgettext_lazy("survey", "version"), str),
    }
    for code in [*before, *(code for code in after if code not in before)]:
        if code not in found:
            place = (after.get(code) or before[code])["place"]
            found[code] = Word(_now("question %(place)s") % {"place": place}, _reader(before, after))
    return found


def in_all_languages(words: Words) -> str:
    return " / ".join(text for text in words.values() if text) or "—"


def _reader(before: Mapping[str, Any], after: Mapping[str, Any]) -> Callable[[Any], str]:
    """Reads a question within the version that it belongs to."""
    return lambda value: question(value, after if value in after.values() else before) if value else "—"


def question(value: Mapping[str, Any], contents: Mapping[str, Any]) -> str:
    """A question as plain data, in a line."""
    parts = [in_all_languages(value["text"]), str(SurveyQuestion.Kind(value["kind"]).label)]
    parts += [in_all_languages(value[end]) for end in ("low", "high") if value[end]]
    parts += [in_all_languages(text) for _code, text in value["options"]]
    parts.append(_now("must be answered") if value["required"] else _now("may be passed over"))
    if value["measure"]:
        parts.append(_now("is the score"))
    return BETWEEN.join([*parts, *(skips.of_contents(one, contents) for one in value["skips"])])
