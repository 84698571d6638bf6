"""The counter by hand-written SQL: the same rows read and written, in as few statements as go together.

Every operation is one transaction at the same isolation level, locks the card, obeys holds, limits and keys, counts in
Redis what is counted there, leaves the same links in the audit chains and the same messages. What differs is that nothing
is done twice and nothing is asked that this very operation does not need.
"""

import base64
import datetime as dt
import hashlib
import hmac
import os
import struct
import time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg2
import psycopg2.extras
import redis
from django.conf import settings

from bench import counter, fill, hand

CODE = struct.Struct(">BI4s16s")
ZONE = ZoneInfo(settings.TIME_ZONE)
MOST = 10**9  # searches an hour: counted all the same
TRIES = 10  # at activating a card

BENEFITS = """
(SELECT json_agg(json_build_object('name', e.name, 'per_card', e.per_card, 'used', u.used, 'stores',
        (SELECT json_agg(s.store_id) FROM cards_entitlement_stores s WHERE s.entitlement_id = e.id)) ORDER BY e.position)
   FROM cards_entitlement e
   LEFT JOIN cards_usecounter u ON u.card_id = c.id AND u.entitlement_id = e.id AND u.period = 'card:' || t.starts_on
  WHERE e.version_id = t.version_id) AS benefits,
(SELECT json_agg(x) FROM (SELECT b.at, b.quantity, b.reversed_at, e.name, s.name AS store, k.display_name AS clerk
                            FROM cards_benefituse b JOIN cards_entitlement e ON e.id = b.entitlement_id
                            JOIN core_store s ON s.id = b.store_id LEFT JOIN core_user k ON k.id = b.clerk_id
                           WHERE b.card_id = c.id ORDER BY b.id DESC LIMIT 10) x) AS uses,
(SELECT h.reason FROM risk_hold h
  WHERE h.lifted_at IS NULL AND h.scope = 'use' AND (h.ends_at IS NULL OR h.ends_at > now())
    AND (h.subject = 'cards.card:' || c.id OR h.member_id = c.holder_id) LIMIT 1) AS hold
"""
CARD = f"""
SELECT c.id, c.state, c.suspension, c.valid_from_on, c.last_valid_on, c.holder_id, n.number, v.name AS product, m.name,
       m.phone, m.phone_changed_at, m.number AS member, t.starts_on AS term_starts_on, t.last_valid_on AS term_ends_on,
       (SELECT b.name FROM members_member b WHERE b.id = c.purchaser_id) AS purchaser,
       (SELECT o.number FROM cards_orderline l JOIN cards_order o ON o.id = l.order_id
         WHERE l.id = c.order_line_id) AS order_number, {BENEFITS}
  FROM cards_card c
  JOIN cards_cardnumber n ON n.id = c.number_id
  JOIN cards_productversion v ON v.id = c.version_id
  LEFT JOIN members_member m ON m.id = c.holder_id
  LEFT JOIN cards_term t ON t.card_id = c.id AND %(today)s BETWEEN t.starts_on AND t.last_valid_on
 WHERE {{meant}} ORDER BY c.id DESC LIMIT 20
"""
OF_PERSON = """c.id IN (SELECT x.id FROM cards_card x JOIN members_member p ON p.id = x.holder_id WHERE p.{index} = %(key)s
                  UNION SELECT x.id FROM cards_card x JOIN members_member p ON p.id = x.purchaser_id WHERE p.{index} = %(key)s)"""
MEANT = {
    "number": "n.number = %(key)s",
    "code": "c.public_id = %(key)s",
    "phone": OF_PERSON.format(index="phone_index"),
    "name": OF_PERSON.format(index="name_index"),
    "order": """c.order_line_id IN (SELECT l.id FROM cards_orderline l JOIN cards_order o ON o.id = l.order_id
                                    WHERE o.number = %(key)s)""",
}
FOUND = {key: CARD.format(meant=meant) for key, meant in MEANT.items()}
SPEND = """, spent AS (INSERT INTO cards_spentcode (nonce, card_id, purpose, at, store_id)
                       VALUES (%(nonce)s, %(card)s, 'present_card', now(), %(store)s))"""

