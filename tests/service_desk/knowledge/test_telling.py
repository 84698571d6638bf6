"""Announcements as messages (MEM-11): each reader once, in batches that resume, consent asked when they leave."""

import pytest

from core import sweeps
from core.messaging import dispatch
from core.models import Message
from members.models import Member
from members.operations import consent
from service_desk.knowledge.jobs import TellNews
from service_desk.knowledge.operations import announcements
from service_desk.knowledge.operations.announcements import Wording
from tests import factories
from tests.service_desk.knowledge import desk

pytestmark = pytest.mark.django_db
THREE = {
    "en": Wording("Longer hours", "From Monday on.", "**Open** until nine. [More](/help/)"),
    "zh-hans": Wording("延长营业", "下周一起。", "营业到九点。"),
}


def tell() -> int:
    return sweeps.run("news.tell").done


def send() -> None:
    for channel in ("inbox", "email"):
        dispatch.run(channel)


def letters(channel: str = "inbox") -> dict[int | None, tuple[str, str, str]]:
    rows = Message.objects.filter(event="news.announced", channel=channel)
    return {row.member_id: (row.state, row.subject, row.body) for row in rows}


def test_every_member_concerned_is_told_once_in_her_language(wanqing: Member, stranger: Member) -> None:
    row = desk.announced(sends_message=True, wordings=THREE)
    assert tell() == 4  # two members, inbox and e-mail
    assert tell() == 0
    row.refresh_from_db()
    assert row.told_at is not None
    send()
    told = letters()
    assert told[wanqing.pk] == ("sent", "延长营业", "下周一起。\n\n营业到九点。")
    assert told[stranger.pk][1:] == (
        "Longer hours",
        "From Monday on.\n\nOpen until nine. More (http://localhost:8000/help/)",
    )


def test_what_is_not_to_be_sent_is_not_sent(wanqing: Member) -> None:
    desk.announced()
    desk.asked(sends_message=True)
    assert tell() == 0
    assert not Message.objects.filter(event="news.announced").exists()


def test_it_is_not_told_before_it_begins(wanqing: Member, noon) -> None:
    from core import clock

    with clock.stopped(noon):
        desk.announced(sends_message=True, starts_at=noon + desk.days(1))
        assert tell() == 0
    with clock.stopped(noon + desk.days(1)):
        assert tell() > 0


def test_offers_reach_only_those_who_want_offers(wanqing: Member, stranger: Member) -> None:
    factories.LegalTextFactory.create()
    consent.decide(wanqing, {("marketing", "inbox"): True, ("marketing", "email"): False}, via="portal")
    desk.announced(kind="new", purpose="marketing", sends_message=True)
    tell()
    send()
    states = {
        (row.member_id, row.channel): (row.state, row.suppressed_because)
        for row in Message.objects.filter(event="news.announced")
    }
    assert states[wanqing.pk, "inbox"][0] == "sent"
    assert states[wanqing.pk, "email"] == ("suppressed", "no-consent")
    assert states[stranger.pk, "inbox"] == ("suppressed", "no-consent")


def test_what_is_withdrawn_before_it_leaves_is_not_told(wanqing: Member) -> None:
    row = desk.announced(sends_message=True)
    tell()
    announcements.withdraw(row, reason="Wrong day", by=desk.writer())
    send()
    assert set(Message.objects.filter(event="news.announced").values_list("state", "suppressed_because")) == {
        ("suppressed", "no-longer-true")
    }


def test_a_run_that_was_interrupted_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    members = factories.MemberFactory.create_batch(7)
    row = desk.announced(sends_message=True)
    monkeypatch.setattr(TellNews, "batch", 3)
    sweep = TellNews()
    keys = sweep.claim(None, 3)
    assert [reader for _row, reader in keys] == [member.pk for member in members[:3]]
    sweep.process(keys)
    row.refresh_from_db()
    assert row.told_through == members[2].pk
    tell()
    assert Message.objects.filter(event="news.announced", channel="inbox").count() == 7
    row.refresh_from_db()
    assert row.told_at is not None


def test_colleagues_are_told_too(clerk, planner) -> None:
    desk.announced(audience="store-staff", sends_message=True)
    tell()
    told = Message.objects.filter(event="news.announced", channel="inbox").values_list("recipient", flat=True)
    assert set(told) == {clerk.pk}


def test_closed_accounts_are_told_nothing(wanqing: Member, stranger: Member) -> None:
    Member.objects.filter(pk=stranger.pk).update(state=Member.State.CLOSED)
    desk.announced(sends_message=True)
    tell()
    assert set(letters()) == {wanqing.pk}
