"""The facts behind the two checklists of a launch, and the effect that an approver weighs (CARD-03, CARD-04)."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from cards.models import CardNumber, LaunchPlan, Product, ProductVersion
from cards.policy import launch, pricing
from cards.policy.parameters import PurchaseParameters
from cards.policy.states import ProductState, VersionState
from cards.queries import contents, holder_tier, openings
from core import parameters


def completeness(version: ProductVersion, *, day: dt.date) -> tuple[launch.Item, ...]:
    """CARD-01 · A2.1 — what a draft still needs before it is submitted."""
    allowed = parameters.in_force(PurchaseParameters, on=day)
    facts = launch.Draft(
        names=contents.names_by_language(version),
        benefit_names=[contents.names_by_language(benefit) for benefit in version.entitlements.all()],
        has_validity=contents.validity_of(version) is not None,
        price_minor=version.price_minor,
        face_cap_minor=allowed.registered_face_cap_minor if version.is_registered else allowed.bearer_face_cap_minor,
        has_agreement=version.agreement_id is not None,
        plan=contents.facts_of_plan(contents.plan_of(version)),
    )
    return launch.completeness(facts, day=day)


def readiness(version: ProductVersion, *, is_pilot: bool = False) -> tuple[launch.Item, ...]:
    """CARD-04 · A2.2.1 — what a version still needs before it goes on sale, or on pilot."""
    return launch.readiness(
        launch.Launch(
            product_id=version.product_id,
            version_id=version.pk,
            approved=version.state == VersionState.APPROVED,
            price_minor=version.price_minor,
            stock=stock_of(version.product),
            has_agreement=version.agreement_id is not None,
            planned=launch.is_planned(contents.facts_of_plan(contents.plan_of(version))),
            is_pilot=is_pilot,
        )
    )


def stock_of(product: Product) -> int:
    return CardNumber.objects.filter(series_id=product.series_id, state=CardNumber.State.IN_STOCK).count()


def effect(version: ProductVersion) -> dict[str, Any]:
    """CARD-03 · A2.1.3 — what the price leaves, how it lies to the market, what a member saves, how many keep the old."""
    benefits = contents.benefits_of(version)
    cost = version.cost_minor + contents.benefit_cost(benefits)
    left = pricing.margin(version.price_minor, cost_minor=cost)
    found: dict[str, Any] = {
        "price_minor": version.price_minor,
        "cost_minor": cost,
        "margin_minor": left.minor,
        "margin_bps": left.bps,
        "member_saves_minor": contents.saving(benefits, price_minor=version.price_minor),
        "cards_keeping_their_version": version.product.cards.count(),
    }
    if version.market_price_minor:
        found["versus_market_bps"] = pricing.versus_market(
            version.price_minor, market_minor=version.market_price_minor
        ).bps
    return found


def next_version(product: Product) -> ProductVersion | None:
    """The newest approved version that is not yet the one on sale."""
    newest = product.versions.filter(state=VersionState.APPROVED).order_by("-number").first()
    return newest if newest and newest.pk != product.version_id else None


def plans_waiting() -> QuerySet[LaunchPlan]:
    """CARD-04 — launch plans of approved versions that are not yet on sale, of products that could be."""
    return LaunchPlan.objects.filter(
        version__state=VersionState.APPROVED,
        version__on_sale_at__isnull=True,
        version__product__state__in=[ProductState.APPROVED, ProductState.PILOT, ProductState.ON_SALE],
    )


def plans_due(day: dt.date) -> QuerySet[LaunchPlan]:
    """CARD-04, LOY-15 — of these the ones whose day has come; for a card that is new, the day of the first tier."""
    most = max((one.days for one in holder_tier.head_starts(day)), default=0)
    is_new = Q(version__product__state__in=openings.NEW)
    return plans_waiting().filter(Q(launch_on__lte=day) | (is_new & Q(launch_on__lte=day + dt.timedelta(days=most))))


def due(day: dt.date) -> list[int]:
    """CARD-04 — products with an approved version whose launch is due and that is not yet on sale; by id."""
    return sorted(set(plans_due(day).values_list("version__product_id", flat=True)))


def shown(product: Product) -> ProductVersion | None:
    """The version by which the back office shows a product: the one on sale, else the newest."""
    if product.version is not None:
        return product.version
    return max(product.versions.all(), key=lambda version: version.number, default=None)


def reviews_due(day: dt.date, *, after: int | None = None) -> QuerySet[LaunchPlan]:
    """CARD-03 — plans of launched versions whose review day has come and of which nobody has been reminded."""
    plans = LaunchPlan.objects.filter(
        review_on__lte=day, reviewed_at__isnull=True, reminded_at__isnull=True, version__on_sale_at__isnull=False
    )
    return (plans if after is None else plans.filter(pk__gt=after)).order_by("pk")
