"""Grows the database up to a number of cards: `python -m bench.fill <cards>` with DATABASE_URL naming it.

One member, number, order, line and card for every card. Nine in ten are in use, with a term, a use of a benefit and the
messages and records that came of it; the tenth waits to be activated at the counter. Cards in use end on days spread
evenly from 20 days ago to 345 days ahead, so that every window of the reminder ladder is as full as on any day.

What is sealed or digested is made by the product's own functions and copied in; the rest is set-based SQL.
"""

import datetime as dt
import io
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

STORES, CLERKS = 4, 16
PER_NAME = 5
"""How many members share one name."""
ISSUED = "i % 10 = 0"
SPREAD, PAST = 365, 20

MEMBERS = """members_member (id, number, user_id, state, name, name_index, phone, phone_index, phone_verified_at, email,
    email_index, email_verified_at, sex, birth_month_day, address, language, preferences, source, source_campaign,
    joined_at)"""
NUMBERS = "cards_cardnumber (id, series_id, number, activation_digest, activation_code, state, void_reason)"
ORDERS = """
INSERT INTO cards_order (id, number, token, kind, state, member_id, channel, store_id, campaign, currency, subtotal_minor,
       discount_minor, total_minor, paid_minor, refunded_minor, is_gift, gift_name, gift_phone, gift_message, invoice,
       invoice_number, placement_key, placed_at, paid_at, exception)
SELECT i, 'B' || i, 'b' || i, 'purchase', 'fulfilled', i, 'store', %(store)s, '', 'CNY', 29900, 0, 29900, 29900, 0, FALSE,
       '', '', '', '', '', 'bench:' || i, now() - interval '300 days', now() - interval '300 days', ''
  FROM generate_series(%(first)s, %(last)s) i
"""
LINES = """
INSERT INTO cards_orderline (id, order_id, position, version_id, years, unit_price_minor, discount_minor, total_minor, offers)
SELECT i, i, 1, %(version)s, 1, 29900, 0, 29900, '{{}}' FROM generate_series(%(first)s, %(last)s) i
"""
CARDS = """
INSERT INTO cards_card (id, number_id, public_id, product_id, version_id, order_line_id, purchaser_id, holder_id, state,
       suspension, expected_phone_index, expected_document_index, issued_at, activate_before_on, activated_at,
       valid_from_on, last_valid_on, renewals)
SELECT i, i, ('00000000-0000-4000-8000-' || to_char(i, 'FM000000000000'))::uuid, %(product)s, %(version)s, i, i,
       CASE WHEN NOT {issued} THEN i END, CASE WHEN {issued} THEN 'issued' ELSE 'active' END, '', m.phone_index, '',
       now() - interval '380 days', %(today)s::date + 90,
       CASE WHEN NOT {issued} THEN now() - interval '370 days' END,
       CASE WHEN NOT {issued} THEN ends - 365 END, CASE WHEN NOT {issued} THEN ends END, 0
  FROM (SELECT i, %(today)s::date - {past} + (i %% {spread} * 7919 %% {spread})::int AS ends
          FROM generate_series(%(first)s, %(last)s) i) c
  JOIN members_member m ON m.id = i
"""
TERMS = """
INSERT INTO cards_term (id, card_id, sequence, order_line_id, version_id, starts_on, last_valid_on, price_minor, added_at)
SELECT id, id, 1, order_line_id, version_id, valid_from_on, last_valid_on, 29900, activated_at
  FROM cards_card WHERE state = 'active' AND id BETWEEN %(first)s AND %(last)s
"""
USES = """
INSERT INTO cards_benefituse (id, card_id, entitlement_id, term_id, store_id, clerk_id, quantity, periods, value_minor,
       cost_minor, key, at, used_on, reversal_reason)
SELECT id, id, %(benefit)s, id, %(store)s, %(clerk)s, 1, jsonb_build_array('card:' || valid_from_on), 2600, 900,
       'bench:' || id, activated_at, valid_from_on, ''
  FROM cards_card WHERE state = 'active' AND id BETWEEN %(first)s AND %(last)s
"""
COUNTERS = """
INSERT INTO cards_usecounter (id, card_id, entitlement_id, period, used, "limit")
SELECT id, id, %(benefit)s, 'card:' || valid_from_on, 1, 1000
  FROM cards_card WHERE state = 'active' AND id BETWEEN %(first)s AND %(last)s
"""
MESSAGES = """
INSERT INTO core_message (dedup_key, event, channel, purpose, lane, language, member_id, link, about, state, due_at,
       created_at, sent_at, consent_checked_at, address, context, subject, body, secret, suppressed_because, attempts,
       claim, provider, provider_reference, error)
SELECT 'order.paid:' || i || ':inbox', 'order.paid', 'inbox', 'service', 1, 'en', i, '/orders/b' || i || '/', '', 'sent',
       now(), now(), now(), now(), '', '', %(subject)s, %(body)s, FALSE, '', 1, '', 'inbox', '', ''
  FROM generate_series(%(first)s, %(last)s) i
"""
# Records as an attacker would forge them: they fill the table; the links of these chains do not hold.
RECORDS = """
INSERT INTO core_auditrecord (chain_id, sequence, at, actor_id, actor_label, action, subject, member_id, store_id, address,
       reason, details, previous, digest)
SELECT i %% 16, (i - 1) / 16 + 1, now(), %(clerk)s, 'Bench', 'counter.look_up', 'cards.card:' || i, i, %(store)s,
       '127.0.0.1', '', '{{"by": "number", "found": 1}}', md5('before' || i), md5('link' || i)
  FROM generate_series(%(first)s, %(last)s) i
"""
# Every step whose day has passed was written on its day, as it would have been; the last night's alone are missing.
REMINDERS = """
INSERT INTO cards_cardreminder (card_id, occasion, ends_on, step, written_at)
SELECT c.id, 'renewal', c.last_valid_on, s.step, now() - interval '1 day'
  FROM (VALUES {steps}) s(step)
  JOIN cards_card c ON c.last_valid_on + s.step < %(today)s AND c.id BETWEEN %(first)s AND %(last)s
"""
REMINDED = """
INSERT INTO core_message (dedup_key, event, channel, purpose, lane, language, member_id, link, about, state, due_at,
       created_at, sent_at, consent_checked_at, address, context, subject, body, secret, suppressed_because, attempts, claim,
       provider, provider_reference, error)
SELECT 'card.renewal_due:' || r.card_id || ':' || r.ends_on || ':' || r.step || ':inbox', 'card.renewal_due', 'inbox',
       'reminder', 2, 'en', r.card_id, '', 'cards.cardreminder:' || r.id, 'sent', r.written_at, r.written_at, r.written_at,
       r.written_at, '', '', '', '', FALSE, '', 1, '', 'inbox', '', ''
  FROM cards_cardreminder r WHERE r.card_id BETWEEN %(first)s AND %(last)s
"""
POINT_ACCOUNTS = """
INSERT INTO loyalty_pointaccount (member_id, available, pending, held, owed, opened_at)
SELECT i, {lots} * {points}, 0, 0, 0, now() - interval '2 years' FROM generate_series(%(first)s, %(last)s) i
"""
# Lots are numbered on from the members, so that transaction, lot and entry of one accrual have one number.
ACCRUALS = """
INSERT INTO loyalty_pointtransaction (id, member_id, kind, points, occurred_at, posted_at, source, external_id, why, reason)
SELECT i * {lots} + k, i, 'accrue', {points}, now() - interval '1 year', now() - interval '1 year', 'bench',
       'lot:' || i || ':' || k, '{{}}', ''
  FROM generate_series(%(first)s, %(last)s) i, generate_series(0, {lots} - 1) k
"""
LOTS = """
INSERT INTO loyalty_pointlot (id, member_id, points, remaining, earned_on, matures_on, last_valid_on, is_pending, is_open)
SELECT i * {lots} + k, i, {points}, {points}, %(today)s::date - 365, %(today)s::date - 351,
       %(today)s::date + 30 * (k + 1) - CASE WHEN k < i %% 3 THEN 100 ELSE 0 END, FALSE, TRUE
  FROM generate_series(%(first)s, %(last)s) i, generate_series(0, {lots} - 1) k
"""
ENTRIES = """
INSERT INTO loyalty_pointentry (id, transaction_id, member_id, lot_id, from_book, to_book, points)
SELECT id, id, member_id, id, 'issued', 'available', points FROM loyalty_pointlot
 WHERE member_id BETWEEN %(first)s AND %(last)s
"""
STATEMENTS = (
    ORDERS,
    LINES,
    CARDS,
    TERMS,
    USES,
    COUNTERS,
    MESSAGES,
    RECORDS,
    REMINDERS,
    REMINDED,
    POINT_ACCOUNTS,
    ACCRUALS,
    LOTS,
    ENTRIES,
)
TABLES = ("members_member", "cards_cardnumber", "cards_order", "cards_orderline", "cards_card", "cards_term",
          "cards_benefituse", "cards_usecounter")  # fmt: skip