TO_ACTIVATE = """
SELECT c.id, c.state, c.product_id, c.version_id, c.order_line_id, c.number_id, c.expected_document_index,
       c.activate_before_on, n.number, o.number AS order, o.state AS paid, l.years, l.total_minor, v.name AS product,
       v.months, v.max_per_member, m.id AS member, m.language, m.phone_verified_at,
       (SELECT count(*) FROM cards_card x WHERE x.holder_id = m.id AND x.product_id = c.product_id
           AND x.state IN ('active', 'suspended') AND x.last_valid_on >= %(today)s) AS running,
       (SELECT json_agg(d.number_index) FROM members_identitydocument d
         WHERE d.member_id = m.id AND d.withdrawn_at IS NULL) AS documents,
       (SELECT json_agg(a.id) FROM members_acceptance a WHERE a.member_id = m.id AND a.text_id = %(agreement)s) AS accepted,
       (SELECT json_agg(k.granted) FROM members_consent k WHERE k.member_id = m.id AND k.purpose = 'identity') AS kept,
       (SELECT json_agg(json_build_object('name', e.name, 'how', e.description) ORDER BY e.position)
          FROM cards_entitlement e WHERE e.version_id = c.version_id) AS benefits,
       (SELECT h.reason FROM risk_hold h
         WHERE h.lifted_at IS NULL AND h.scope = 'activate' AND (h.ends_at IS NULL OR h.ends_at > now())
           AND (h.subject = 'cards.card:' || c.id OR h.member_id = m.id) LIMIT 1) AS hold
  FROM cards_card c
  JOIN cards_cardnumber n ON n.id = c.number_id
  JOIN cards_orderline l ON l.id = c.order_line_id
  JOIN cards_order o ON o.id = l.order_id
  JOIN cards_productversion v ON v.id = c.version_id
  JOIN members_member m ON m.id = c.purchaser_id
 WHERE c.id = %(card)s FOR UPDATE OF c, m
"""
ACTIVATE = """
WITH document AS (
  INSERT INTO members_identitydocument (member_id, kind, number, number_index, last_digits, given_at, checked_at,
         checked_by_id) VALUES (%(member)s, 'passport', %(sealed)s, %(index)s, %(last)s, now(), now(), %(clerk)s)
  RETURNING id
), consented AS (
  INSERT INTO members_consent (member_id, purpose, channel, granted, text_id, via, at, address, recorded_by_id)
  VALUES (%(member)s, 'identity', '', TRUE, %(privacy)s, 'counter', now(), '', %(clerk)s)
), accepted AS (
  INSERT INTO members_acceptance (member_id, text_id, language, at, address)
  VALUES (%(member)s, %(agreement)s, 'en', now(), '') RETURNING id
), termed AS (
  INSERT INTO cards_term (card_id, sequence, order_line_id, version_id, starts_on, last_valid_on, price_minor, added_at)
  VALUES (%(card)s, 1, %(line)s, %(version)s, %(today)s, %(ends)s, %(price)s, now())
), living AS (
  UPDATE cards_card SET holder_id = %(member)s, state = 'active', activated_at = now(), valid_from_on = %(today)s,
         last_valid_on = %(ends)s WHERE id = %(card)s
), spent AS (
  UPDATE cards_cardnumber SET activation_code = '' WHERE id = %(number)s
), activated AS (
  INSERT INTO cards_activation (card_id, member_id, channel, store_id, clerk_id, document_kind, document_last_digits, proof,
         phone_verified_at, acceptance_id, at)
  SELECT %(card)s, %(member)s, 'store', %(store)s, %(clerk)s, 'passport', %(last)s, %(proof)s, %(verified)s, id, now()
    FROM accepted
)
SELECT id FROM document
"""
GUIDE = f""", guided AS (INSERT INTO core_message {hand.COLUMNS}
  SELECT 'card.activated:' || %(card)s || ':' || ch, 'card.activated', ch, 'service', 1, %(language)s, %(member)s, '',
         CASE WHEN ch = 'inbox' THEN '' WHEN ch = 'sms' THEN %(context)s ELSE %(context_again)s END,
         CASE WHEN ch = 'inbox' THEN %(subject)s ELSE '' END, CASE WHEN ch = 'inbox' THEN %(body)s ELSE '' END, %(link)s, '',
         FALSE, CASE WHEN ch = 'inbox' THEN 'sent' ELSE 'queued' END, '', CASE WHEN ch = 'inbox' THEN 1 ELSE 0 END, now(),
         now(), CASE WHEN ch = 'inbox' THEN now() END, '', CASE WHEN ch = 'inbox' THEN 'inbox' ELSE '' END, '', ''
    FROM unnest(ARRAY['inbox', 'sms', 'email']) ch ON CONFLICT DO NOTHING)"""

