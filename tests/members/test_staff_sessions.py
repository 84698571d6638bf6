"""Staff: two factors, short sessions, a counter that locks (SEC-01 · A7.3.2)."""

import datetime as dt

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from core import clock
from core.models import AuditRecord, User
from members.models import CounterPin, Member
from members.operations import pins
from tests.factories import PASSWORD
from tests.members.entrance_helpers import user_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def _a_counter(settings):
    """An address under /counter/, whatever the counter's own pages are."""
    settings.ROOT_URLCONF = "tests.members.counter_urls"


def _log_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post("/account/login/", {"address": user.email or user.phone, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _later(minutes: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def test_staff_cannot_work_before_they_have_a_second_step(auditor: User, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    client = _log_in(auditor)
    assert client.get("/admin/").headers["Location"] == "/me/security/"
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(auditor, secret)
    assert client.get("/admin/").status_code == 200


def test_the_second_step_is_asked_at_log_in_and_a_wrong_one_is_refused(auditor: User, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(auditor, secret)
    client = Client()
    answer = client.post("/account/login/", {"address": auditor.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/account/second-step/authenticate/"
    client.post("/account/second-step/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    client.post("/account/second-step/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200


def test_the_secret_of_the_second_step_is_sealed(auditor: User) -> None:
    secret = totp.generate_totp_secret()
    row = totp.TOTP.activate(auditor, secret).instance
    assert secret not in str(row.data)
    assert row.data["secret"].startswith("1:")


def test_the_demo_lets_staff_in_without_and_says_so(auditor: User, settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client = _log_in(auditor)
    assert client.get("/admin/").status_code == 200
    assert "switched off here" in client.get("/me/security/").content.decode()


def test_staff_are_logged_out_after_thirty_idle_minutes(auditor: User) -> None:
    with clock.stopped(NOW):
        client = _log_in(auditor)
    with clock.stopped(_later(29)):
        assert client.get("/admin/").status_code == 200
    with clock.stopped(_later(29 + 31)):
        answer = client.get("/admin/core/auditrecord/?q=x")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/?next=%2Fadmin%2Fcore%2Fauditrecord")
    assert "_auth_user_id" not in client.session


def test_staff_are_logged_out_after_twelve_hours_however_busy(auditor: User) -> None:
    with clock.stopped(NOW):
        client = _log_in(auditor)
    for minutes in range(25, 721, 25):
        with clock.stopped(_later(minutes)):
            assert client.get("/me/security/").status_code == 200
    with clock.stopped(_later(720)):
        assert client.get("/me/security/").status_code == 302


def test_a_member_stays_for_a_month(wanqing: Member) -> None:
    with clock.stopped(NOW):
        client = _log_in(user_of(wanqing))
    with clock.stopped(_later(29 * 1440)):
        assert client.get("/me/profile/").status_code == 200
    with clock.stopped(_later(30 * 1440)):
        assert client.get("/me/profile/").status_code == 302


@pytest.mark.usefixtures("_a_counter")
def test_an_idle_counter_locks_and_a_pin_opens_it(clerk: User) -> None:
    pins.set_pin(clerk, pin="2580")
    with clock.stopped(NOW):
        client = _log_in(clerk)
    with clock.stopped(_later(6)):
        locked = client.get("/counter/till/")
        assert locked.headers["Location"] == "/counter/locked/?next=%2Fcounter%2Ftill%2F"
        assert client.get("/me/security/").status_code == 302, "a locked counter opens nothing else"
        assert client.post("/counter/locked/", {"pin": "0000", "next": "/counter/till/"}).status_code == 422
        assert (
            client.post("/counter/locked/", {"pin": "2580", "next": "/counter/till/"}).headers["Location"]
            == "/counter/till/"
        )
        assert client.get("/me/security/").status_code == 200


@pytest.mark.usefixtures("_a_counter")
def test_five_wrong_pins_end_the_session(clerk: User) -> None:
    pins.set_pin(clerk, pin="2580")
    with clock.stopped(NOW):
        client = _log_in(clerk)
    with clock.stopped(_later(6)):
        client.get("/counter/till/")
        for _ in range(5):
            client.post("/counter/locked/", {"pin": "0000"})
    assert "_auth_user_id" not in client.session
    assert AuditRecord.objects.filter(action="members.counter_pin.wrong").count() == 5
    _log_in(clerk)
    assert CounterPin.objects.get(user=clerk).wrong_tries == 0


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12", "pin_wrong_shape"),
        ("12a4", "pin_wrong_shape"),
        ("１２３４", "pin_wrong_shape"),
        ("1111", "pin_too_simple"),
        ("1234", "pin_too_simple"),
    ],
)
def test_a_pin_is_not_anything(clerk: User, pin: str, code: str) -> None:
    from core.refusals import Refusal

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == code):
        pins.set_pin(clerk, pin=pin)


def test_a_disabled_account_ends_at_its_next_request(clerk: User) -> None:
    client = _log_in(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/me/security/").status_code == 302


def test_sessions_are_listed_and_ended_from_another_device(wanqing: Member) -> None:
    here, there = _log_in(user_of(wanqing)), _log_in(user_of(wanqing))
    assert (
        "Log out everywhere else" in here.get("/account/sessions/", headers={"accept-language": "en"}).content.decode()
    )
    here.post("/account/sessions/", {"session": "others"})
    assert there.get("/me/profile/").status_code == 302
    assert here.get("/me/profile/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(wanqing: Member, stranger: Member) -> None:
    mine, hers = _log_in(user_of(stranger)), _log_in(user_of(wanqing))
    row = UserSession.objects.get(user=user_of(wanqing))
    mine.post("/account/sessions/", {"session": str(row.pk)})
    assert hers.get("/me/profile/").status_code == 200


def test_an_administrator_ends_a_session_and_it_is_on_record(administrator: User, clerk: User) -> None:
    admin, clerks = _log_in(administrator), _log_in(clerk)
    row = UserSession.objects.get(user=clerk)
    answer = admin.post("/admin/usersessions/usersession/", {"action": "end", "_selected_action": [row.pk]})
    assert answer.status_code == 302
    assert clerks.get("/me/security/").status_code == 302
    assert AuditRecord.objects.filter(action="account.end_session", actor=administrator).exists()


def test_other_staff_do_not_see_sessions(service_agent: User) -> None:
    assert _log_in(service_agent).get("/admin/usersessions/usersession/").status_code == 403


def test_what_protects_an_account_asks_for_a_fresh_proof(wanqing: Member) -> None:
    with clock.stopped(NOW - dt.timedelta(days=1)):
        client = _log_in(user_of(wanqing))
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 86_400
    session.save()
    for page in (
        "/me/change/phone/",
        "/account/password/",
        "/account/second-step/totp/activate/",
        "/account/second-step/webauthn/add/",
    ):
        assert client.get(page).headers["Location"].startswith("/account/prove/?next="), page
    answer = client.post("/account/prove/?next=/account/password/", {"action": "password", "password": PASSWORD})
    assert answer.headers["Location"] == "/account/password/"
    assert client.get("/account/password/").status_code == 200


def test_a_wrong_password_proves_nothing(wanqing: Member) -> None:
    client = _log_in(user_of(wanqing))
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    assert client.post("/account/prove/", {"action": "password", "password": "wrong"}).status_code == 422
    assert client.get("/account/password/").status_code == 302
