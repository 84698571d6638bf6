"""A card product on its way to the shelf, through the real operations: what most tests of products begin with."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cards.models import Channel, NumberSeries, Product, ProductVersion
from cards.operations import numbers, products, versions
from core import approvals, clock, sweeps
from core.models import Store, User
from core.rules import RuleBroken
from members.models import LegalText
from tests.factories import LegalTextFactory

PRICE = 29_900
BENEFITS: list[dict[str, Any]] = [
    {
        "code": "coffee",
        "name": "A coffee a day",
        "name_zh_hans": "每日一杯咖啡",
        "name_zh_hant": "每日一杯咖啡",
        "per_day": 1,
        "per_month": 20,
        "value_minor": 2_800,
        "cost_minor": 600,
        "expected_uses": 30,
    },
    {
        "code": "breakfast",
        "name": "Breakfast for two",
        "name_zh_hans": "双人早餐",
        "name_zh_hant": "雙人早餐",
        "per_card": 4,
        "value_minor": 9_800,
        "cost_minor": 3_000,
        "expected_uses": 3,
    },
]


def content(*, by: User, **terms: Any) -> versions.Content:
    """Everything a complete draft holds; `terms` override."""
    today = clock.today()
    agreement = LegalTextFactory.create(kind=LegalText.Kind.CARD_AGREEMENT)
    return versions.Content(
        terms={
            "name": "City Annual Card",
            "name_zh_hans": "都会年卡",
            "name_zh_hant": "都會年卡",
            "face": {"from": "#0e4c52", "to": "#0a2e35", "accent": "#e3c48b", "pattern": "waves"},
            "months": 12,
            "price_minor": PRICE,
            "cost_minor": 1_000,
            "market_price_minor": 39_900,
            "agreement_id": agreement.pk,
            **terms,
        },
        benefits=BENEFITS,
        plan={
            "launch_on": today,
            "channels": [Channel.WEB, Channel.STORE],
            "promotion": "A window in every store.",
            "review_on": today + dt.timedelta(days=90),
            "responsible": [by],
        },
    )


def series(*, by: User, stock: int = 20, code: str = "lake", prefix: str = "8611") -> NumberSeries:
    found = NumberSeries.objects.filter(code=code).first()
    if found is None:
        found = numbers.open_series(code=code, prefix=prefix, digits=16, low_stock=5, by=by)
    if stock:
        numbers.produce(found, count=stock, by=by)
    return found


def draft(*, by: User, code: str = "lake", stock: int = 20, prefix: str = "8611", **terms: Any) -> ProductVersion:
    """A complete draft."""
    begun = products.draft_product(code=code, series=series(by=by, stock=stock, code=code, prefix=prefix), by=by)
    return versions.save_draft(begun, content(by=by, **terms), by=by, edits=begun.edits)


def approved(*, by: User, approver: User, **kwargs: Any) -> ProductVersion:
    version = draft(by=by, **kwargs)
    request = versions.submit(version, by=by, reason="For the new season", edits=version.edits)
    approvals.approve(request, by=approver)
    version.refresh_from_db()
    return version


def on_sale(*, by: User, approver: User, **kwargs: Any) -> Product:
    return products.go_on_sale(approved(by=by, approver=approver, **kwargs).product, by=by)


def offered(product: Product) -> ProductVersion:
    """The version on sale."""
    assert product.version is not None
    return product.version


def revision(product: Product, *, by: User, **changes: Any) -> ProductVersion:
    """A complete draft of the product's next version."""
    begun = versions.draft_revision(product, by=by)
    return versions.save_draft(begun, content(by=by, **changes), by=by, edits=begun.edits)


def approved_revision(product: Product, *, by: User, approver: User, **changes: Any) -> ProductVersion:
    version = revision(product, by=by, **changes)
    approvals.approve(versions.submit(version, by=by, reason="Costs rose", edits=version.edits), by=approver)
    version.refresh_from_db()
    return version


def pilot_at(store: Store, version: ProductVersion) -> None:
    version.launch_plan.pilot_stores.set([store])


@contextmanager
def refused(code: str) -> Iterator[None]:
    """`with refused("stale"):` — the rule says no, and for this very reason."""
    with pytest.raises(RuleBroken) as raised:
        yield
    assert raised.value.code == code


def swept(name: str) -> int:
    """Run a sweep and say how many rows it did."""
    run = sweeps.run(name)
    run.refresh_from_db()
    return run.done
