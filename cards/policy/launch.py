"""CARD-04 · A2.2.1 — what a draft needs before it is submitted, and a version before it goes on sale: two checklists."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Plan:
    """CARD-04 · A2.2.1 — when and where the card is launched, how it is promoted, by whom, and when it is reviewed."""

    launch_on: date | None = None
    channels: Collection[str] = ()
    promotion: str = ""
    responsible: int = 0
    review_on: date | None = None


@dataclass(frozen=True)
class Draft:
    """What is known of a draft. `names` holds the name by language; `benefit_names` those of each benefit."""

    names: Mapping[str, str]
    benefit_names: Collection[Mapping[str, str]]
    has_validity: bool
    price_minor: int
    face_cap_minor: int
    has_agreement: bool
    plan: Plan


@dataclass(frozen=True)
class Launch:
    """What is known of a version that is to go on sale, at its pilot stores alone or everywhere; ids let a higher app look
    up facts of its own."""

    product_id: int
    version_id: int
    approved: bool
    price_minor: int
    stock: int
    has_agreement: bool
    planned: bool
    is_pilot: bool = False


@dataclass(frozen=True)
class Item:
    """One line of a checklist."""

    code: str
    met: bool
    label: object = ""


@dataclass(frozen=True)
class Requirement:
    """CARD-04 · A2.2.1 — one thing that must be true before a card goes on sale. An app above brings its own `label`."""

    code: str
    met: Callable[[Launch], bool]
    label: object = ""


# The hook: SVC-08 (certified sellers) joins this list from above.
requirements: list[Requirement] = [
    Requirement("approved", lambda launch: launch.approved),
    Requirement("price", lambda launch: launch.price_minor > 0),
    Requirement("stock", lambda launch: launch.stock > 0),
    Requirement("agreement", lambda launch: launch.has_agreement),
    Requirement("plan", lambda launch: launch.planned),
]


def readiness(launch: Launch) -> tuple[Item, ...]:
    """CARD-04 · A2.2.1 — every requirement with its answer; the card may go on sale when all are met."""
    return tuple(Item(one.code, one.met(launch), one.label) for one in requirements)


def is_planned(plan: Plan) -> bool:
    """CARD-04 · A2.2.1 — a plan names a day, a channel, the promotion, somebody responsible and a later review day."""
    return all((_has_days(plan), plan.channels, plan.promotion.strip(), plan.responsible))


def completeness(draft: Draft, *, day: date) -> tuple[Item, ...]:
    """CARD-01, CARD-04 · A2.1, A2.2.1 — what a draft needs before somebody is asked to approve it.

    A launch day that has passed is no plan. The face value stays within what the law allows of its kind of card.
    """
    plan = draft.plan
    return (
        Item("names", all(name.strip() for name in draft.names.values())),
        Item("validity", draft.has_validity),
        Item("price", draft.price_minor > 0),
        Item("price_within_cap", draft.price_minor <= draft.face_cap_minor),
        Item("benefits", bool(draft.benefit_names)),
        Item("benefit_names", all(name.strip() for names in draft.benefit_names for name in names.values())),
        Item("agreement", draft.has_agreement),
        Item("launch_day", plan.launch_on is not None and plan.launch_on >= day),
        Item("channels", bool(plan.channels)),
        Item("promotion", bool(plan.promotion.strip())),
        Item("responsible", plan.responsible > 0),
        Item("review_day", _has_days(plan)),
    )


def unmet(items: Collection[Item]) -> tuple[str, ...]:
    return tuple(item.code for item in items if not item.met)


def _has_days(plan: Plan) -> bool:
    return plan.launch_on is not None and plan.review_on is not None and plan.review_on > plan.launch_on
