"""What waits for the people who make and launch products, and for those who look after sold cards."""

from django.db.models import QuerySet

from cards.models import Card, LaunchPlan, NumberSeries, ProductVersion
from cards.policy.states import ProductState, VersionState
from cards.queries import launches
from core import clock
from core.models import User


def drafts_of(user: User) -> QuerySet[ProductVersion]:
    return ProductVersion.objects.filter(author=user, state__in=[VersionState.DRAFT, VersionState.REJECTED])


def launches_due(_user: User) -> QuerySet[LaunchPlan]:
    """Launch plans whose day has come."""
    return launches.plans_due(clock.today())


def reviews_due(_user: User) -> QuerySet[LaunchPlan]:
    launched = LaunchPlan.objects.filter(version__on_sale_at__isnull=False, reviewed_at__isnull=True)
    return launched.filter(review_on__lte=clock.today())


def low_series(_user: User) -> QuerySet[NumberSeries]:
    """Series of products on sale of which it was told that they run out."""
    return NumberSeries.objects.filter(low_told_at__isnull=False, products__state=ProductState.ON_SALE).distinct()


def not_activated_in_time(_user: User) -> QuerySet[Card]:
    """CARD-11 · A4.1.1 — sold cards whose window has passed: service follows up, the money is never forfeited."""
    return Card.objects.filter(state=Card.State.ISSUED, activate_before_on__lt=clock.today())