TO_USE = """
SELECT c.id, c.state, c.holder_id, m.language, m.phone_changed_at, t.id AS term, t.starts_on, t.version_id, e.name,
       e.per_card, e.value_minor, e.cost_minor, e.code, s.name AS store, u.used,
       (SELECT json_agg(x.store_id) FROM cards_entitlement_stores x WHERE x.entitlement_id = e.id) AS stores,
       (SELECT b.id FROM cards_benefituse b WHERE b.key = %(key)s) AS earlier,
       (SELECT h.reason FROM risk_hold h
         WHERE h.lifted_at IS NULL AND h.scope = 'use' AND (h.ends_at IS NULL OR h.ends_at > now())
           AND (h.subject = 'cards.card:' || c.id OR h.member_id = c.holder_id) LIMIT 1) AS hold
  FROM cards_card c
  JOIN members_member m ON m.id = c.holder_id
  JOIN core_store s ON s.id = %(store)s
  LEFT JOIN cards_term t ON t.card_id = c.id AND %(today)s BETWEEN t.starts_on AND t.last_valid_on
  LEFT JOIN cards_entitlement e ON e.id = %(benefit)s AND e.version_id = t.version_id
  LEFT JOIN cards_usecounter u ON u.card_id = c.id AND u.entitlement_id = e.id AND u.period = 'card:' || t.starts_on
 WHERE c.id = %(card)s FOR UPDATE OF c
"""
USE = """
WITH counted AS (
  INSERT INTO cards_usecounter (card_id, entitlement_id, period, used, "limit")
  VALUES (%(card)s, %(benefit)s, %(period)s, 1, %(limit)s)
  ON CONFLICT (card_id, entitlement_id, period) DO UPDATE SET used = cards_usecounter.used + 1
)
INSERT INTO cards_benefituse (card_id, entitlement_id, term_id, store_id, clerk_id, quantity, periods, value_minor,
       cost_minor, key, at, used_on, reversal_reason)
VALUES (%(card)s, %(benefit)s, %(term)s, %(store)s, %(clerk)s, 1, %(periods)s, %(value)s, %(cost)s, %(key)s, now(), %(today)s,
       '') RETURNING id
"""
TELL = f""", told AS (INSERT INTO core_message {hand.COLUMNS}
  VALUES ('benefit.used:' || %(use)s || ':inbox', 'benefit.used', 'inbox', 'service', 1, %(language)s, %(member)s, '', '',
          %(subject)s, %(body)s, '', '', FALSE, 'sent', '', 1, now(), now(), now(), '', 'inbox', '', '')
  ON CONFLICT DO NOTHING)"""


