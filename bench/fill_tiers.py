"""Grows a copy of the thousand cards into members with a year of purchases: `python -m bench.fill_tiers <members>`.

Twelve purchases a member, a tenth of the members making a quarter of them; a tier each as of yesterday, by the same
standards on a spend that was a little different, so that about one in twenty-five goes up tonight. Promises end with a
month, so that a twelfth of them ended yesterday.
"""

import sys

import django
from django.db import connection

PURCHASES = 12
MEMBERS = """
INSERT INTO members_member (id, number, state, name, name_index, phone, phone_index, phone_verified_at, email, email_index,
       email_verified_at, sex, birth_month_day, address, language, preferences, source, source_campaign, joined_at)
SELECT i, (1000000000 + i)::text, 'active', '', '', '', 'phone' || i, now(), '', 'email' || i,
       CASE WHEN i %% 2 = 0 THEN now() END, '', '', '', (ARRAY['en', 'zh-hans', 'zh-hant'])[1 + i %% 3], '{}', 'web', '',
       now()
  FROM generate_series((SELECT max(id) + 1 FROM members_member), %(members)s) i
"""
BOUGHT = """
INSERT INTO loyalty_purchase (member_id, source, external_id, body_hash, receipt_number, store_id, currency, net_minor,
       returned_minor, tier, occurred_at, occurred_on, recorded_at)
SELECT 1 + floor(%(members)s * power(random(), 1.7))::int, 'import', 'bench:' || g, '', '', %(store)s + g %% 4, 'CNY', minor,
       CASE WHEN g %% 33 = 0 THEN minor / 2 ELSE 0 END, 'normal', at, at::date, at
  FROM (SELECT g, 100 + floor(60000 * power(random(), 2))::int AS minor,
               now() - interval '364 days' + g * (interval '364 days' / %(purchases)s) AS at
          FROM generate_series(1, %(purchases)s) g) x
"""
DONE = """
INSERT INTO loyalty_activity (member_id, day, signal, times)
SELECT i, %(today)s::date - 1 - 100 * n - i %% 90, (ARRAY['log-in', 'use', 'reading'])[n + 1], 1 + i %% 20
  FROM generate_series(1, %(members)s) i CROSS JOIN generate_series(0, 2) n
"""
ACCOUNTS = """
INSERT INTO loyalty_pointaccount (member_id, available, pending, held, owed, opened_at)
SELECT i, 0, 0, 0, 0, now() FROM generate_series(1, %(members)s) i
    ON CONFLICT DO NOTHING
"""
# The nights before counted these days, the last one too.
COUNTED = """
INSERT INTO loyalty_countedday (day, counted_at)
SELECT %(today)s::date - n, now() FROM generate_series(1, 400) n
"""
STANDINGS = """
INSERT INTO loyalty_membertier (member_id, tier, since_on, promised_through, sequence, decided_on, review_on)
SELECT member_id, (ARRAY['silver', 'gold', 'platinum'])[place], day, promised, 1, day, promised + 1
  FROM (SELECT member_id, width_bucket(spend * (0.93 + random() * 0.14), ARRAY[200000, 800000, 2000000]::float[]) AS place,
               %(today)s::date - 300 AS day,
               CASE WHEN member_id %% 12 = 0 THEN %(today)s::date - 1
                    ELSE (date_trunc('month', %(today)s::date)
                         + (1 + member_id %% 12) * interval '1 month' - interval '1 day')::date
               END AS promised
          FROM (SELECT member_id, sum(net_minor - returned_minor) AS spend FROM loyalty_purchase GROUP BY member_id) s) x
 WHERE place > 0
"""
CHANGES = """
INSERT INTO loyalty_tierchange (member_id, sequence, from_tier, to_tier, why, effective_on, promised_through, spend_minor,
       visits, activity, at)
SELECT member_id, 1, 'normal', tier, 'reached', since_on, promised_through, 0, 0, 0, now() FROM loyalty_membertier
"""


def main(members: int) -> None:
    django.setup()
    from core import clock
    from core.models import Store

    facts = {
        "members": members,
        "purchases": members * PURCHASES,
        "today": clock.today(),
        "store": Store.objects.earliest("pk").pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign keys checked, no guards
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SELECT setseed(0.43)")
        for statement in (MEMBERS, BOUGHT, DONE, COUNTED, ACCOUNTS, STANDINGS, CHANGES):
            cursor.execute(statement, facts)
        cursor.execute("SELECT setval(pg_get_serial_sequence('members_member', 'id'), %s)", [members + 1])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]))