OF_LOTS = ("loyalty_pointtransaction", "loyalty_pointlot", "loyalty_pointentry")
LOTS_EACH, POINTS_EACH = 5, 1_000
"""Of each member; of every three members one has no lot that lapsed, one has one, one has two."""


def main(cards: int) -> None:
    django.setup()
    from bench.renewal import STEPS
    from core import clock
    from members.models import Member

    call_command("migrate", verbosity=0)
    first = (Member.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    facts = _references() | {"first": first, "last": cards, "today": clock.today()}
    shape = {"issued": ISSUED.replace("%", "%%"), "past": PAST, "spread": SPREAD}
    shape |= {"lots": LOTS_EACH, "points": POINTS_EACH}
    shape["steps"] = ", ".join(f"({step})" for step in STEPS)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign keys checked, no guards
        cursor.execute("SET synchronous_commit = off")
        _copy(cursor, MEMBERS, _members(first, cards, facts))
        _copy(cursor, NUMBERS, _numbers(first, cards, facts))
        for statement in STATEMENTS:
            cursor.execute(statement.format(**shape), facts)
        for table in TABLES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {cards} + 1)")
        for table in OF_LOTS:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {(cards + 1) * LOTS_EACH})")
        cursor.execute("SET session_replication_role = origin")
        _seal_chains()
        cursor.execute("VACUUM ANALYZE")


