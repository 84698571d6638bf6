"""The four rows an activation changes besides its trail: term, card, number and activation stand or fall together."""

from django.db import connection

from cards.models import Activation, Card, CardNumber, Term

LIVING = ("holder_id", "state", "activated_at", "valid_from_on", "last_valid_on")
IN_ONE = """
WITH termed AS (
  INSERT INTO cards_term (card_id, sequence, order_line_id, version_id, starts_on, last_valid_on, price_minor, added_at)
  VALUES (%(card_id)s, %(sequence)s, %(order_line_id)s, %(version_id)s, %(starts_on)s, %(last_valid_on)s, %(price_minor)s,
          %(added_at)s)
), living AS (
  UPDATE cards_card SET holder_id = %(holder_id)s, state = %(state)s, activated_at = %(activated_at)s,
         valid_from_on = %(valid_from_on)s, last_valid_on = %(last_valid_on)s WHERE id = %(card_id)s
), spent AS (
  UPDATE cards_cardnumber SET activation_code = '' WHERE id = %(number_id)s
)
INSERT INTO cards_activation (card_id, member_id, channel, store_id, clerk_id, document_kind, document_last_digits, proof,
       phone_verified_at, acceptance_id, at)
VALUES (%(card_id)s, %(member_id)s, %(channel)s, %(store_id)s, %(clerk_id)s, %(document_kind)s, %(document_last_digits)s,
        %(proof)s, %(phone_verified_at)s, %(acceptance_id)s, %(at)s)
RETURNING id
"""


def write(card: Card, term: Term, done: Activation) -> None:
    """Write the new term and the activation, the card as it has become, and forget the code that is used up."""
    if connection.vendor == "postgresql":
        in_one_statement(card, term, done)
    else:
        row_by_row(card, term, done)


def row_by_row(card: Card, term: Term, done: Activation) -> None:
    term.save(force_insert=True)
    card.save(update_fields=[name.removesuffix("_id") for name in LIVING])
    CardNumber.objects.filter(pk=card.number_id).update(activation_code="")
    done.save(force_insert=True)


def in_one_statement(card: Card, term: Term, done: Activation) -> None:
    """The same, in one statement. The term is read anew by whoever needs its key."""
    values = {field.attname: getattr(row, field.attname) for row in (term, done) for field in row._meta.concrete_fields}
    values |= {"number_id": card.number_id} | {name: getattr(card, name) for name in LIVING}
    with connection.cursor() as cursor:
        cursor.execute(IN_ONE, values)
        (done.pk,) = cursor.fetchone()
    done._state.adding, done._state.db = False, connection.alias
