"""The figures beside a draft: margin, market, what a member saves, a worked example of its validity (CARD-03)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cards.forms.products import BenefitRows, TermsForm
from cards.models import ProductVersion
from cards.policy import pricing
from cards.policy.validity import Term
from cards.queries import contents
from cards.wording import offers
from core import clock


@dataclass(frozen=True)
class Figures:
    """Amounts in minor units; `bar` figures are parts of the widest of price, market price and costs, 0 to 100."""

    currency: str
    price_minor: int
    cost_minor: int
    benefits_cost_minor: int
    margin: pricing.Difference
    market_minor: int | None
    versus_market: pricing.Difference | None
    worth_minor: int
    saves_minor: int
    valid: str
    example: Term | None

    @property
    def all_costs_minor(self) -> int:
        return self.cost_minor + self.benefits_cost_minor

    @property
    def loses(self) -> bool:
        return self.margin.minor < 0

    @property
    def bars(self) -> Mapping[str, int]:
        costs = self.all_costs_minor
        widest = max(self.price_minor, self.market_minor or 0, costs, self.worth_minor, 1)
        amounts = {
            "price": self.price_minor,
            "costs": costs,
            "market": self.market_minor or 0,
            "worth": self.worth_minor,
        }
        return {name: round(100 * amount / widest) for name, amount in amounts.items()}


def of_version(version: ProductVersion) -> Figures:
    rows = [vars(benefit) for benefit in contents.benefits_of(version)]
    return _figures(version, rows)


def of_desk(draft: ProductVersion, terms: TermsForm, benefits: BenefitRows) -> Figures:
    """Of what stands in the forms; what cannot be read yet is left as it was saved, nothing is kept."""
    for name, value in terms.cleaned_data.items():
        if value is not None and hasattr(draft, name):
            setattr(draft, name, value)
    rows = [form.cleaned_data for form in benefits.forms if not form.cleaned_data.get("DELETE")]
    return _figures(draft, rows)


def _figures(version: ProductVersion, rows: Iterable[Mapping[str, Any]]) -> Figures:
    values = [(row.get("value_minor") or 0, row.get("cost_minor") or 0, row.get("expected_uses") or 0) for row in rows]
    worth = sum(value * uses for value, _cost, uses in values)
    benefit_cost = sum(cost * uses for _value, cost, uses in values)
    price, market = version.price_minor or 0, version.market_price_minor
    has_rule = contents.validity_of(version) is not None
    return Figures(
        currency=version.currency,
        price_minor=price,
        cost_minor=version.cost_minor or 0,
        benefits_cost_minor=benefit_cost,
        margin=pricing.margin(price, cost_minor=(version.cost_minor or 0) + benefit_cost),
        market_minor=market,
        versus_market=pricing.versus_market(price, market_minor=market) if market else None,
        worth_minor=worth,
        saves_minor=pricing.you_save_about(
            [pricing.BenefitValue(value, uses) for value, _cost, uses in values], price_minor=price
        ),
        valid=offers.validity(version) if has_rule else "",
        example=contents.example(version, day=clock.today()),
    )
