"""What loyalty adds to the list of a card's benefits (LOY-09): one list for the member, one way to redeem for the clerk."""

from django.urls import reverse

from cards.queries import benefits
from loyalty.models import BenefitRedemption
from loyalty.queries import benefits as catalogue
from loyalty.queries import benefits_portal as portal

benefits.register(
    benefits.Source(
        standing=catalogue.standing,
        uses=catalogue.uses,
        undo=lambda use: reverse("loyalty:counter_redemption_undo", args=[use.pk]),
        of=BenefitRedemption,
        reserve=portal.reservable,
        part=portal.facts,
        template="loyalty/portal/_benefits_top.html",
        asked=catalogue.asked,
    )
)
