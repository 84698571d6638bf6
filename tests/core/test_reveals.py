"""Personal data on staff pages: masked, revealed one field at a time, audited first (SEC-02, SEC-03, invariant 41)."""

import datetime as dt

import pytest
from django.urls import reverse

from core import clock, masking, reveals
from core.models import AuditRecord
from core.refusals import Refusal

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


@pytest.fixture
def subject(wanqing):
    return wanqing.user


def address(subject, field="phone"):
    return reverse("admin:reveal", args=["core", "user", subject.pk, field])


def test_the_value_is_shown_after_the_record_of_it(administrator, subject, client):
    client.force_login(administrator)
    answer = client.post(address(subject), {"reason": "called about her card"})
    assert subject.phone in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    row = AuditRecord.objects.get(action=reveals.ACTION)
    assert (row.actor, row.subject, row.reason) == (administrator, f"core.user:{subject.pk}", "called about her card")
    assert row.details == {"field": "phone"}
    assert subject.phone not in str(row.details) + row.reason


def test_when_the_record_cannot_be_written_nothing_is_shown(administrator, subject, client, monkeypatch):
    def full(*args, **more):
        raise OSError("disk full")

    monkeypatch.setattr("core.audit.record", full)
    client.force_login(administrator)
    client.raise_request_exception = False
    answer = client.post(address(subject), {"reason": "called"})
    assert answer.status_code == 500
    assert subject.phone not in answer.content.decode()


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_shown(administrator, subject, client, reason):
    client.force_login(administrator)
    answer = client.post(address(subject), {"reason": reason})
    assert answer.status_code == 400
    assert subject.phone not in answer.content.decode()
    assert not AuditRecord.objects.filter(action=reveals.ACTION).exists()


def test_htmx_gets_the_refusal_beside_the_control(administrator, subject, client):
    client.force_login(administrator)
    answer = client.post(address(subject), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "next [data-answer]")


def test_looking_is_not_possible_by_get(administrator, subject, client):
    client.force_login(administrator)
    assert client.get(address(subject)).status_code == 405


def test_whoever_lacks_the_right_is_refused(auditor, subject, client):
    client.force_login(auditor)
    assert client.post(address(subject), {"reason": "curious"}).status_code == 403


@pytest.mark.parametrize("field", ["password", "handle", "phone_index", "nothing"])
def test_only_masked_fields_can_be_asked_for(administrator, subject, client, field):
    client.force_login(administrator)
    assert client.post(address(subject, field), {"reason": "called"}).status_code == 404


@pytest.mark.parametrize("path", ["core/user/999999999", "core/user/x", "core/user/99999999999999999999999", "a/b/1"])
def test_what_may_not_be_seen_does_not_exist(administrator, subject, client, path):
    client.force_login(administrator)
    assert client.post(f"/admin/reveal/{path}/phone/", {"reason": "called"}).status_code == 404


def test_strangers_and_members_are_sent_to_the_log_in(subject, client):
    assert client.post(address(subject), {"reason": "called"}).status_code == 302
    client.force_login(subject)
    assert client.post(address(subject), {"reason": "called"}).status_code == 302


def look(times, subject, by):
    for _ in range(times):
        reveals.reveal(subject, "phone", by=by, reason="called")


def alerts():
    return list(AuditRecord.objects.filter(action__startswith="core.alert.").values_list("action", flat=True))


def test_unusual_curiosity_raises_one_alert_an_hour(administrator, subject):
    with clock.stopped(NOON):
        look(20, subject, administrator)
        assert alerts() == []
        look(3, subject, administrator)
    assert alerts() == ["core.alert.personal_data_often"]
    with clock.stopped(NOON + dt.timedelta(hours=2)):
        look(21, subject, administrator)
    assert alerts() == ["core.alert.personal_data_often"] * 2


def test_beyond_the_limit_of_a_day_nothing_more_is_shown(administrator, service_agent, subject):
    for hour in range(5):
        with clock.stopped(NOON + dt.timedelta(hours=hour)):
            look(20, subject, administrator)
    with clock.stopped(NOON + dt.timedelta(hours=5)):
        with pytest.raises(Refusal) as refused:
            look(1, subject, administrator)
        assert (refused.value.code, refused.value.status) == ("too_much_revealed", 429)
        look(1, subject, service_agent)
    assert "core.alert.personal_data_limit" in alerts()
    with clock.stopped(NOON + dt.timedelta(hours=25)):
        look(1, subject, administrator)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("+8613800138000", "••••••••••8000"), ("12345678", "••••5678"), ("123", "••3"), ("1", "•"), ("", "")],
)
def test_a_mask_never_shows_more_than_half(value, shown):
    assert masking.ends(value) == shown


def test_lists_and_pages_show_masks_only(administrator, subject, client):
    client.force_login(administrator)
    for page in (reverse("admin:core_user_changelist"), reverse("admin:core_user_change", args=[subject.pk])):
        text = client.get(page).content.decode()
        assert subject.phone not in text
        assert "0001" in text


def test_an_account_is_found_by_its_sealed_phone_and_email(administrator, subject, stranger, client):
    client.force_login(administrator)
    for term in (subject.phone, subject.email):
        text = client.get(reverse("admin:core_user_changelist"), {"q": term}).content.decode()
        assert subject.handle in text
        assert stranger.user.handle not in text
