"""Joining and logging in (MEM-01 · B3.2), attacked."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from core import clock
from core.models import AuditRecord, Message, User
from members.models import Acceptance, Consent, Member, OneTimeCode
from tests.factories import PASSWORD
from tests.members.entrance_helpers import E164, PHONE, ask_to_join, code_sent, is_inside, type_code, user_of, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def test_a_visitor_joins_by_phone_and_sets_a_password(client: Client) -> None:
    assert ask_to_join(client, offers_sms="on").headers["Location"] == "/account/code/"
    assert type_code(client).headers["Location"] == "/account/welcome/"
    member = Member.objects.get()
    assert (member.name, member.phone, user_of(member).phone) == ("Li Na", E164, E164)
    assert member.phone_verified_at
    assert user_of(member).phone_verified_at
    assert {a.text.kind for a in Acceptance.objects.filter(member=member)} == {"terms", "privacy"}
    decided = Consent.objects.filter(member=member).values_list("purpose", "channel", "granted", "via")
    assert list(decided) == [("marketing", "sms", True, "sign-up")]
    assert client.post("/account/password/", {"password": "river stone lamp"}).status_code == 302
    assert is_inside(client)
    other = Client()
    assert (
        other.post("/account/login/", {"address": "139 1234 5678", "password": "river stone lamp"}).status_code == 302
    )
    assert is_inside(other)


def test_a_visitor_joins_by_email(client: Client) -> None:
    ask_to_join(client, "Li.Na@Example.com")
    type_code(client)
    member = Member.objects.get()
    assert member.email == "Li.Na@example.com"
    assert member.phone is None
    assert is_inside(client)


@pytest.mark.parametrize(
    "typed", ["13912345678", "139 1234 5678", "＋８６ １３９１２３４５６７８", "+86-139-1234-5678", "008613912345678"]
)
def test_one_phone_however_it_is_typed(client: Client, typed: str) -> None:
    ask_to_join(client, typed)
    type_code(client)
    assert Member.objects.get().phone == E164


def test_agreement_is_a_box_that_somebody_ticks(client: Client) -> None:
    answer = client.post("/account/join/", {"name": "Li Na", "address": PHONE})
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_extra_fields_are_ignored(client: Client) -> None:
    ask_to_join(client, is_staff="on", number="1", tier="gold", state="closed")
    type_code(client)
    member = Member.objects.get()
    assert not user_of(member).is_staff
    assert member.state == "active"


def test_a_wrong_code_is_refused_and_counted(client: Client) -> None:
    ask_to_join(client)
    answer = type_code(client, wrong(code_sent()))
    assert answer.status_code == 422
    assert "Tries left: 4" in answer.content.decode()
    assert OneTimeCode.objects.get().wrong_tries == 1


def test_five_wrong_tries_end_a_code_even_for_the_right_one(client: Client) -> None:
    ask_to_join(client)
    for _ in range(5):
        type_code(client, wrong(code_sent()))
    assert type_code(client).status_code == 422
    assert not is_inside(client)


def test_an_old_code_is_refused(client: Client) -> None:
    ask_to_join(client)
    with clock.stopped(clock.now() + dt.timedelta(minutes=10, seconds=1)):
        assert "no longer valid" in type_code(client).content.decode()


def test_a_used_code_is_refused(client: Client) -> None:
    ask_to_join(client)
    code, pending = code_sent(), client.session["entrance.pending"]
    type_code(client, code)
    replay = Client()
    session = replay.session
    session["entrance.pending"] = pending
    session.save()
    assert "already been used" in type_code(replay, code).content.decode()
    assert not is_inside(replay)


def test_a_code_is_worth_nothing_in_another_browser(client: Client) -> None:
    ask_to_join(client)
    code = code_sent()
    thief = Client(REMOTE_ADDR="203.0.113.9")
    with clock.stopped(clock.now() + dt.timedelta(seconds=61)):
        ask_to_join(thief)
        assert type_code(thief, code).status_code == 422
    assert not is_inside(thief)


def test_full_width_digits_and_spaces_in_a_code_are_forgiven(client: Client) -> None:
    ask_to_join(client)
    type_code(client, " ".join(chr(ord(digit) + 0xFEE0) for digit in code_sent()))
    assert is_inside(client)


def test_a_second_code_waits_a_minute(client: Client) -> None:
    ask_to_join(client)
    client.post("/account/code/resend/")
    assert OneTimeCode.objects.count() == 1
    with clock.stopped(clock.now() + dt.timedelta(seconds=61)):
        client.post("/account/code/resend/")
    assert OneTimeCode.objects.count() == 2


def test_one_phone_gets_no_more_than_five_codes_an_hour(client: Client) -> None:
    start = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
    for turn in range(8):
        with clock.stopped(start + dt.timedelta(minutes=2 * turn)):
            ask_to_join(client)
    assert OneTimeCode.objects.count() == 5


def test_the_budget_of_the_day_holds_over_all_phones(client: Client, settings) -> None:
    settings.CODE_DAILY_BUDGET = {"sms": 3, "email": 100}
    answers = [ask_to_join(Client(REMOTE_ADDR=f"198.51.100.{n}"), f"1391234567{n}") for n in range(5)]
    assert OneTimeCode.objects.count() == 3
    assert "Too many codes" in answers[-1].content.decode()


def test_a_shop_full_of_guests_shares_one_address(client: Client) -> None:
    for n in range(40):
        assert ask_to_join(Client(), f"139123456{n:02}").status_code == 302


def test_a_blank_post_is_an_answer_and_no_fault(client: Client) -> None:
    for page in ("/account/login/", "/account/login/code/", "/account/join/"):
        assert client.post(page, {}).status_code == 422
    assert client.post("/account/code/", {}).status_code == 302
    assert client.post("/account/code/resend/", {}).status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, wanqing: Member) -> None:
    def seen(address: str, page: str, **more: str) -> tuple[int, str, str]:
        browser = Client()
        answer = browser.post(page, {"address": address, **more})
        after = browser.get("/account/code/").content.decode() if answer.status_code == 302 else answer.content.decode()
        for secret in (address, "138****0001", "139****5678"):
            after = after.replace(secret, "")
        body = "\n".join(line for line in after.splitlines() if "csrf" not in line.lower())
        return answer.status_code, answer.headers.get("Location", ""), body

    known, unknown = "13812340001", PHONE
    join = {"name": "X Y", "agreed": "on"}
    assert seen(known, "/account/login/code/") == seen(unknown, "/account/login/code/")
    with clock.stopped(clock.now() + dt.timedelta(seconds=61)):
        assert seen(known, "/account/join/", **join) == seen(unknown, "/account/join/", **join)
    assert seen(known, "/account/login/", password="nonsense12") == seen(
        unknown, "/account/login/", password="nonsense12"
    )


def test_a_password_try_costs_the_same_for_an_unknown_address(wanqing: Member, django_assert_num_queries) -> None:
    from django.contrib.auth import hashers

    hashed: list[str] = []

    class Counting(hashers.MD5PasswordHasher):
        def encode(self, password: str, salt: str) -> str:
            hashed.append(password)
            return super().encode(password, salt)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashers, "get_hashers", lambda: [Counting()])
        patch.setattr(hashers, "get_hasher", lambda *_: Counting())
        for address in ("13812340001", PHONE):
            hashed.clear()
            Client().post("/account/login/", {"address": address, "password": "nonsense12"})
            assert len(hashed) == 1
    assert AuditRecord.objects.filter(action="account.log_in_failed").count() == 2


def test_eight_wrong_passwords_rest_an_address(client: Client, wanqing: Member) -> None:
    for _ in range(8):
        client.post("/account/login/", {"address": "13812340001", "password": "nonsense12"})
    answer = client.post("/account/login/", {"address": "13812340001", "password": PASSWORD})
    assert answer.status_code == 429
    assert not is_inside(client)


def test_logging_in_with_a_code_to_an_address_nobody_has_ends_in_joining(client: Client) -> None:
    client.post("/account/login/code/", {"address": PHONE})
    assert type_code(client).headers["Location"] == "/account/join/finish/"
    assert not User.objects.exists()
    client.post("/account/join/finish/", {"name": "Li Na", "agreed": "on"})
    assert Member.objects.get().phone == E164


def test_joining_again_logs_in_and_makes_no_second_account(client: Client, wanqing: Member) -> None:
    ask_to_join(client, "13812340001", name="Somebody Else")
    type_code(client)
    assert is_inside(client)
    assert Member.objects.count() == 1
    assert Member.objects.get().name == "林婉清"


def test_a_closed_account_is_not_let_in(client: Client, wanqing: Member) -> None:
    User.objects.filter(pk=user_of(wanqing).pk).update(is_active=False)
    client.post("/account/login/code/", {"address": "13812340001"})
    assert type_code(client).headers["Location"] == "/account/inactive/"
    assert not is_inside(client)
    answer = client.post("/account/login/", {"address": "13812340001", "password": PASSWORD})
    assert "do not match" in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/x", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_elsewhere_after_logging_in(client: Client, wanqing: Member, target: str) -> None:
    answer = client.post("/account/login/", {"address": "13812340001", "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]
    assert "javascript" not in answer.headers["Location"]


def test_a_log_in_leads_back_to_where_one_was_going(client: Client, wanqing: Member) -> None:
    client.post("/account/login/code/?next=/me/preferences/", {"address": "13812340001"})
    assert type_code(client).headers["Location"] == "/me/preferences/"


def test_a_session_gets_a_new_key_at_log_in(client: Client, wanqing: Member) -> None:
    client.get("/account/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies.load({"sessionid": before or ""})
    client.post("/account/login/", {"address": "13812340001", "password": PASSWORD})
    assert is_inside(client)
    assert client.session.session_key != before


def test_where_she_came_from_is_remembered(client: Client, store, wanqing: Member, clerk: User) -> None:
    staff_number = clerk.employment.staff_number
    client.get(f"/legal/terms/?src=event&utm_campaign=spring&store=NJ1&staff={staff_number}&ref={wanqing.invite_code}")
    ask_to_join(client)
    type_code(client)
    member = Member.objects.get(source_campaign="spring")
    assert (member.source, member.source_store, member.source_staff) == ("event", store, clerk)
    assert member.referred_by == wanqing


def test_a_source_made_of_rubbish_changes_nothing(client: Client) -> None:
    client.get("/legal/terms/?src=<script>&store=%00&ref=0&utm_campaign=" + "x" * 500)
    ask_to_join(client)
    type_code(client)
    assert Member.objects.get().source == "web"


def test_codes_are_forgotten_after_a_day_and_ended_sessions_too(client: Client) -> None:
    from django.contrib.sessions.models import Session

    from members import jobs

    ask_to_join(client)
    with clock.stopped(clock.now() + dt.timedelta(hours=23)):
        jobs.tidy_entrance()
    assert OneTimeCode.objects.count() == 1
    with clock.stopped(clock.now() + dt.timedelta(days=40)):
        jobs.tidy_entrance()
    assert not OneTimeCode.objects.exists()
    assert not Session.objects.exists()
