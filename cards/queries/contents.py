"""What a version promises, as plain values: for its digest, for the diff that an approver reads, for a new draft."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from cards.models import Entitlement, LaunchPlan, ProductVersion
from cards.policy import eligibility, launch, pricing, validity

WORDS = ("name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant")
TERMS = (
    *WORDS,
    "face",
    "face_image",
    "material",
    "validity",
    "months",
    "season_starts",
    "season_rolls_over",
    "first_day_counts",
    "min_age",
    "min_spend_minor",
    "min_visits",
    "min_tier",
    "by_invitation",
    "currency",
    "price_minor",
    "cost_minor",
    "market_price_minor",
    "use_rule",
    "is_registered",
    "household_seats",
    "max_per_member",
    "agreement_id",
)
LIMITS = ("per_day", "per_month", "per_year", "per_card")
BENEFIT = (*WORDS, "code", "position", *LIMITS, "value_minor", "cost_minor", "expected_uses")
PLAN = ("launch_on", "channels", "promotion", "review_on")


def of(version: ProductVersion) -> dict[str, Any]:
    """Everything that is promised under this version; benefits by their code, stores by theirs."""
    terms = {field: getattr(version, field) for field in TERMS}
    terms["benefits"] = {benefit.code: _benefit(benefit) for benefit in benefits_of(version)}
    return terms


def benefits_of(version: ProductVersion) -> list[Entitlement]:
    return list(version.entitlements.prefetch_related("stores").order_by("position", "id"))


def benefit_row(benefit: Entitlement) -> dict[str, Any]:
    """A benefit as the studio's form takes it."""
    return {field: getattr(benefit, field) for field in BENEFIT} | {"stores": list(benefit.stores.all())}


def _benefit(benefit: Entitlement) -> dict[str, Any]:
    values = {field: getattr(benefit, field) for field in BENEFIT if field != "code"}
    return values | {"stores": sorted(store.code for store in benefit.stores.all())}


def digest(version: ProductVersion) -> str:
    """The seal under which a version was submitted: whatever is promised later must still give the same."""
    canonical = json.dumps(of(version), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def plan_of(version: ProductVersion) -> LaunchPlan | None:
    return (
        LaunchPlan.objects.filter(version=version)
        .select_related("version")
        .prefetch_related("responsible", "pilot_stores")
        .first()
    )


def facts_of_plan(plan: LaunchPlan | None) -> launch.Plan:
    if plan is None:
        return launch.Plan()
    return launch.Plan(
        launch_on=plan.launch_on,
        channels=tuple(plan.channels),
        promotion=plan.promotion,
        responsible=len(plan.responsible.all()),
        review_on=plan.review_on,
    )


def flat(version: ProductVersion) -> dict[str, Any]:
    """The terms and the launch plan as one flat table, code → value, so that two versions compare line by line."""
    rows = of(version)
    face, benefits = rows.pop("face"), rows.pop("benefits")
    rows["agreement_id"] = str(version.agreement) if version.agreement else ""
    rows |= {f"face.{key}": value for key, value in sorted(face.items())}
    for code, benefit in benefits.items():
        rows |= {f"benefit.{code}.{field}": value for field, value in benefit.items() if field != "position"}
    if plan := plan_of(version):
        rows |= {f"plan.{field}": getattr(plan, field) for field in PLAN}
        rows["plan.responsible"] = sorted(str(person) for person in plan.responsible.all())
        rows["plan.pilot_stores"] = sorted(store.code for store in plan.pilot_stores.all())
    return {code: value for code, value in rows.items() if value not in (None, "", [], {})}


def validity_of(version: ProductVersion) -> validity.Validity | None:
    """The rule by which a card's days are counted; None while a draft does not say yet."""
    if version.validity == ProductVersion.Validity.ROLLING:
        return validity.Rolling(version.months)
    if not version.season_starts or version.months % 12:
        return None
    month, day = _month_day(version.season_starts)
    rolls = _month_day(version.season_rolls_over) if version.season_rolls_over else (None, None)
    return validity.Season(version.months // 12, month, day, *rolls)


def example(version: ProductVersion, *, day: dt.date) -> validity.Term | None:
    """CARD-01 · A2.1 — the term of a card activated on that day, for "activated today → valid through …"."""
    rule = validity_of(version)
    if rule is None:
        return None
    return validity.first_term(day, validity=rule, first_day_counts=version.first_day_counts)


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def conditions_of(version: ProductVersion) -> eligibility.Conditions:
    return eligibility.Conditions(
        min_age=version.min_age,
        min_spend_minor=version.min_spend_minor,
        min_visits=version.min_visits,
        min_tier=version.min_tier,
        invitation_only=version.by_invitation,
    )


def saving(benefits: Iterable[Entitlement], *, price_minor: int) -> int:
    """CARD-08 — what a usual member saves in a year, or 0 where the page had better say nothing."""
    values = [pricing.BenefitValue(benefit.value_minor, benefit.expected_uses) for benefit in benefits]
    return pricing.you_save_about(values, price_minor=price_minor)


def benefit_cost(benefits: Iterable[Entitlement]) -> int:
    """What the benefits of a usual member cost the company in a year."""
    return sum(benefit.cost_minor * benefit.expected_uses for benefit in benefits)


def names_by_language(worded: ProductVersion | Entitlement) -> dict[str, str]:
    """The name in every language of the programme, empty where none was written."""
    fields = {code: "name" if code == "en" else f"name_{code.replace('-', '_')}" for code, _ in settings.LANGUAGES}
    return {code: getattr(worded, field) for code, field in fields.items()}
