"""A prepared query finds what the QuerySet it was made of would have found, whatever is asked of it."""

import datetime as dt
import uuid

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.models import F, Q, Value
from django.test.utils import CaptureQueriesContext

from core import ahead, clock, prepared
from core.models import Store, User
from core.prepared import Prepared
from members.models import Member

pytestmark = pytest.mark.django_db


def test_models_come_with_their_relations_and_asked_columns(wanqing: Member) -> None:
    of_user = Prepared(
        lambda user: Member.objects.filter(user=user).select_related("user").only("number", "user__phone")
    )
    (found,) = of_user.all(user=wanqing.user_id)
    with CaptureQueriesContext(connection) as asked:
        assert (found, found.number) == (wanqing, wanqing.number)
        assert found.user is not None
        assert wanqing.user is not None
        assert found.user.phone == wanqing.user.phone
    assert not asked
    assert found.get_deferred_fields() >= {"name", "phone"}


def test_each_time_the_database_is_asked_anew_and_with_the_new_value(store: Store) -> None:
    called = Prepared(lambda code: Store.objects.filter(code=code).values_list("name", flat=True))
    assert called.all(code=store.code) == [store.name]
    Store.objects.filter(pk=store.pk).update(name="Renamed")
    assert called.first(code=store.code) == "Renamed"
    assert called.first(code="nowhere") is None


def test_a_value_of_null_equals_nothing(wanqing: Member) -> None:
    Member.objects.filter(pk=wanqing.pk).update(user=None)
    assert Prepared(lambda user: Member.objects.filter(user=user)).all(user=None) == []


def test_days_moments_and_identifiers_are_bound_as_the_database_keeps_them(wanqing: Member) -> None:
    since = Prepared(lambda moment: User.objects.filter(joined_at__gt=moment))
    assert wanqing.user in since.all(moment=clock.now() - dt.timedelta(days=10_000))
    assert since.all(moment=clock.now() + dt.timedelta(days=1)) == []
    some = uuid.uuid4()
    echoed = Prepared(lambda key: User.objects.filter(Q(handle=key)).values_list("handle", flat=True))
    User.objects.filter(member=wanqing).update(handle=some.hex)
    assert echoed.first(key=some.hex) == some.hex


def test_constants_and_slices_stay_in_their_places(store: Store) -> None:
    open_ones = Prepared(lambda code: Store.objects.filter(is_open=True, name="%s", code=code).order_by("-pk")[:1])
    Store.objects.filter(pk=store.pk).update(name="%s")
    assert open_ones.first(code=store.code) == store
    Store.objects.filter(pk=store.pk).update(name="other")
    assert open_ones.first(code=store.code) is None


def test_hostile_values_stay_values(store: Store) -> None:
    called = Prepared(lambda code: Store.objects.filter(code=code))
    assert called.all(code="' OR 1=1 --") == []


def test_annotated_models_are_not_prepared(store: Store) -> None:
    numbered = Prepared(lambda code: Store.objects.filter(code=code).annotate(again=F("code")))
    with pytest.raises(TypeError, match="annotations"):
        numbered.all(code=store.code)


@pytest.mark.postgres
def test_the_server_keeps_the_plan_of_a_connection_and_is_told_it_anew_on_the_next(store: Store) -> None:
    called = Prepared(lambda code: Store.objects.filter(code=code, name="%s").values_list("pk", flat=True))
    Store.objects.filter(pk=store.pk).update(name="%s")
    with CaptureQueriesContext(connection) as asked:
        assert [called.first(code=code) for code in (store.code, "nowhere", store.code)] == [store.pk, None, store.pk]
    assert [query["sql"].split()[0] for query in asked] == ["EXECUTE"] * 3
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    prepared._kept.clear()
    assert called.first(code=store.code) == store.pk


@pytest.mark.postgres
def test_behind_a_pooler_of_transactions_no_plan_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    called = Prepared(lambda code: Store.objects.filter(code=code))
    with CaptureQueriesContext(connection) as asked:
        assert called.first(code=store.code) == store
    assert asked[0]["sql"].startswith("SELECT")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_migration_made_wider_is_read_all_the_same(store: Store) -> None:
    called = Prepared(lambda code: Store.objects.filter(code=code).values_list("city", flat=True))
    assert called.first(code=store.code) == store.city
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT atttypmod - 4 FROM pg_attribute WHERE attrelid = 'core_store'::regclass AND attname = 'city'"
        )
        (width,) = cursor.fetchone()
        try:
            cursor.execute(f"ALTER TABLE core_store ALTER city TYPE varchar({width + 10})")
            with pytest.raises(NotSupportedError), transaction.atomic():
                called.first(code=store.code)
            assert called.first(code=store.code) == store.city
        finally:
            cursor.execute(f"ALTER TABLE core_store ALTER city TYPE varchar({width})")


@pytest.mark.postgres
def test_what_is_asked_ahead_is_one_statement_with_the_same_answers(wanqing: Member, store: Store) -> None:
    of_user = Prepared(lambda user: Member.objects.filter(user=user).select_related("user"))
    stores = Prepared(lambda code: Store.objects.exclude(code=code).order_by("-code"))
    codes = Prepared(lambda name: Store.objects.filter(name=name).values_list("code", "is_open", Value("%s")))
    hostile = "{},\"'NULL %s \\"
    Store.objects.filter(pk=store.pk).update(name=hostile)
    asked = (of_user.with_(user=wanqing.user_id), stores.with_(code="none"), codes.with_(name=hostile))
    alone = [one.query.all(**dict(one.values)) for one in asked]
    with CaptureQueriesContext(connection) as seen, ahead.asking(*asked):
        together = [one.query.all(**dict(one.values)) for one in asked]
        assert stores.all(code=store.code) == []
        assert codes.all(name=hostile) == alone[2]
    assert len(seen) == 3  # one for the three of them, and two that were not told
    assert together == alone
    assert alone[2] == [(store.code, True, "%s")]
    (before,), (after,) = alone[0], together[0]
    for model, other in ((before, after), (before.user, after.user)):
        values = (
            {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
            for one in (model, other)
        )
        assert next(values) == next(values)


def test_elsewhere_what_is_asked_ahead_is_asked_when_it_is_needed(store: Store) -> None:
    called = Prepared(lambda code: Store.objects.filter(code=code))
    with ahead.asking(called.with_(code=store.code)):
        assert called.first(code=store.code) == store
        assert called.first(code=store.code) == store
