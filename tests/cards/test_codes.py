"""The rotating code: fresh for a minute, read once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings
from django.db import connections

from cards.models import Card
from cards.operations import codes
from cards.policy.codes import CodeRefused, Purpose
from core import clock
from core.models import Store
from core.refusals import Refusal
from tests.cards.factories import ActiveCardFactory

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def card(db: None) -> Card:
    return ActiveCardFactory.create()


def test_a_fresh_code_finds_its_card(card: Card, store: Store) -> None:
    assert codes.read(codes.make(card), store=store) == card


def test_a_screenshot_is_refused_after_a_minute(card: Card, store: Store) -> None:
    with clock.stopped(NOON):
        code = codes.make(card)
    with (
        clock.stopped(NOON + dt.timedelta(seconds=60)),
        pytest.raises(CodeRefused, check=lambda r: r.code == "code_expired"),
    ):
        codes.read(code, store=store)


def test_a_replay_says_when_and_where_it_was_used(card: Card, store: Store) -> None:
    with clock.stopped(NOON):
        code = codes.make(card)
        codes.read(code, store=store)
        with pytest.raises(Refusal) as refused:
            codes.read(code, store=store)
    assert (refused.value.code, refused.value.params["store"]) == ("code_spent", "Nanjing Road")
    assert "Nanjing Road" in str(refused.value)


def test_a_code_for_another_purpose_is_refused(card: Card, store: Store) -> None:
    with pytest.raises(CodeRefused, check=lambda r: r.code == "code_wrong_purpose"):
        codes.read(codes.make(card, purpose=Purpose.TRANSFER), store=store)


def test_a_retired_key_still_reads_its_codes(card: Card, store: Store, settings: LazySettings) -> None:
    settings.CODE_KEYS = ["old-key-" + "x" * 30]
    code = codes.make(card)
    settings.CODE_KEYS = ["new-key-" + "y" * 30, "old-key-" + "x" * 30]
    assert codes.read(code, store=store) == card
    code = codes.make(card)
    settings.CODE_KEYS = ["other-key-" + "z" * 30]
    with pytest.raises(CodeRefused, check=lambda r: r.code == "code_forged"):
        codes.read(code, store=store)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_of_many_readers_at_once_gets_the_card(card: Card, store: Store) -> None:
    code = codes.make(card)

    def read(_: int) -> bool:
        try:
            codes.read(code, store=store)
        except Refusal:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(read, range(50))) == 1
