"""Grows a copy of the thousand cards into a service desk with years of cases: `python -m bench.fill_desk <cases>`.

A tenth of the cases is open, in the hands of twenty agents or of nobody; each has its opening, two words, its clocks and forty
search words out of a vocabulary in which few words are common and most are rare. What is sealed is sealed, a few texts for all.
"""

import random
import sys
from typing import Any

import django
from django.db import connection

AGENTS, BUNDLES, WORDS, EACH = 20, 2_000, 20_000, 40
CASES = """
INSERT INTO service_desk_case (number, kind, category_id, channel, severity, complexity, state, member_id, contact_name,
       contact_phone, contact_phone_index, contact_email, contact_email_index, subject, language, tier, tier_rank, owner_id,
       department_id, skill_id, opened_at, responded_at, resolved_at, closed_at, first_due_at, unanswered_since,
       last_entry_at, escalation, reopened, resolution, score_comment, reckoned_with, version)
SELECT 'C' || to_char(at, 'YYMMDD') || '-' || upper(lpad(to_hex(i), 6, '0')),
       (ARRAY['enquiry', 'complaint', 'request'])[1 + i %% 3],
       %(category)s, 'web', 'normal', 'simple', CASE WHEN open THEN (ARRAY['new', 'open', 'waiting', 'inside'])[1 + i %% 4]
       ELSE 'closed' END, 1 + i %% %(members)s, '', '', '', '', '', %(sealed)s, 'zh-hans',
       (ARRAY['normal', 'silver', 'gold', 'platinum'])[1 + i %% 4], i %% 4,
       CASE WHEN open AND i %% 7 = 0 THEN NULL ELSE (%(agents)s::bigint[])[1 + i %% %(count)s] END, NULL, NULL, at, NULL,
       CASE WHEN NOT open THEN at + interval '1 day' END, CASE WHEN NOT open THEN at + interval '8 days' END,
       CASE WHEN open AND i %% 4 <> 2 THEN at + interval '4 days' ELSE '9999-01-01+00' END, CASE WHEN open THEN at END, at,
       0, 0, '', '', '', 1
  FROM (SELECT i, i %% 10 = 0 AS open,
               CASE WHEN i %% 10 = 0 THEN now() - (i %% 5000) * interval '1 minute' ELSE now() - (i %% 1000) * interval '1 day'
               END AS at
          FROM generate_series(1, %(cases)s) i) x
"""
EVENTS = """
INSERT INTO service_desk_caseevent (case_id, kind, before, after, data, at, recorded_at)
SELECT id, 'opened', '', '', %(targets)s::jsonb, opened_at, opened_at FROM service_desk_case
UNION ALL
SELECT id, 'replied', '', '', '{}', opened_at + interval '30 minutes', opened_at FROM service_desk_case WHERE state <> 'new'
UNION ALL
SELECT id, 'state', 'new', CASE WHEN state = 'closed' THEN 'resolved' ELSE state END, '{}', opened_at + interval '31 minutes',
       opened_at FROM service_desk_case WHERE state <> 'new'
"""
CLOCKS = """
INSERT INTO service_desk_caseclock (case_id, promise, round, minutes, started_at, due_at, met_at, paused_at, spent, step)
SELECT c.id, p.promise, 1, p.minutes, c.opened_at,
       CASE WHEN c.closed_at IS NULL AND p.promise = 'resolution' THEN c.first_due_at END,
       CASE WHEN c.closed_at IS NOT NULL OR p.promise <> 'resolution' THEN c.opened_at + interval '1 hour' END, NULL,
       CASE WHEN c.closed_at IS NOT NULL OR p.promise <> 'resolution' THEN 60 END, 0
  FROM service_desk_case c
 CROSS JOIN (VALUES ('first-response', 240), ('resolution', 1440)) p(promise, minutes)
"""
ENTRIES = """
INSERT INTO service_desk_caseentry (case_id, direction, channel, body, sender, source, external_id, message_id, in_reply_to,
       digest, at, recorded_at)
SELECT id, side, 'web', %(said)s, '', '', '', '', '', '', opened_at, opened_at
  FROM service_desk_case CROSS JOIN (VALUES ('in'), ('out')) s(side)
"""
FILES = """
INSERT INTO service_desk_complaint (case_id, began_at, finding, explanation, found_by_id, found_at, cause_id, cause_by_id,
       cause_at)
SELECT id, opened_at, CASE WHEN done THEN 'justified' ELSE '' END, '', CASE WHEN done THEN someone END,
       CASE WHEN done THEN closed_at END, CASE WHEN done THEN (%(causes)s::bigint[])[1 + id %% %(kinds)s] END,
       CASE WHEN done THEN someone END, CASE WHEN done THEN closed_at END
  FROM (SELECT id, opened_at, closed_at, closed_at IS NOT NULL AS done, (%(agents)s::bigint[])[1] AS someone
          FROM service_desk_case WHERE kind = 'complaint') x
"""
SEARCH = """
INSERT INTO service_desk_casesearch (case_id, tokens)
SELECT c.id, b.tokens || ' ' || %(prefix)s || translate(lpad(to_hex(c.id), 9, '0'), '0123456789', 'ghijklmnop')
  FROM service_desk_case c JOIN bundles b ON b.number = c.id %% %(bundles)s
"""