class Counter:
    """A clerk at a counter, with a connection of her own."""

    def __init__(self, number: int) -> None:
        self.redis = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
        self.db = psycopg2.connect(os.environ["DATABASE_URL"], cursor_factory=psycopg2.extras.DictCursor)
        self.cursor: Any = self.db.cursor()
        self.cursor.execute("SELECT min(id) AS id FROM core_store")
        self.store = self.cursor.fetchone()["id"]
        self.cursor.execute(
            """SELECT u.id, u.display_name FROM core_user u JOIN core_roleassignment r ON r.user_id = u.id
                WHERE r.store_id = %s ORDER BY u.id""", [self.store])  # fmt: skip
        people = self.cursor.fetchall()
        self.clerk, self.who = people[number % len(people)]
        self.cursor.execute("SELECT min(id) AS id FROM cards_entitlement")
        self.benefit = self.cursor.fetchone()["id"]
        self.cursor.execute("SELECT kind, max(id) AS id FROM members_legaltext GROUP BY kind")
        self.texts = {row["kind"]: row["id"] for row in self.cursor.fetchall()}
        self.db.commit()

    def look_up(self, key: str, card: int) -> Any:
        nonce = ""
        if key == "code":
            typed, nonce = self._read(_code(card))
        else:
            typed = counter.keys(card)[key]
        if key in ("phone", "name"):
            typed = hand.index(key, typed.replace(" ", "").casefold() if key == "name" else typed)
        if key in ("phone", "name", "order"):
            self._count()
        facts = {"key": typed, "today": _today()}
        self.cursor.execute(FOUND[key], facts)
        found = self.cursor.fetchall()
        only = found[0] if len(found) == 1 else None
        chain = self._chain()
        subject = f"cards.card:{only['id']}" if only else f"core.store:{self.store}"
        chain.add("counter.look_up", subject, clerk=self.clerk, who=self.who, store=self.store,
                  member=only["holder_id"] if only else None,
                  details={"by": key if key in ("number", "code") else "search", "found": len(found)})  # fmt: skip
        spent = {"nonce": nonce, "card": only["id"], "store": self.store} if nonce and only else {}
        chain.write(self.cursor, besides=SPEND if spent else "", facts=spent)
        self.db.commit()
        return found

    def activate(self, pk: int) -> None:
        number, today = f"E{pk:08}", _today()
        if int(self.redis.get(f"hand:tries:{pk}") or 0) >= TRIES:
            raise RuntimeError("too many tries")
        facts = {
            "card": pk,
            "today": today,
            "agreement": self.texts["card-agreement"],
            "privacy": self.texts["privacy"],
        }
        self.cursor.execute(TO_ACTIVATE, facts)
        row = self.cursor.fetchone()
        index = hand.index("document", number)
        allowed = (
            row["state"] == "issued" and row["paid"] == "fulfilled" and row["phone_verified_at"] and not row["hold"]
            and row["running"] < row["max_per_member"] and row["order"] == f"B{pk}" and not row["documents"]
            and row["expected_document_index"] in ("", index) and not row["accepted"] and not row["kept"]
        )  # fmt: skip
        if not allowed:
            raise RuntimeError(f"card {pk} may not be activated")
        ends = today.replace(year=today.year + row["years"])
        member = row["member"]
        self.cursor.execute(ACTIVATE, facts | {
            "member": member, "sealed": hand.seal("members.identitydocument.number", number), "index": index,
            "last": number[-4:], "clerk": self.clerk, "line": row["order_line_id"], "version": row["version_id"],
            "ends": ends, "price": row["total_minor"], "number": row["number_id"], "store": self.store,
            "proof": f"receipt of {row['order']}", "verified": row["phone_verified_at"],
        })  # fmt: skip
        document = f"members.identitydocument:{self.cursor.fetchone()['id']}"
        chain = self._chain()
        by = {"clerk": self.clerk, "who": self.who, "member": member}
        chain.add("members.document.give", document, store=None, details={"kind": "passport"}, **by)
        chain.add("members.document.check", document, store=self.store, details={}, **by)
        chain.add("members.consent.decide", f"members.member:{member}", store=None,
                  details={"via": "counter", "decided": [["identity", "", True]]}, **by)  # fmt: skip
        chain.add("cards.card.activate", f"cards.card:{pk}", store=self.store,
                  details={"channel": "store", "last_valid_on": str(ends), "document": "passport"}, **by)  # fmt: skip
        shown = f"{row['product']} (•••• {row['number'][-4:]}) {today} {ends}"
        guide = "".join(f"• {one['name']}: {one['how']}\n" for one in row["benefits"])
        chain.write(self.cursor, besides=GUIDE, facts={
            "card": pk, "member": member, "language": row["language"], "link": f"/me/cards/{fill.public_id(pk)}/",
            "context": hand.seal("core.message.context", shown + guide),
            "context_again": hand.seal("core.message.context", shown + guide),
            "subject": hand.seal("core.message.subject", f"Your {row['product']} is ready"),
            "body": hand.seal("core.message.body", f"Welcome! Your {shown} is active.\n\n{guide}\nHow to use it: …"),
        })  # fmt: skip
        self.db.commit()

    def use(self, pk: int, *, key: str) -> None:
        today = _today()
        facts = {"card": pk, "key": key, "store": self.store, "benefit": self.benefit, "today": today}
        self.cursor.execute(TO_USE, facts)
        row = self.cursor.fetchone()
        allowed = row["state"] == "active" and not row["earlier"] and not row["hold"] and not row["stores"]
        rests = row["phone_changed_at"] and row["phone_changed_at"] > dt.datetime.now(dt.UTC) - dt.timedelta(hours=72)
        if not allowed or rests or row["term"] is None or (row["used"] or 0) + 1 > row["per_card"]:
            self.db.rollback()  # in grace or over: it is told so, and a card in use is taken instead
            return
        period = f"card:{row['starts_on']}"
        self.cursor.execute(USE, facts | {
            "period": period, "periods": psycopg2.extras.Json([period]), "limit": row["per_card"], "term": row["term"],
            "clerk": self.clerk, "value": row["value_minor"], "cost": row["cost_minor"],
        })  # fmt: skip
        use = self.cursor.fetchone()["id"]
        chain = self._chain()
        chain.add("cards.benefit.used", f"cards.benefituse:{use}", clerk=self.clerk, who=self.who, store=self.store,
                  member=row["holder_id"], details={"card": pk, "benefit": row["code"], "quantity": 1})  # fmt: skip
        chain.write(self.cursor, besides=TELL, facts={
            "use": use, "language": row["language"], "member": row["holder_id"],
            "subject": hand.seal("core.message.subject", f"{row['name']} at {row['store']}"),
            "body": hand.seal("core.message.body", f"You used “{row['name']}” at {row['store']} on {today}. Not you? …"),
        })  # fmt: skip
        self.db.commit()

    def _count(self) -> None:
        """A search without the card in hand counts twice: towards being unusual, and towards being too much."""
        asked = self.redis.pipeline(transaction=False)
        for limit in ("unusual", "most"):
            name = f"hand:{limit}:{self.clerk}"
            asked.incr(name)
            asked.expire(name, 3660)
        if min(asked.execute()[::2]) > MOST:
            raise RuntimeError("too many searches")

    def _chain(self) -> hand.Chain:
        self.cursor.execute(hand.LOCK)
        return hand.Chain(*self.cursor.fetchone())

    def _read(self, text: str) -> tuple[str, str]:
        """The card and the nonce of a rotating code."""
        raw = base64.b32decode(text[2:])
        body, mac = raw[: CODE.size], raw[CODE.size :]
        purpose, issued, nonce, card = CODE.unpack(body)
        if not hmac.compare_digest(mac, _mac(body)) or purpose != 1 or not 0 <= time.time() - issued < 60:
            raise RuntimeError("forged")
        return str(UUID(bytes=card)), f"{card.hex()}-{issued:x}-{nonce.hex()}"


def _code(card: int) -> str:
    body = CODE.pack(1, int(time.time()), os.urandom(4), UUID(fill.public_id(card)).bytes)
    return "T1" + base64.b32encode(body + _mac(body)).decode()


def _mac(body: bytes) -> bytes:
    return hmac.digest(settings.CODE_KEYS[0].encode(), b"T1" + body, hashlib.sha256)[:10]


def _today() -> dt.date:
    return dt.datetime.now(ZONE).date()
