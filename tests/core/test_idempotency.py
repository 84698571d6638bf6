"""A repeated request is carried out once (invariant 6)."""

import threading

import pytest
from django.db import connections, transaction

from core import idempotency
from core.models import IdempotencyKey
from core.refusals import Refusal

pytestmark = pytest.mark.django_db

PLACE = {"caller": "member:1", "route": "orders.place", "key": "k1"}


def ask(body=None, **changes):
    with transaction.atomic():
        once = idempotency.once(**(PLACE | changes), body=body if body is not None else {"product": 1, "n": 2})
        if once.result is None:
            once.remember({"order": 7})
            return "done"
        return once.result


def test_the_first_is_carried_out_and_a_repeat_gets_its_answer():
    assert ask() == "done"
    assert ask() == {"order": 7}
    assert IdempotencyKey.objects.count() == 1


def test_the_order_of_fields_makes_no_other_body():
    assert ask({"a": 1, "b": 2}) == "done"
    assert ask({"b": 2, "a": 1}) == {"order": 7}


@pytest.mark.parametrize("body", [{"product": 1, "n": 3}, {}, {"product": 1}, {"product": "1", "n": 2}, b"raw"])
def test_the_same_key_with_another_body_is_refused(body):
    ask()
    with pytest.raises(Refusal) as refused:
        ask(body)
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize("place", [{"caller": "member:2"}, {"route": "orders.pay"}, {"key": "k2"}])
def test_a_key_is_bound_to_caller_and_route(place):
    assert ask() == "done"
    assert ask(**place) == "done"


@pytest.mark.parametrize("key", ["", "x" * 81, "a\x00b"])
def test_a_malformed_key_is_refused(key):
    with pytest.raises(Refusal) as refused:
        ask(key=key)
    assert (refused.value.code, refused.value.status) == ("key_malformed", 400)


def test_a_rollback_gives_the_key_free():
    with transaction.atomic():
        idempotency.once(**PLACE, body={}).remember({"order": 1})
        transaction.set_rollback(True)
    assert ask() == "done"


def test_the_body_is_not_kept_in_a_guessable_form():
    ask({"phone": "+8613800138000"})
    import hashlib

    assert IdempotencyKey.objects.get().body_hash != hashlib.sha256(b'{"phone":"+8613800138000"}').hexdigest()


@pytest.mark.django_db(transaction=True)
def test_a_claim_outside_a_transaction_is_a_bug():
    with pytest.raises(RuntimeError, match="outside the transaction"):
        idempotency.once(**PLACE, body={})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_carried_out_once():
    answers = []

    def work():
        try:
            answers.append(ask())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("done") == 1
    assert answers.count({"order": 7}) == 49