def name_of(card: int) -> str:
    """The name of the member who bought it."""
    return f"Lin {card // PER_NAME} Wanqing"


def phone_of(card: int) -> str:
    return f"+861380{card:07}"


def number_of(card: int) -> str:
    from cards.policy import numbers

    return numbers.card_number("8600", card)


def public_id(card: int) -> str:
    return f"00000000-0000-4000-8000-{card:012}"


def _references() -> dict[str, Any]:
    """The few rows that everything refers to, made by the models themselves, the first time."""
    from cards.models import Entitlement, NumberSeries, Price, Product, ProductVersion
    from core import clock
    from core.models import Approval, RoleAssignment, Store, User
    from members.models import LegalText
    from members.operations import legal

    if not Product.objects.exists():
        legal.publish_shipped()
        author = User.objects.create(display_name="Bench")
        second = User.objects.create(display_name="Bench, second")
        approval = Approval.objects.create(kind="bench", subject="bench:1", title="bench", author=author, state="approved",
                                           decided_by=second, decided_at=clock.now())  # fmt: skip
        series = NumberSeries.objects.create(code="bench", prefix="8600")
        product = Product.objects.create(code="bench", series=series)
        version = ProductVersion.objects.create(product=product, number=1, name="Bench Card", price_minor=29_900,
                                                author=author)  # fmt: skip
        stores = Store.objects.bulk_create(Store(code=f"B{n}", name=f"Store {n}") for n in range(STORES))
        for n in range(4):
            benefit = Entitlement.objects.create(version=version, code=f"benefit-{n}", name=f"Benefit {n}", position=n,
                                                 description="Show your card.", per_card=1_000, value_minor=2_600,
                                                 cost_minor=900, expected_uses=6)  # fmt: skip
            if n == 3:
                benefit.stores.set(stores[:2])
        ProductVersion.objects.filter(pk=version.pk).update(state="approved", approval=approval, terms_digest="0" * 64,
                                                            approved_at=clock.now(), on_sale_at=clock.now())  # fmt: skip
        Product.objects.filter(pk=product.pk).update(version=version, state="on-sale")
        Price.objects.create(product=product, amount_minor=29_900, starts_on=dt.date(2026, 1, 1), approval=approval)
        for n in range(CLERKS):
            clerk = User.objects.create(display_name=f"Clerk {n}", is_staff=True)
            RoleAssignment.objects.create(user=clerk, role="clerk", store=stores[n % STORES])
        auditor = User.objects.create(display_name="Auditor", is_staff=True)
        RoleAssignment.objects.create(user=auditor, role="auditor")
    version = ProductVersion.objects.get()
    return {
        "series": NumberSeries.objects.get().pk,
        "product": version.product_id,
        "version": version.pk,
        "store": Store.objects.earliest("pk").pk,
        "clerk": User.objects.filter(is_staff=True).earliest("pk").pk,
        "benefit": Entitlement.objects.earliest("pk").pk,
        "agreement": LegalText.objects.filter(kind="card-agreement").latest("version").pk,
        "subject": _sealed("core.Message", "subject")("Paid"),
        "body": _sealed("core.Message", "body")("We have received your payment. Thank you."),
    }


