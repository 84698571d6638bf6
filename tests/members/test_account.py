"""Me: what I change, what I am asked, what I am sent (MEM-03, MEM-05 · C2.1, C2.3)."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from core import clock
from core.messaging import dispatch, outbox
from core.models import AuditRecord, Message
from core.refusals import Refusal
from members.models import Consent, LegalText, Member
from members.operations import consent, legal, people
from members.operations.codes import Address
from members.queries import consents, spending
from members.queries import legal as legal_queries
from tests.factories import PASSWORD
from tests.members.entrance_helpers import code_sent, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(wanqing: Member) -> Client:
    cache.clear()
    client = Client(headers={"accept-language": "en"})
    client.post("/account/login/", {"address": "13812340001", "password": PASSWORD})
    return client


def test_she_changes_her_name_and_the_trail_keeps_it_to_itself(inside: Client, wanqing: Member) -> None:
    inside.post("/me/profile/", {"name": "林 婉清", "sex": "f", "birth_on": "1988-02-29", "address": "新地址 5 号"})
    member = Member.objects.get(pk=wanqing.pk)
    assert (member.name, member.address, member.birth_month_day) == ("林 婉清", "新地址 5 号", "02-29")
    record = AuditRecord.objects.get(action="members.member.update")
    assert record.details == {"fields": ["address", "name"]}
    assert list(Member.objects.by_name("林婉清")) == [member]


@pytest.mark.parametrize("name", ["", "   ", "\x00", "1234", "x" * 101, "é" * 5_000_000], ids=str.__len__)
def test_what_is_no_name_is_refused_and_nothing_is_written(inside: Client, wanqing: Member, name: str) -> None:
    answer = inside.post("/me/profile/", {"name": name, "sex": ""})
    assert answer.status_code in {400, 413, 422}
    assert Member.objects.get(pk=wanqing.pk).name == "林婉清"


@pytest.mark.parametrize("name", ["Null", "O’Brien", "买买提·吐尔逊", "李𠮷", "محمد", "D'Arcy-Jones", "<b>Bold</b>"])
def test_what_is_a_name_is_kept_and_shown_as_text(inside: Client, wanqing: Member, name: str) -> None:
    inside.post("/me/profile/", {"name": name})
    assert Member.objects.get(pk=wanqing.pk).name == name
    assert b"<b>Bold" not in inside.get("/me/profile/").content


@pytest.mark.parametrize("day", ["2999-01-01", "1850-01-01", "31/02/1990", "29"])
def test_an_impossible_birthday_is_refused(inside: Client, wanqing: Member, day: str) -> None:
    assert inside.post("/me/profile/", {"name": "林婉清", "birth_on": day}).status_code == 422
    assert Member.objects.get(pk=wanqing.pk).birth_on == "1988-02-29"


def test_a_new_phone_is_proved_told_to_the_old_one_and_rests_spending(inside: Client, wanqing: Member) -> None:
    inside.post("/me/change/phone/", {"address": "139 0000 1111"})
    assert Member.objects.get(pk=wanqing.pk).phone == "+8613812340001"
    assert inside.post("/me/confirm/", {"code": code_sent()}).status_code == 302
    member = Member.objects.get(pk=wanqing.pk)
    assert member.phone == user_of(member).phone == "+8613900001111"
    notice = Message.objects.get(event="core.phone_changed", channel="sms")
    assert notice.address == "+8613812340001"
    assert "139****1111" in notice.context
    until = spending.rests_until(member)
    assert until is not None
    assert until - clock.now() > dt.timedelta(hours=71, minutes=59)
    with clock.stopped(clock.now() + dt.timedelta(hours=72, seconds=1)):
        assert spending.rests_until(member) is None


def test_a_phone_that_is_somebody_elses_is_refused_after_the_code_only(inside: Client, stranger: Member) -> None:
    answer = inside.post("/me/change/phone/", {"address": stranger.phone})
    assert answer.status_code == 302, "nobody learns here whose number it is"
    answer = inside.post("/me/confirm/", {"code": code_sent()})
    assert answer.status_code == 422
    assert "already belongs" in answer.content.decode()


def test_preferences_are_kept_as_decisions(inside: Client, wanqing: Member) -> None:
    inside.post("/me/preferences/", {"language": "en", "marketing_sms": "on"})
    decided = list(Consent.objects.values_list("purpose", "channel", "granted", "via").order_by("id"))
    assert decided == [
        ("reminder", "sms", False, "portal"),
        ("reminder", "email", False, "portal"),
        ("survey", "inbox", False, "portal"),
        ("survey", "email", False, "portal"),
        ("marketing", "sms", True, "portal"),
    ]
    assert Consent.objects.earliest("id").text == legal_queries.in_force("privacy")
    assert Member.objects.get(pk=wanqing.pk).language == "en"
    inside.post("/me/preferences/", {"language": "en", "marketing_sms": "on"})
    assert Consent.objects.count() == 5, "the same answer again is no new decision"


def _send(member: Member, purpose: str, channel: str, key: str) -> Message:
    with transaction.atomic():
        outbox.send(
            "account.welcome",
            key=key,
            member_id=member.pk,
            purpose=purpose,
            channels=(channel,),
            context={"number": "1"},
            due_at=clock.now() - dt.timedelta(hours=24),
        )
    with clock.stopped(dt.datetime(2026, 11, 25, 12, tzinfo=clock.zone())):
        dispatch.run(channel)
    return Message.objects.get(dedup_key__contains=f":{key}:")


@pytest.mark.parametrize(
    ("purpose", "decided", "state"),
    [
        ("service", None, "sent"),
        ("reminder", None, "sent"),
        ("reminder", False, "suppressed"),
        ("marketing", None, "suppressed"),
        ("marketing", True, "sent"),
    ],
)
def test_consent_decides_at_the_moment_of_sending(wanqing: Member, purpose: str, decided, state: str) -> None:
    if decided is not None:
        consent.decide(wanqing, {(purpose, "email"): decided}, via="portal")
    assert _send(wanqing, purpose, "email", "a").state == state


def test_a_withdrawal_stops_what_was_already_written(wanqing: Member) -> None:
    consent.decide(wanqing, {("marketing", "email"): True}, via="portal")
    with transaction.atomic():
        outbox.send(
            "account.welcome",
            key="b",
            member_id=wanqing.pk,
            purpose="marketing",
            channels=("email",),
            context={"number": "1"},
            due_at=clock.now() - dt.timedelta(hours=24),
        )
    consent.decide(wanqing, {("marketing", "email"): False}, via="portal")
    with clock.stopped(dt.datetime(2026, 11, 25, 12, tzinfo=clock.zone())):
        dispatch.run("email")
    row = Message.objects.get(dedup_key__contains=":b:")
    assert (row.state, row.suppressed_because) == ("suppressed", "no-consent")


def test_an_unproved_address_gets_nothing(counter_customer: Member) -> None:
    Member.objects.filter(pk=counter_customer.pk).update(phone_verified_at=None)
    member = Member.objects.get(pk=counter_customer.pk)
    member.email = "typed.at.the.counter@example.com"
    member.save()
    assert _send(member, "service", "email", "c").suppressed_because == "no-address"


def test_one_click_unsubscribes_and_reading_the_link_does_not(wanqing: Member) -> None:
    consent.decide(wanqing, {("marketing", "email"): True}, via="portal")
    link = f"/unsubscribe/{consent.unsubscribe_token(wanqing.pk, purpose='marketing', channel='email')}/"
    assert Client().get(link).status_code == 200
    assert consents.decisions_of(wanqing.pk) == {("marketing", "email"): True}
    assert Client().post(link).status_code == 200
    assert consents.decisions_of(wanqing.pk) == {("marketing", "email"): False}
    assert Consent.objects.latest("id").via == "unsubscribe"


def test_a_reminder_carries_its_way_out_and_a_receipt_does_not(wanqing: Member) -> None:
    reminder = _send(wanqing, "reminder", "email", "e")
    link = re.search(r"http://\S+(/unsubscribe/\S+)", reminder.body)
    assert link is not None
    assert Client().post(link[1]).status_code == 200
    assert consents.decisions_of(wanqing.pk) == {("reminder", "email"): False}
    assert "/unsubscribe/" not in _send(wanqing, "service", "email", "f").body


@pytest.mark.parametrize("token", ["x", "WzEsIm1hcmtldGluZyIsImVtYWlsIl0:1abc:forged", "a:b:c"])
def test_a_forged_unsubscribe_link_does_nothing(token: str) -> None:
    assert Client().post(f"/unsubscribe/{token}/").status_code == 400
    assert not Consent.objects.exists()


def test_decisions_of_many_cost_one_statement(household, django_assert_num_queries) -> None:
    members = list(household.members.all())
    for member in members:
        consent.decide(member, {("marketing", "sms"): True, ("profiling", ""): True}, via="portal")
    with django_assert_num_queries(1):
        found = consents.decisions_of_many([member.pk for member in members])
    assert len(found) == 3


def test_a_new_version_holds_from_its_day_and_old_ones_stay_readable(director, settings) -> None:
    bodies = {language: f"# New\n\nText in {language}." for language, _ in settings.LANGUAGES}
    tomorrow = clock.today() + dt.timedelta(days=1)
    text = legal.publish("terms", bodies=bodies, effective_on=tomorrow, by=director)
    assert text.version == 2
    assert legal_queries.in_force("terms").version == 1
    assert legal_queries.in_force("terms", on=tomorrow).version == 2
    for day, code in (
        (clock.today() - dt.timedelta(days=1), "legal_text_in_the_past"),
        (tomorrow, "legal_text_unchanged"),
    ):
        with pytest.raises(Refusal) as refused:
            legal.publish("terms", bodies=bodies, effective_on=day, by=director)
        assert refused.value.code == code
    page = Client().get("/legal/terms/2/").content.decode()
    assert "not in force yet" in page
    assert Client().get("/legal/terms/1/").status_code == 200
    assert Client().get("/legal/terms/9/").status_code == 404
    assert Client().get("/legal/nonsense/").status_code == 404


def test_shipped_texts_are_there_in_every_language_and_promise_no_unlawful_thing(settings) -> None:
    assert LegalText.objects.filter(version=1).count() == len(LegalText.Kind.values)
    for text in LegalText.objects.all():
        for language, _ in settings.LANGUAGES:
            body = text.bodies[language]
            assert len(body) > (500 if language == "en" else 200)
            for forbidden in ("no refund", "non-refundable", "概不退", "不予退", "不退款", "概不退換"):
                assert forbidden not in body.lower()


def test_a_member_never_opens_the_page_of_another(inside: Client, stranger: Member) -> None:
    assert stranger.name not in inside.get("/me/profile/").content.decode()
    assert inside.get(f"/admin/members/member/{stranger.pk}/").status_code in {302, 403}


def test_change_of_email_needs_a_proof_of_the_new_one(wanqing: Member) -> None:
    people.change_address(wanqing, verified=Address("email", "new@example.com"), by=user_of(wanqing))
    member = Member.objects.get(pk=wanqing.pk)
    assert member.email == user_of(member).email == "new@example.com"
    assert member.phone_changed_at is None
    assert (
        Message.objects.filter(event="core.email_changed", channel="email").get().address == "wanqing.lin@example.com"
    )