def main(cases: int) -> None:
    django.setup()
    from core import crypto
    from service_desk import shipped, shipped_causes
    from service_desk.models import AgentProfile, CaseCategory, RootCause
    from tests import factories

    shipped.lay()
    shipped_causes.lay()
    people = factories.StaffFactory.create_batch(AGENTS, roles={"member_service": None})
    for person in people:
        AgentProfile.objects.create(user=person, is_on_duty=True, capacity=500)
    targets = '{"targets": {"acknowledge": 0, "first_response": 240, "next_response": 240, "resolution": 1440}}'
    causes = list(RootCause.objects.filter(parent__isnull=False).values_list("pk", flat=True))
    facts: dict[str, Any] = {
        "causes": causes,
        "kinds": len(causes),
        "cases": cases,
        "category": CaseCategory.objects.get(code="benefits").pk,
        "members": 1_000,
        "agents": [person.pk for person in people],
        "count": AGENTS,
        "sealed": crypto.seal("早餐等了四十分钟", place="service_desk.case.subject"),
        "said": crypto.seal("早餐等了四十分钟，服务员态度冷漠。", place="service_desk.caseentry.body"),
        "targets": targets,
        "bundles": BUNDLES,
        "prefix": "z",
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign keys checked, no guards
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("CREATE TEMPORARY TABLE bundles (number int PRIMARY KEY, tokens text)")
        cursor.executemany("INSERT INTO bundles VALUES (%s, %s)", _bundles())
        cursor.execute("DROP INDEX case_search_words")
        for statement in (CASES, FILES, EVENTS, CLOCKS, ENTRIES, SEARCH):
            cursor.execute(statement, facts)
        cursor.execute(
            "CREATE INDEX case_search_words ON service_desk_casesearch USING gin (case_words(tokens))"
            " WITH (fastupdate = off)"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def _bundles() -> list[tuple[int, str]]:
    """What cases say: a word is the rarer the further down the vocabulary it stands; `早餐` is in one case of five."""
    from service_desk.queries.finding import token_of

    luck = random.Random(43)
    words = [token_of(f"word{place}") for place in range(WORDS)]
    weights = [1 / (place + 1) for place in range(WORDS)]
    rows = []
    for number in range(BUNDLES):
        chosen = dict.fromkeys(luck.choices(words, weights, k=EACH))
        if number % 5 == 0:
            chosen[token_of("早餐")] = None
        if number == 7:
            chosen[token_of("杯垫")] = None
        rows.append((number, " ".join(chosen)))
    return rows


if __name__ == "__main__":
    main(int(sys.argv[1]))
