"""Fills the template database by set-based SQL: `python -m bench.fill <size>` with DATABASE_URL naming it.

One member, number, order, line, card and term for every card. Cards end on days spread evenly from 20 days ago to 345
days ahead, so that every window of the reminder ladder is as full as on any day. Sealed columns hold one sealed text.
"""

import datetime as dt
import sys
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from bench import harness

SPREAD, PAST = 365, 20

MEMBERS = """
INSERT INTO members_member (id, number, state, name, name_index, phone, phone_index, phone_verified_at, email, email_index,
       email_verified_at, sex, birth_month_day, address, language, preferences, source, source_campaign, joined_at)
SELECT i, to_char(1000000000 + i, 'FM9999999999'), 'active', %(name)s, md5('name' || i), %(phone)s, md5('phone' || i),
       now(), %(email)s, md5('email' || i), CASE WHEN i %% 2 = 0 THEN now() END, '', '', '',
       CASE i %% 3 WHEN 0 THEN 'en' WHEN 1 THEN 'zh-hans' ELSE 'zh-hant' END, '{}', 'web', '', now()
  FROM generate_series(1, %(cards)s) i
"""
NUMBERS = """
INSERT INTO cards_cardnumber (id, series_id, number, activation_digest, activation_code, state, {rest})
SELECT i, %(series)s, '8600' || to_char(i, 'FM000000000000'), md5('code' || i), '', 'assigned', {values}
  FROM generate_series(1, %(cards)s) i
"""
ORDERS = """
INSERT INTO cards_order (id, number, token, kind, state, member_id, channel, campaign, currency, subtotal_minor,
       discount_minor, total_minor, paid_minor, refunded_minor, is_gift, gift_name, gift_phone, gift_message, invoice,
       invoice_number, placement_key, placed_at, paid_at, exception)
SELECT i, 'B' || i, 'b' || i, 'purchase', 'fulfilled', i, 'web', '', 'CNY', 29900, 0, 29900, 29900, 0, FALSE, '', '', '',
       '', '', 'bench:' || i, now() - interval '300 days', now() - interval '300 days', ''
  FROM generate_series(1, %(cards)s) i
"""
LINES = """
INSERT INTO cards_orderline (id, order_id, position, version_id, years, unit_price_minor, discount_minor, total_minor, offers)
SELECT i, i, 1, %(version)s, 1, 29900, 0, 29900, '{}' FROM generate_series(1, %(cards)s) i
"""
CARDS = """
INSERT INTO cards_card (id, number_id, public_id, product_id, version_id, order_line_id, purchaser_id, holder_id, state,
       suspension, expected_phone_index, expected_document_index, issued_at, activate_before_on, activated_at,
       valid_from_on, last_valid_on, renewals)
SELECT i, i, gen_random_uuid(), %(product)s, %(version)s, i, i, i, 'active', '', '', '', now() - interval '380 days',
       %(today)s::date, now() - interval '370 days', ends - 365, ends, 0
  FROM (SELECT i, %(today)s::date - {past} + (i::bigint * 7919 %% {spread})::int AS ends FROM generate_series(1, %(cards)s) i) c
"""
TERMS = """
INSERT INTO cards_term (id, card_id, sequence, order_line_id, version_id, starts_on, last_valid_on, price_minor, added_at)
SELECT id, id, 1, order_line_id, version_id, valid_from_on, last_valid_on, 29900, activated_at FROM cards_card
"""
TABLES = ("members_member", "cards_cardnumber", "cards_order", "cards_orderline", "cards_card", "cards_term")


def main(size_name: str) -> None:
    django.setup()
    from bench import registered
    from core import clock

    size = harness.SIZES[size_name]
    call_command("migrate", verbosity=0)
    facts = _references() | {"cards": size.cards, "today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign keys checked, no guards
        cursor.execute("SET synchronous_commit = off")
        for statement in (MEMBERS, _numbers(), ORDERS, LINES, CARDS, TERMS):
            cursor.execute(statement.replace("{past}", str(PAST)).replace("{spread}", str(SPREAD)), facts)
        for table in TABLES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size.cards} + 1)")
        for benchmark in registered.ALL:
            benchmark.prepare(cursor, size)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def _references() -> dict[str, Any]:
    """The few rows that everything refers to, made by the models themselves."""
    from cards.models import Entitlement, NumberSeries, Price, Product, ProductVersion
    from core.fields import SealedField
    from core.models import Approval, User
    from members.models import Member
    from members.operations import legal

    legal.publish_shipped()
    author = User.objects.create(display_name="Bench")
    decider = User.objects.create(display_name="Bench, second")
    approval = Approval.objects.create(kind="bench", subject="bench:1", title="bench", author=author, state="approved",
                                       decided_by=decider, decided_at=_now())  # fmt: skip
    series = NumberSeries.objects.create(code="bench", prefix="8600")
    product = Product.objects.create(code="bench", series=series)
    version = ProductVersion.objects.create(
        product=product, number=1, name="Bench Card", price_minor=29_900, author=author
    )
    Entitlement.objects.bulk_create(
        Entitlement(version=version, code=f"benefit-{n}", name=f"Benefit {n}", per_card=12, value_minor=2_600,
                    expected_uses=6)
        for n in range(4)
    )  # fmt: skip
    ProductVersion.objects.filter(pk=version.pk).update(state="approved", approval=approval, terms_digest="0" * 64)
    Product.objects.filter(pk=product.pk).update(version=version, state="on-sale")
    Price.objects.create(product=product, amount_minor=29_900, starts_on=dt.date(2026, 1, 1), approval=approval)

    def sealed(name: str, text: str) -> str:
        field = Member._meta.get_field(name)
        assert isinstance(field, SealedField)
        return str(field.get_prep_value(text))

    return {
        "series": series.pk,
        "product": product.pk,
        "version": version.pk,
        "name": sealed("name", "林婉清"),
        "phone": sealed("phone", "+8613800138001"),
        "email": sealed("email", "bench@example.com"),
    }


def _now() -> dt.datetime:
    from core import clock

    return clock.now()


def _numbers() -> str:
    """The columns of a number that have no place of their own here get their kind's empty value."""
    from cards.models import CardNumber

    named = {"id", "series_id", "number", "activation_digest", "activation_code", "state"}
    empty = {"CharField": "''", "DateTimeField": "now()", "DateField": "now()"}
    others = [f for f in CardNumber._meta.concrete_fields if f.column not in named and not f.null]
    rest, values = ([f.column for f in others], [empty[f.get_internal_type()] for f in others])
    if not rest:
        return NUMBERS.replace(", {rest}", "").replace(", {values}", "")
    return NUMBERS.replace("{rest}", ", ".join(rest)).replace("{values}", ", ".join(values))


if __name__ == "__main__":
    main(sys.argv[1])
