"""A skip as a sentence (SVC-07 · D5.1): for whoever draws a survey up, and for the second person who agrees to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import show
from service_desk.surveys.models import SurveySkip
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.policy.routing import Compare, Verb
from service_desk.surveys.queries.questionnaires import Form


def told(form: Form, skip: SurveySkip) -> str:
    """A skip of a version."""
    places = {row.pk: place for place, row in enumerate(form.questions, start=1)}
    texts = {one.code: spoken(one.text) for one in form.options.get(skip.on_id, ())}
    return sentence(
        skip.verb,
        on=places[skip.on_id],
        what=asked(skip.compare, skip.number, [texts.get(code, code) for code in skip.options]),
        to=places[skip.to_id] if skip.to_id is not None else None,
    )


def of_contents(skip: Mapping[str, Any], contents: Mapping[str, Any]) -> str:
    """A skip as plain data, within the contents of its version."""
    on = contents.get(skip["on"], {})
    texts = {code: spoken(text) for code, text in on.get("options", ())}
    return sentence(
        skip["verb"],
        on=on.get("place", 0),
        what=asked(skip["compare"], skip["number"], [texts.get(code, code) for code in skip["options"]]),
        to=contents.get(skip["to"], {}).get("place") if skip["to"] else None,
    )


def asked(compare: str, number: int, options: Sequence[str]) -> str:
    """What is asked of the answer."""
    if compare == Compare.AT_MOST:
        return _("%(number)s or less") % {"number": number}
    if compare == Compare.AT_LEAST:
        return _("%(number)s or more") % {"number": number}
    return show.listed(_("“%(option)s”") % {"option": option} for option in options)


def sentence(verb: str, *, on: int, what: str, to: int | None) -> str:
    if verb == Verb.HIDE:
        return _("Not asked when the answer to question %(on)s is %(what)s.") % {"on": on, "what": what}
    if to is None:
        return _("When the answer to question %(on)s is %(what)s, the survey ends after this.") % {
            "on": on,
            "what": what,
        }
    return _("When the answer to question %(on)s is %(what)s, question %(to)s follows.") % {
        "on": on,
        "what": what,
        "to": to,
    }
