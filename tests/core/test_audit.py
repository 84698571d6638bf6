"""The audit trail holds, and shows every way of tampering with it (SEC-02)."""

import datetime as dt
import random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit, clock, guards
from core.models import AuditChain, AuditRecord
from tests import factories

pytestmark = pytest.mark.django_db


def write(count=1, **more):
    with transaction.atomic():
        return [
            audit.record("core.test.done", subject=f"core.thing:{n}", details={"n": n, "day": "2026-11-22"}, **more)
            for n in range(count)
        ]


@pytest.fixture
def unguarded():
    """A tamperer who owns the database: he lifts the guards first."""
    with connection.cursor() as cursor:
        for statement in guards.lifting("core_auditrecord", vendor=connection.vendor):
            cursor.execute(statement)


def test_records_form_a_whole_chain():
    write(30)
    assert list(audit.verify()) == []


def test_an_untouched_trail_without_records_is_whole():
    assert list(audit.verify()) == []


def test_actor_store_and_reason_are_kept():
    clerk, shop = (
        factories.StaffFactory.create(display_name="Lin", roles={"clerk": None}),
        factories.StoreFactory.create(),
    )
    (row,) = write(actor=clerk, store_id=shop.pk, member_id=7, reason="asked at the counter")
    row.refresh_from_db()
    assert (row.actor, row.actor_label, row.store, row.member_id) == (clerk, "Lin", shop, 7)
    assert row.reason == "asked at the counter"


@pytest.mark.parametrize(
    "details",
    [
        {"ratio": 1e16, "tiny": 1e-7, "minus": -0.0},
        {
            "nested": [{"a": [1.5, None, True]}],
            "day": dt.date(2028, 2, 29),
            "at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        },
        {"text": "NUL \x00, half \ud800, 𠮷野家, \u202e"},
        {"big": 10**30, "": "empty key", "ключ": "值"},
    ],
)
def test_any_details_read_back_as_they_were_hashed(details):
    with transaction.atomic():
        audit.record("core.test.done", subject="core.thing:1", details=details, reason="r\x00\ud800" * 200)
    assert list(audit.verify()) == []


def test_a_subject_longer_than_its_column_is_cut_and_still_verifies():
    with transaction.atomic():
        audit.record("core.test.done", subject="x" * 500)
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="outside the transaction"):
        audit.record("core.test.done", subject="core.thing:1")


def test_a_rollback_leaves_no_gap():
    write(3)
    with transaction.atomic():
        audit.record("core.test.done", subject="core.thing:lost")
        transaction.set_rollback(True)
    write(3)
    sequences = AuditRecord.objects.filter(chain_id=0).order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 7))
    assert list(audit.verify()) == []


def test_the_head_is_read_once_a_transaction(django_assert_num_queries):
    """On PostgreSQL record and head are one statement."""
    clerk = factories.StaffFactory.create(roles={"clerk": None})
    writing = 1 if connection.vendor == "postgresql" else 2
    with transaction.atomic():
        with django_assert_num_queries(1 + writing):
            audit.record("core.test.done", subject=clerk, actor=clerk, details={"a": 1})
        with django_assert_num_queries(writing):
            audit.record("core.test.done", subject=clerk, actor=clerk, details={"a": 2})
    assert list(audit.verify()) == []


@transaction.atomic
def record_then_fail():
    audit.record("core.test.done", subject="core.thing:lost")
    raise ZeroDivisionError


def record_and_fail():
    with pytest.raises(ZeroDivisionError):
        record_then_fail()


def test_a_savepoint_that_is_rolled_back_leaves_no_gap():
    for lost_first in (True, False):
        with transaction.atomic():
            if lost_first:
                record_and_fail()
            audit.record("core.test.done", subject="core.thing:1")
            record_and_fail()
            audit.record("core.test.done", subject="core.thing:2")
            with transaction.atomic():
                audit.record("core.test.done", subject="core.thing:3")
            record_and_fail()
            audit.record("core.test.done", subject="core.thing:4")
    assert list(audit.verify()) == []
    assert list(AuditRecord.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 9))
    assert not AuditRecord.objects.filter(subject="core.thing:lost").exists()


