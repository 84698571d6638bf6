"""The night's work on products: launch what is due, remind of reviews, warn of numbers running out."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cards.models import LaunchPlan, NumberSeries, Product
from cards.operations import numbers, products, reviews
from cards.queries import launches, stock
from core import sweeps
from core.refusals import Refusal


class LaunchDue(sweeps.Sweep):
    """CARD-04 · A2.2.1 — put on sale what is approved, ready and due. What is not ready is told to its people."""

    name = "products.launch"
    label = _("Launch products that are due")
    right = products.LAUNCH
    batch = 50

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        due = launches.due(self.ctx.on)
        return [pk for pk in due if after is None or pk > after][:limit]

    def process(self, keys: Sequence[int]) -> int:
        return sum(self._launch(product) for product in Product.objects.filter(pk__in=keys).order_by("pk"))

    def _launch(self, product: Product) -> bool:
        try:
            products.go_on_sale(product, by=None)
        except Refusal as refusal:
            products.tell_blocked(product, refusal)
            return False
        return True


class RemindReviews(sweeps.Sweep):
    """CARD-03 · A2.1.3 — the review day has come and nobody has been reminded."""

    name = "products.review"
    label = _("Remind of product reviews")
    right = reviews.RIGHT
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        return list(launches.reviews_due(self.ctx.on, after=after)[:limit].values_list("pk", flat=True))

    def process(self, keys: Sequence[int]) -> int:
        plans = LaunchPlan.objects.filter(pk__in=keys).select_related("version__product")
        return reviews.remind(list(plans.prefetch_related("responsible")))


class WarnOfLowStock(sweeps.Sweep):
    """CARD-01 · A2.1 — a series that feeds a product on sale has fewer numbers left than its mark."""

    name = "numbers.low-stock"
    label = _("Warn of card numbers running out")
    right = numbers.PRODUCE
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        low = [series.pk for series in stock.running_out() if after is None or series.pk > after]
        return low[:limit]

    def process(self, keys: Sequence[int]) -> int:
        return numbers.warn(list(NumberSeries.objects.filter(pk__in=keys)))


sweeps.register(LaunchDue())
sweeps.register(RemindReviews())
sweeps.register(WarnOfLowStock())
