"""A prepared query finds what the QuerySet it was made of would have found, whatever is asked of it."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from core import clock
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