def test_a_transaction_that_was_rolled_back_is_forgotten():
    write(1)
    with transaction.atomic():
        audit.record("core.test.done", subject="core.thing:lost")
        transaction.set_rollback(True)
    assert [row.sequence for row in write(2)] == [2, 3]
    assert list(audit.verify()) == []


@pytest.mark.postgres
def test_one_statement_writes_the_very_rows_that_the_models_write(monkeypatch):
    clerk, shop = factories.StaffFactory.create(roles={"clerk": None}), factories.StoreFactory.create()
    told: dict[str, Any] = {
        "actor": clerk, "store_id": shop.pk, "member_id": 7, "reason": "NUL \x00, half \ud800, 𠮷, 100 %s",
        "details": {"amount": 12.5, "day": dt.date(2026, 11, 22), "nested": [{"a": None}, "%(x)s"]},
    }  # fmt: skip
    written = []
    with clock.stopped(dt.datetime(2026, 11, 22, 12, 0, 0, 250, tzinfo=dt.UTC)):
        for way in (audit._append_in_one_statement, audit._append):
            monkeypatch.setattr(audit, "_append_in_one_statement", way)
            with transaction.atomic():
                row = audit.record("core.test.done", subject=clerk, **told)
                chain = AuditChain.objects.filter(pk=row.chain_id).values().get()
                written.append((AuditRecord.objects.filter(pk=row.pk).values().get(), chain))
                assert AuditRecord.objects.get(pk=row.pk) == row
                assert not row._state.adding
                transaction.set_rollback(True)
    (one, head), (other, other_head) = written
    assert {**one, "id": 0} == {**other, "id": 0}
    assert head == other_head


@pytest.mark.parametrize("verb", ["UPDATE core_auditrecord SET reason = 'x'", "DELETE FROM core_auditrecord"])
def test_the_database_refuses_to_change_a_record(verb):
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert AuditRecord.objects.get().reason == ""


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_trail():
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE core_auditrecord")
    assert AuditRecord.objects.count() == 1


