"""Many writers of the audit trail at once, on a server database, with the negative control (SEC-02, invariant 42)."""

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from core import audit
from core.models import AuditChain, AuditRecord
from tests.core.test_audit import record_and_fail, write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def many_writers(writers: int, each: int) -> list[Exception]:
    refused: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(each):
                try:
                    write(1)
                except IntegrityError as error:
                    refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_concurrent_writers_leave_neither_gap_nor_duplicate():
    refused = many_writers(writers=20, each=25)
    assert refused == []
    assert AuditRecord.objects.count() == 500
    assert list(audit.verify()) == []


def test_concurrent_transactions_of_several_records_leave_neither_gap_nor_duplicate():
    def work() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    audit.record("core.test.done", subject="core.thing:1")
                    record_and_fail()
                    audit.record("core.test.done", subject="core.thing:2")
                    audit.record("core.test.done", subject="core.thing:3")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2 * audit.CHAINS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditRecord.objects.count() == 2 * audit.CHAINS * 10 * 3
    assert list(audit.verify()) == []


def test_without_the_chain_lock_the_constraint_refuses_the_duplicates(monkeypatch):
    """The negative control of the test above."""
    together = threading.Barrier(8, timeout=5)

    def unlocked() -> audit.Head:
        chain = AuditChain.objects.get(pk=0)
        together.wait()
        return audit.Head(chain.pk, chain.length, chain.head)

    monkeypatch.setattr(audit, "_free_chain", unlocked)
    refused = many_writers(writers=8, each=1)
    assert len(refused) == 7
    assert all("audit_sequence_used_once" in str(error) for error in refused)


def test_the_trail_verifies_while_it_grows():
    writers = threading.Thread(target=many_writers, kwargs={"writers": 4, "each": 60})
    writers.start()
    found = [damage for _ in range(5) for damage in audit.verify()]
    writers.join()
    assert found == []
