"""A sealed field behaves like any text, except that the database cannot read or search it (SEC-03)."""

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.forms import modelform_factory

from core import crypto
from core.models import Message, User

pytestmark = pytest.mark.django_db

PHONE = "+8613800138000"


def stored(user: User):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM core_user WHERE id = %s", [user.pk])
        return cursor.fetchone()[0]


@pytest.fixture
def user() -> User:
    return User.objects.create_user(display_name="Mei", phone=PHONE)


def test_saved_sealed_and_read_back_plain(user):
    assert PHONE not in stored(user)
    assert stored(user).startswith("1:demo:")
    assert user.phone == PHONE
    user.refresh_from_db()
    assert user.phone == PHONE
    assert User.objects.get().phone == PHONE


def test_each_saving_seals_anew(user):
    before = stored(user)
    user.save()
    assert stored(user) != before
    assert User.objects.get().phone == PHONE


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_stays_nothing(user, empty):
    user.phone = empty
    user.save()
    assert stored(user) == empty
    assert User.objects.get().phone == empty
    assert User.objects.filter(phone__isnull=empty is None).get() == user


def test_written_in_bulk():
    users = User.objects.bulk_create([User(phone=f"+86138001380{n:02}") for n in range(5)])
    for user in users:
        user.phone = f"{user.phone}9"
    User.objects.bulk_update(users, ["phone"])
    assert [u.phone for u in User.objects.order_by("id")] == [f"+86138001380{n:02}9" for n in range(5)]
    assert all(stored(user).startswith("1:demo:") for user in users)


def test_updated_by_queryset(user):
    User.objects.update(phone="+85291234567")
    assert "91234567" not in stored(user)
    assert User.objects.values_list("phone", flat=True).get() == "+85291234567"
    assert User.objects.values("phone").get() == {"phone": "+85291234567"}
    assert User.objects.only("phone").get().phone == "+85291234567"
    assert User.objects.defer("phone").get().phone == "+85291234567"


def test_upserted():
    User.objects.bulk_create(
        [User(handle="h", phone=PHONE)], update_conflicts=True, unique_fields=["handle"], update_fields=["phone"]
    )
    User.objects.update_or_create(handle="h", defaults={"phone": "+85291234567"})
    assert User.objects.get(handle="h").phone == "+85291234567"


def test_carried_by_an_annotation(user):
    assert User.objects.annotate(copy=F("phone")).get().copy == PHONE


def test_copied_within_its_column_it_still_opens(user):
    User.objects.update(phone=F("phone"))
    assert User.objects.get().phone == PHONE


def test_copied_into_another_column_it_does_not_open(user):
    message = Message.objects.create(dedup_key="k", event="e", channel="sms", purpose="service", language="en")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_message SET address = %s", [stored(user)])
    with pytest.raises(crypto.CannotOpen):
        message.refresh_from_db()


def test_a_forged_or_plain_value_is_never_shown_as_data(user):
    for forged in (PHONE, stored(user)[:-4] + "AAA=", "1:gone:AAAA", "2" + stored(user)[1:]):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_user SET phone = %s", [forged])
        with pytest.raises(crypto.CannotOpen):
            user.refresh_from_db()


def test_an_older_key_still_opens(user, settings):
    settings.DATA_KEYS = ["new:" + "ab" * 32, *settings.DATA_KEYS]
    assert User.objects.get().phone == PHONE
    user.save()
    assert stored(user).startswith("1:new:")
    assert User.objects.get().phone == PHONE


@pytest.mark.parametrize(
    "condition",
    [
        {"phone": PHONE},
        {"phone__exact": PHONE},
        {"phone": ""},
        {"phone__iexact": PHONE},
        {"phone__contains": "138"},
        {"phone__in": [PHONE]},
        {"phone__startswith": "+86"},
        {"phone__gt": "1"},
        {"phone__regex": "1"},
        {"employment__user__phone": PHONE},
    ],
)
def test_a_search_is_refused_clearly(condition):
    for attempt in (User.objects.filter, User.objects.exclude):
        with pytest.raises(FieldError, match=r"core.user.phone is sealed.*blind index"):
            attempt(**condition)
    with pytest.raises(FieldError, match="sealed"):
        User.objects.filter(Q(is_staff=True) | Q(**condition))


def test_searching_a_computation_over_it_finds_no_plain_text(user):
    assert not User.objects.annotate(x=Concat("handle", Value(PHONE))).filter(x=PHONE).exists()


def test_is_serialised_and_loaded_again(user):
    text = serializers.serialize("json", [user])
    User.objects.all().delete()
    for loaded in serializers.deserialize("json", text):
        loaded.save()
    assert User.objects.get().phone == PHONE
    assert stored(user).startswith("1:demo:")


def test_a_form_reads_and_writes_it(user):
    form_class = modelform_factory(User, fields=["phone"])
    assert f">\n{PHONE}</textarea>" in form_class(instance=user).as_p()
    form = form_class({"phone": "+85291234567"}, instance=user)
    assert form.is_valid(), form.errors
    form.save()
    assert User.objects.get().phone == "+85291234567"


def test_a_value_is_not_saved_without_its_index(user):
    user.phone = "+85291234567"
    with pytest.raises(ValueError, match="save phone together with phone_index"):
        user.save(update_fields=["phone"])
    user.save(update_fields=["phone", "phone_index"])
    assert User.objects.with_phone("+85291234567") == user


@pytest.mark.parametrize("plain", ["王小明", "𠮷野家", "a" * 10_000, "x\x00y", "أحمد", "'; DROP TABLE", "1:demo:AAAA"])
def test_any_text_is_kept_whole(plain):
    assert crypto.unseal(crypto.seal(plain, place="p"), place="p") == plain
    User.objects.create_user(phone=plain)
    assert User.objects.get().phone == plain