def _sealed(model: str, name: str) -> Callable[[str], str]:
    """Seals as the model's field does."""
    from django.apps import apps

    field: Any = apps.get_model(model)._meta.get_field(name)
    return lambda text: str(field.get_prep_value(text))


def _members(first: int, last: int, facts: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    from core import clock
    from core.fields import digest_in
    from members.models import Member

    now = clock.now().isoformat()
    name, phone, email = (_sealed("members.Member", field) for field in ("name", "phone", "email"))
    kept, languages = ("", ""), ("en", "zh-hans", "zh-hant")
    for i in range(first, last + 1):
        if kept[0] != (called := name_of(i)):
            kept = (called, digest_in(Member, "name_index", called))
        number, address = phone_of(i), f"member{i}@example.com"
        yield (i, 1_000_000_000 + i, None, "active", name(called), kept[1], phone(number),
               digest_in(Member, "phone_index", number), now, email(address), digest_in(Member, "email_index", address),
               now if i % 2 == 0 else None, "", "", "", languages[i % 3], "{}", "web", "", now)  # fmt: skip


def _numbers(first: int, last: int, facts: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    from cards.operations import activation

    digest = activation.digest("7KQM2XPT9RWB")
    for i in range(first, last + 1):
        yield (i, facts["series"], number_of(i), digest, "", "assigned", "")


def _copy(cursor: Any, target: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """COPY the rows in, a hundred thousand at a time."""
    while lines := "".join(map(_line, itertools.islice(rows, 100_000))):
        cursor.copy_expert(f"COPY {target} FROM STDIN", io.StringIO(lines))


def _line(row: tuple[Any, ...]) -> str:
    return "\t".join("\\N" if value is None else str(value) for value in row) + "\n"


def _seal_chains() -> None:
    """Let the chains end with their newest record, so that the next one can be written."""
    from core import audit
    from core.models import AuditChain, AuditRecord

    for chain in AuditChain.objects.all():
        end = AuditRecord.objects.filter(chain=chain).order_by("-sequence").first()
        if end is not None:
            seal = audit.seal_of(chain.pk, end.sequence, end.digest)
            AuditChain.objects.filter(pk=chain.pk).update(length=end.sequence, head=end.digest, seal=seal)


if __name__ == "__main__":
    main(int(sys.argv[1]))
