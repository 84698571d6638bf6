"""Products, prices, numbers: what is refused, and the words of checklists and diffs."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cards.models import Channel, Entitlement, LaunchPlan, ProductVersion
from cards.policy import launch
from core import refusals, show
from core.approvals import Word

refusals.word(
    {
        # a product from draft to sale
        "product_code_taken": _("There is a product with this code already."),
        "product_retired": _("This product is retired."),
        "product_not_offered": _("This product has never been on sale, so it has no price to change."),
        "draft_open": _("There is already a newer version in the making. Finish that one first."),
        "draft_incomplete": _("This draft is not complete yet. The checklist shows what is missing."),
        "version_frozen": _("This version has been submitted; its terms do not change any more."),
        "nothing_submitted": _("This version has not been submitted."),
        "benefit_code_twice": _("Two benefits have the code “%(benefit)s”. Each needs its own."),
        "not_ready": _("Not everything that this launch needs is there yet. The checklist shows what is missing."),
        "nothing_to_launch": _("There is no approved version waiting to go on sale."),
        "launch_not_due": _("The launch day has not come yet."),
        "pilot_needs_stores": _("Name at least one pilot store in the launch plan."),
        "already_reviewed": _("The result of this review is already written down."),
        # prices
        "price_not_positive": _("A price must be more than nothing."),
        "price_above_cap": _("This is more than a card of this kind may cost."),
        "price_in_the_past": _("A price cannot begin on a day that has passed."),
        "price_unchanged": _("This is the price already in force on that day."),
        # numbers
        "series_overlaps": _("These numbers could be confused with another series. Choose another prefix."),
        "series_code_taken": _("There is a number series with this code already."),
        "series_exhausted": _("The series does not have so many numbers left."),
        "batch_too_large": _("A batch holds between 1 and %(largest)s numbers."),
        "stock_too_low": _("The central stock holds only %(left)s numbers of this series."),
        "number_not_in_stock": _("Only a number that is in stock can be voided."),
        "batch_exported": _("The codes of this batch have already been sent to the printer."),
        # pictures
        "image_too_heavy": _("The picture may have %(megabytes)s MB at most."),
        "image_unreadable": _("This is not a PNG or JPEG picture that we can read."),
        "image_too_many_pixels": _("The picture may have %(megapixels)s megapixels at most."),
        "image_too_small": _("The picture needs at least %(width)s × %(height)s pixels."),
    }
)

CHECKLIST: Mapping[str, str | Promise] = {
    "names": _("The card has a name in every language"),
    "validity": _("It is clear how long the card is valid"),
    "price": _("It has a price"),
    "price_within_cap": _("The price is within what the law allows of such a card"),
    "benefits": _("It grants at least one benefit"),
    "benefit_names": _("Every benefit has a name in every language"),
    "agreement": _("The agreement that buyers accept is chosen"),
    "launch_day": _("The launch day is today or later"),
    "channels": _("At least one sales channel is chosen"),
    "promotion": _("The promotion is described"),
    "responsible": _("Somebody is responsible for the launch"),
    "review_day": _("The review day is after the launch day"),
    "approved": _("A second person has approved it"),
    "stock": _("Card numbers are in stock"),
    "plan": _("The launch plan is complete"),
}

FACE: Mapping[str, str | Promise] = {
    "from": _("face: colour at the top"),
    "to": _("face: colour at the bottom"),
    "accent": _("face: accent"),
    "ink": _("face: lettering"),
    "pattern": _("face: pattern"),
    "image": _("face: picture"),
}
PATTERNS = {
    "waves": _("waves"),
    "guilloche": _("guilloche"),
    "lattice": _("lattice"),
    "tessellation": _("tessellation"),
    "rings": _("rings"),
    "plain": _("plain"),
}


def checklist(items: tuple[launch.Item, ...]) -> list[tuple[str, bool]]:
    """The lines of a checklist: the words, and whether it is so."""
    return [(str(item.label or CHECKLIST[item.code]), item.met) for item in items]


def words_of(codes: list[str]) -> dict[str, Word]:
    """The names and the ways of showing the rows of `contents.flat`."""
    return {code: _word(code) for code in codes}


def _word(code: str) -> Word:
    head, _dot, rest = code.partition(".")
    if head == "face" and rest:
        return Word(FACE.get(rest, rest), _pattern if rest == "pattern" else _plainly)
    if head == "plan":
        return Word(_name(LaunchPlan, rest), _show(rest))
    if head == "benefit":
        benefit, _dot, field = rest.partition(".")
        return Word(f"{benefit} · {_name(Entitlement, field)}", _show(field))
    field = "agreement" if code == "agreement_id" else code
    return Word(_EFFECTS.get(code) or _name(ProductVersion, field), _show(code))


def _name(model: type[Model], field: str) -> str:
    return str(getattr(model._meta.get_field(field), "verbose_name", field))


_EFFECTS: Mapping[str, str | Promise] = {
    "face_image": _("face: picture"),
    "price_minor": _("price"),
    "starts_on": _("from"),
    "margin_minor": _("margin"),
    "margin_bps": _("margin in per cent of the price"),
    "versus_market_bps": _("against the market price"),
    "member_saves_minor": _("what a usual member saves in a year"),
    "cards_keeping_their_version": _("cards sold that keep their terms"),
}


def _show(field: str) -> Callable[[Any], str]:
    if field.endswith("_minor"):
        return _money
    if field.endswith("_bps"):
        return share
    return _SHOWN.get(field, _plainly)


def _pattern(code: str) -> str:
    return str(PATTERNS.get(code, code))


def share(bps: int | None) -> str:
    """`1250` → `+12.5 %`."""
    return "—" if bps is None else f"{'+' if bps > 0 else show.MINUS if bps < 0 else ''}{round(abs(bps) / 100, 1):g} %"


def _money(minor: int | None) -> str:
    return "—" if minor is None else show.money(minor)


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return show.listed(map(str, value))
    return "—" if value in (None, "") else str(value)


def _day(value: str | dt.date | None) -> str:
    return "—" if not value else show.day(value if isinstance(value, dt.date) else dt.date.fromisoformat(value))


def _choice(choices: Mapping[Any, str | Promise]) -> Callable[[Any], str]:
    return lambda value: "—" if value in (None, "") else str(choices.get(value, value))


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "launch_on": _day,
    "review_on": _day,
    "starts_on": _day,
    "validity": _choice(dict(ProductVersion.Validity.choices)),
    "use_rule": _choice(dict(ProductVersion.UseRule.choices)),
    "channels": lambda value: show.listed(str(dict(Channel.choices).get(code, code)) for code in value or []) or "—",
}
