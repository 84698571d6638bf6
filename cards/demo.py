"""The cards of the demo, made as people make them: drafted by the planner, approved by the director, put on sale."""

import datetime as dt

from django.db import transaction

from cards import demo_orders, demo_renewals
from cards.demo_products import ON_SALE, WAITING, Sample
from cards.models import Channel, Product, ProductVersion
from cards.operations import numbers, products, versions
from core import approvals, clock
from core.models import Store, User
from members.models import LegalText
from members.queries import legal


def load() -> None:
    """Three cards on sale with numbers centrally and in every store, and one that waits for approval."""
    planner = User.objects.with_email("planner@tessera.example")
    director = User.objects.with_email("director@tessera.example")
    if planner is None or director is None:
        raise LookupError("the demo's people come first: members.demo.load")
    for sample in ON_SALE:
        if not Product.objects.filter(code=sample.code).exists():
            with clock.stopped(clock.now() - dt.timedelta(days=sample.on_sale_days)), transaction.atomic():
                _launch(sample, planner=planner, director=director)
    if not Product.objects.filter(code=WAITING.code).exists():
        with transaction.atomic():
            draft = _draft(WAITING, planner=planner, launch_in=21)
            versions.submit(draft, by=planner, reason="A card for families, for the spring.", edits=draft.edits)
    demo_orders.load()
    demo_renewals.load()


def _launch(sample: Sample, *, planner: User, director: User) -> None:
    draft = _draft(sample, planner=planner, launch_in=0)
    asked = versions.submit(draft, by=planner, reason="The first cards of the programme.", edits=draft.edits)
    approvals.approve(asked, by=director, reason="Margin and wording checked.")
    products.go_on_sale(draft.product, by=planner)


def _draft(sample: Sample, *, planner: User, launch_in: int) -> ProductVersion:
    series = numbers.open_series(code=sample.code, prefix=sample.prefix, digits=16, low_stock=50, by=planner)
    numbers.produce(series, count=sample.central, by=planner)
    if sample.a_store:
        for store in Store.objects.filter(is_open=True):
            numbers.produce(series, count=sample.a_store, by=planner, store=store)
    draft = products.draft_product(code=sample.code, series=series, by=planner)
    Product.objects.filter(pk=draft.product_id).update(position=sample.position)
    launch_on = clock.today() + dt.timedelta(days=launch_in)
    plan = {
        "launch_on": launch_on,
        "channels": [Channel.WEB, Channel.STORE],
        "promotion": sample.promotion,
        "review_on": launch_on + dt.timedelta(days=sample.review_days),
        "responsible": [planner],
    }
    agreement = legal.in_force(LegalText.Kind.CARD_AGREEMENT)
    terms = sample.terms | {"agreement_id": agreement.pk}
    benefits = [
        row | {"stores": list(Store.objects.filter(code__in=sample.stores.get(row["code"], ())))}
        for row in sample.benefits
    ]
    content = versions.Content(terms=terms, benefits=benefits, plan=plan)
    return versions.save_draft(draft, content, by=planner, edits=draft.edits)