def test_the_orm_cannot_change_a_record_either():
    (row,) = write(1)
    row.reason = "nothing happened"
    for attempt in (row.save, row.delete, AuditRecord.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


def test_a_lifted_guard_shows(unguarded):
    assert sorted(guards.missing()) == sorted(guards.names("core_auditrecord", vendor=connection.vendor))


def test_guards_stand_after_migration():
    assert list(guards.missing()) == []


# --- tampering -------------------------------------------------------------------------------------------------------


def alter_column(dice, rows):
    row = dice.choice(rows)
    column, value = dice.choice(
        [
            ("at", row.at + dt.timedelta(microseconds=dice.randint(1, 10**9))),
            ("actor_id", None),
            ("actor_label", f"someone {dice.random()}"),
            ("action", "core.test.undone"),
            ("subject", f"core.thing:{dice.randint(1000, 9999)}"),
            ("member_id", dice.randint(1, 99)),
            ("store_id", None),
            ("address", "10.0.0.1"),
            ("reason", f"other {dice.random()}"),
            ("details", {"n": dice.randint(1000, 9999)}),
            ("previous", f"{dice.getrandbits(256):064x}"),
            ("digest", f"{dice.getrandbits(256):064x}"),
        ]
    )
    AuditRecord.objects.filter(pk=row.pk).update(**{column: value})


def alter_column_and_rehash_without_the_key(dice, rows):
    row = dice.choice(rows)
    row.reason = f"covered up {dice.random()}"
    AuditRecord.objects.filter(pk=row.pk).update(reason=row.reason, digest=f"{hash(row.reason) % 2**256:064x}")


def delete_one(dice, rows):
    AuditRecord.objects.filter(pk=dice.choice(rows).pk).delete()


def delete_one_and_close_the_gap(dice, rows):
    victim = dice.choice(rows)
    AuditRecord.objects.filter(pk=victim.pk).delete()
    for row in AuditRecord.objects.filter(chain=victim.chain, sequence__gt=victim.sequence).order_by("sequence"):
        AuditRecord.objects.filter(pk=row.pk).update(sequence=row.sequence - 1)


def swap_two(dice, rows):
    first, second = dice.sample(rows, 2)
    AuditRecord.objects.filter(pk=first.pk).update(sequence=10**6)
    AuditRecord.objects.filter(pk=second.pk).update(sequence=first.sequence)
    AuditRecord.objects.filter(pk=first.pk).update(sequence=second.sequence)


def insert_a_copy_at_the_end(dice, rows):
    row = dice.choice(rows)
    row.pk, row.sequence = None, max(r.sequence for r in rows) + 1
    row.save(force_insert=True)


def insert_with_a_forged_link_and_head(dice, rows):
    last = max(rows, key=lambda r: r.sequence)
    forged = f"{dice.getrandbits(256):064x}"
    AuditRecord.objects.create(
        chain=last.chain, sequence=last.sequence + 1, at=last.at, action="core.test.done", subject="core.thing:0",
        previous=last.digest, digest=forged,
    )  # fmt: skip
    AuditChain.objects.filter(pk=last.chain_id).update(length=last.sequence + 1, head=forged)


def cut_the_tail(dice, rows):
    AuditRecord.objects.filter(sequence__gt=dice.randint(0, len(rows) - 1)).delete()


def cut_the_tail_and_shorten_the_head(dice, rows):
    kept = dice.randint(1, len(rows) - 1)
    AuditRecord.objects.filter(sequence__gt=kept).delete()
    head = AuditRecord.objects.get(sequence=kept).digest
    AuditChain.objects.filter(pk=rows[0].chain_id).update(length=kept, head=head)


def empty_the_trail_and_reset_the_head(dice, rows):
    AuditRecord.objects.all().delete()
    AuditChain.objects.filter(pk=rows[0].chain_id).update(length=0, head="")


def edit_the_head(dice, rows):
    column, value = dice.choice(
        [("length", dice.randint(100, 999)), ("head", f"{dice.getrandbits(256):064x}"), ("seal", "0" * 64)]
    )
    AuditChain.objects.filter(pk=rows[0].chain_id).update(**{column: value})


def drop_the_chain(dice, rows):
    AuditRecord.objects.all().delete()
    AuditChain.objects.filter(pk=rows[0].chain_id).delete()


def drop_an_empty_chain(dice, rows):
    AuditChain.objects.filter(pk=dice.randint(1, audit.CHAINS - 1)).delete()


def add_a_chain(dice, rows):
    number = dice.randint(audit.CHAINS, 200)
    AuditChain.objects.create(number=number, seal=audit.seal_of(0, 0, ""))


def move_the_seal_of_another_chain(dice, rows):
    other = AuditChain.objects.get(pk=dice.randint(1, audit.CHAINS - 1))
    AuditRecord.objects.all().delete()
    AuditChain.objects.filter(pk=rows[0].chain_id).update(length=0, head="", seal=other.seal)


TAMPERINGS = [
    alter_column, alter_column, alter_column, alter_column_and_rehash_without_the_key, delete_one,
    delete_one_and_close_the_gap, swap_two, insert_a_copy_at_the_end, insert_with_a_forged_link_and_head, cut_the_tail,
    cut_the_tail_and_shorten_the_head, empty_the_trail_and_reset_the_head, edit_the_head, drop_the_chain,
    drop_an_empty_chain, add_a_chain, move_the_seal_of_another_chain,
]  # fmt: skip


@pytest.mark.parametrize("ways", [50, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_thousand_ways_of_tampering_are_all_detected(unguarded, monkeypatch, ways):
    monkeypatch.setattr(audit, "CHAINS", 3)
    AuditChain.objects.filter(pk__gte=3).delete()
    clerk, shop = factories.StaffFactory.create(roles={"clerk": None}), factories.StoreFactory.create()
    write(8, actor=clerk, store_id=shop.pk, reason="because")
    for seed in range(ways):
        dice = random.Random(seed)
        tamper = TAMPERINGS[seed % len(TAMPERINGS)]
        with transaction.atomic():
            tamper(dice, list(AuditRecord.objects.order_by("sequence")))
            assert list(audit.verify()), f"{tamper.__name__} with seed {seed} went unnoticed"
            transaction.set_rollback(True)
    assert list(audit.verify()) == []


def test_a_stopped_clock_is_what_the_record_says():
    moment = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    with clock.stopped(moment):
        (row,) = write(1)
    assert row.at == moment
