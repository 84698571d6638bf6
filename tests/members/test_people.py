"""The person's record: one per person, however she comes (MEM-01, MEM-03 · B3.2)."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from core.models import User
from core.refusals import Refusal
from members.models import IdentityDocument, Member
from members.operations import identity, people
from members.operations.codes import Address
from members.policy import member_numbers
from members.policy.identity import IdentityRefused
from tests.members.entrance_helpers import user_of

PHONE = Address("sms", "+8613812340009")
GOOD_ID = "11010519491231002X"


@pytest.mark.django_db
def test_who_bought_at_a_counter_claims_that_record(counter_customer: Member) -> None:
    joined = people.join(verified=PHONE, name="Other Spelling", language="en", choices={})
    assert joined.claimed
    assert joined.member.pk == counter_customer.pk
    assert Member.objects.count() == 1
    member = Member.objects.get()
    assert (member.name, user_of(member), member.source) == ("Zhao Min", joined.user, "store")
    assert member.phone_verified_at is not None


@pytest.mark.django_db
def test_a_counter_purchase_finds_the_member_who_is_there(wanqing: Member, store, clerk) -> None:
    found = people.find_or_create_for_purchase(
        name="Anything", phone="138 1234 0001", language="en", store=store, staff=clerk
    )
    assert found == wanqing
    fresh = people.find_or_create_for_purchase(
        name="New Guest", phone="13912340000", language="en", store=store, staff=clerk
    )
    assert (fresh.source, fresh.source_store, fresh.source_staff, fresh.user) == ("store", store, clerk, None)
    assert fresh.phone_verified_at is None
    again = people.find_or_create_for_purchase(name="New Guest", phone="13912340000", language="en")
    assert again == fresh


@pytest.mark.django_db
def test_a_document_belongs_to_one_member(wanqing: Member, stranger: Member, clerk: User) -> None:
    document = identity.give_document(wanqing, kind="resident_id", number=" 110105 19491231 002x ", by=clerk)
    assert identity.give_document(wanqing, kind="resident_id", number=GOOD_ID) == document
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "document_taken"):
        identity.give_document(stranger, kind="resident_id", number=GOOD_ID)
    assert identity.matches(wanqing, kind="resident_id", number=GOOD_ID)
    assert not identity.matches(stranger, kind="resident_id", number=GOOD_ID)
    assert not identity.matches(wanqing, kind="resident_id", number="rubbish")
    identity.record_check(document, by=clerk)
    first = IdentityDocument.objects.get().checked_at
    identity.record_check(document, by=clerk)
    assert IdentityDocument.objects.get().checked_at == first


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["110105194912310021", "11010519490231002X", "110105491231002", "", "\x00"])
def test_a_number_that_cannot_be_is_refused_without_repeating_it(wanqing: Member, number: str) -> None:
    with pytest.raises(IdentityRefused) as refused:
        identity.give_document(wanqing, kind="resident_id", number=number)
    assert not number.strip("\x00") or number not in str(refused.value)
    assert not IdentityDocument.objects.exists()


@pytest.mark.django_db
def test_fields_outside_the_list_are_a_defect(wanqing: Member) -> None:
    with pytest.raises(ValueError, match="not freely changed"):
        people.update(wanqing, {"state": "closed"}, by=user_of(wanqing))


def test_member_numbers_notice_a_wrong_key() -> None:
    number = member_numbers.number_from(123_456_789)
    assert member_numbers.is_number(number)
    for place in range(10):
        for digit in set("0123456789") - {number[place]}:
            assert not member_numbers.is_number(number[:place] + digit + number[place + 1 :])


def _at_once(count: int, work) -> list[Any]:
    """Run the work in threads that start together; returns results and exceptions."""
    gate, found = threading.Barrier(count), []

    def run() -> None:
        try:
            gate.wait()
            found.append(work())
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def _server_database() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("left out: only a server database has two writers at once")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_server_database")
def test_twelve_people_claim_one_record_at_once_and_one_record_and_log_in_remain(counter_customer: Member) -> None:
    found = _at_once(12, lambda: people.join(verified=PHONE, name="Zhao Min", language="en", choices={}))
    assert [error for error in found if isinstance(error, Exception)] == []
    assert {joined.user.pk for joined in found} == {User.objects.get().pk}
    assert sum(joined.claimed for joined in found) == 1
    assert Member.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_server_database")
def test_twelve_new_people_with_one_phone_are_one(monkeypatch) -> None:
    fresh = Address("sms", "+8613912340077")
    found = _at_once(12, lambda: people.join(verified=fresh, name="Twin", language="en", choices={}))
    assert [error for error in found if isinstance(error, Exception)] == []
    assert Member.objects.count() == User.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_server_database")
def test_without_the_unique_index_there_would_be_many() -> None:
    """Negative control: the indexes are what holds the line."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE members_member DROP CONSTRAINT one_member_per_phone")
        cursor.execute("ALTER TABLE core_user DROP CONSTRAINT one_user_per_phone")
    try:
        fresh = Address("sms", "+8613912340088")
        _at_once(12, lambda: people.join(verified=fresh, name="Twin", language="en", choices={}))
        assert Member.objects.count() > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE members_member SET phone_index = NULL")
            cursor.execute("UPDATE core_user SET phone_index = NULL")
            cursor.execute("ALTER TABLE members_member ADD CONSTRAINT one_member_per_phone UNIQUE (phone_index)")
            cursor.execute("ALTER TABLE core_user ADD CONSTRAINT one_user_per_phone UNIQUE (phone_index)")
