"""Announcements (MEM-11): two people, to whom, from when to when, put away, read, taken back; and nothing asked in vain."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import approvals, clock
from core.models import AuditRecord, Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import MemberTier
from members.models import LegalText, Member
from members.operations import legal
from service_desk.knowledge.models import Announcement, AnnouncementReading
from service_desk.knowledge.operations import announcements, readings
from service_desk.knowledge.operations.announcements import Wording
from service_desk.knowledge.queries import concerned, kept, news
from tests import factories
from tests.cards.factories import ActiveCardFactory
from tests.service_desk.knowledge import desk
from tests.service_desk.knowledge.conftest import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _committed(django_capture_on_commit_callbacks):
    """What is kept is renewed as transactions end, which in a test is at once."""
    from django.db import transaction

    patch = pytest.MonkeyPatch()
    patch.setattr(transaction, "on_commit", lambda call, **_: None)
    patch.setattr("service_desk.knowledge.queries.kept.transaction.on_commit", lambda call: call())
    yield
    patch.undo()


def seen_by(user: User | None) -> list[str]:
    assert user is not None
    return [one.worded["en"][0] for one in news.of(user)[0]]


def test_nobody_sees_an_announcement_until_a_second_person_agreed(wanqing: Member) -> None:
    _row, request = desk.asked()
    assert seen_by(wanqing.user) == []
    approvals.approve(request, by=desk.decider())
    assert seen_by(wanqing.user) == ["Closed on Monday"]
    assert broken() == []


def test_nobody_decides_his_own_announcement() -> None:
    both = factories.StaffFactory.create(roles={"member_service": None, "operations_director": None})
    row = announcements.begin(desk.notice(), by=both)
    request = announcements.publish(row, reason="Mine", by=both)
    with pytest.raises(Refusal) as refused:
        approvals.approve(request, by=both)
    assert refused.value.code == "four_eyes"


def test_each_audience_sees_its_own(wanqing: Member, stranger: Member, clerk: User, planner: User) -> None:
    MemberTier.objects.create(member=wanqing, tier="gold", since_on=clock.today(), decided_on=clock.today())
    card = ActiveCardFactory.create(holder=stranger)
    for title, more in (
        ("members", {"audience": "members"}),
        ("gold", {"audience": "tiers", "tiers": ("gold",)}),
        ("normal", {"audience": "tiers", "tiers": ("normal",)}),
        ("holders", {"audience": "holders", "products": (card.product_id,)}),
        ("stores", {"audience": "store-staff"}),
        ("staff", {"audience": "staff"}),
    ):
        desk.announced(title, **more)
    seen = {
        one: set(seen_by(user))
        for one, user in (("w", wanqing.user), ("s", stranger.user), ("c", clerk), ("p", planner))
    }
    assert seen == {
        "w": {"members", "gold"},
        "s": {"members", "normal", "holders"},
        "c": {"stores", "staff"},
        "p": {"staff"},
    }
    rows = {row.text("en").title: row for row in Announcement.objects.all()}
    told = {title: set(concerned.members(row)) for title, row in rows.items()}
    buyer = card.purchaser
    assert told["members"] == {wanqing, stranger, buyer}
    assert (told["gold"], told["normal"], told["holders"]) == ({wanqing}, {stranger, buyer}, {stranger})
    assert set(concerned.colleagues(rows["stores"])) == {clerk}
    assert {clerk, planner} <= set(concerned.colleagues(rows["staff"]))


def test_it_is_on_from_its_moment_until_its_end(wanqing: Member, noon: dt.datetime) -> None:
    user = wanqing.user
    with clock.stopped(noon):
        desk.announced(starts_at=noon + desk.days(1), ends_at=noon + desk.days(2))
        assert seen_by(user) == []
    for moment, there in ((24 * 60 - 1, False), (24 * 60, True), (48 * 60 - 1, True), (48 * 60, False)):
        with clock.stopped(noon + dt.timedelta(minutes=moment)):
            assert bool(seen_by(user)) is there


def test_what_waited_beyond_its_beginning_begins_with_the_decision(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        row, request = desk.asked(starts_at=noon)
    with clock.stopped(noon + desk.days(1)):
        approvals.approve(request, by=desk.decider())
        row.refresh_from_db()
        assert row.starts_at == noon + desk.days(1)


def test_what_is_over_by_now_is_neither_asked_for_nor_decided(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        _row, request = desk.asked(ends_at=noon + desk.days(1))
        late = announcements.begin(desk.notice(ends_at=noon + desk.days(1)), by=desk.writer())
    with clock.stopped(noon + desk.days(1)):
        for attempt in (
            lambda: approvals.approve(request, by=desk.decider()),
            lambda: announcements.publish(late, reason="x", by=desk.writer()),
        ):
            with pytest.raises(Refusal) as refused:
                attempt()
            assert refused.value.code == "news_is_over"


def test_a_published_announcement_is_not_changed_but_taken_back(wanqing: Member) -> None:
    row = desk.announced()
    with pytest.raises(Refusal) as refused:
        announcements.edit(row, desk.notice("Other"), by=desk.writer())
    assert refused.value.code == "news_is_decided"
    announcements.withdraw(row, reason="The date was wrong.", by=desk.writer())
    assert seen_by(wanqing.user) == []
    assert AuditRecord.objects.get(action="service_desk.announcement.withdraw").reason == "The date was wrong."


def test_a_rejected_announcement_is_a_draft_again(wanqing: Member) -> None:
    row, request = desk.asked()
    approvals.reject(request, by=desk.decider(), reason="Say which store.")
    row.refresh_from_db()
    assert (row.state, row.approval) == ("draft", None)
    announcements.edit(row, desk.notice("Nanjing Road is closed on Monday"), by=desk.writer())
    assert row.texts.get().title == "Nanjing Road is closed on Monday"


def test_a_change_of_policy_names_the_legal_text(wanqing: Member) -> None:
    legal.publish_shipped()
    text = LegalText.objects.get(kind="privacy", version=1)
    assert desk.announced(kind="policy", legal_text=text).legal_text == text
    with pytest.raises(RuleBroken):
        desk.asked(kind="policy")


@pytest.mark.parametrize(
    "wordings", [{}, {"en": Wording("", "x")}, {"en": Wording("x", " ")}, {"en": Wording("x", "y", "[a](//evil)")}]
)
def test_half_a_wording_and_a_link_that_leaves_are_refused(wordings: dict[str, Wording]) -> None:
    with pytest.raises(RuleBroken):
        announcements.begin(desk.notice(wordings=wordings), by=desk.writer())
    assert not Announcement.objects.exists()


def test_it_stands_above_the_pages_until_put_away_and_stays_in_the_list(wanqing: Member, stranger: Member) -> None:
    row = desk.announced(is_pinned=True)
    desk.announced("Quiet")
    user = wanqing.user
    assert user is not None
    assert [one.pk for one in news.banners(*news.of(user))] == [row.pk]
    readings.dismiss(row.pk, by=user)
    assert news.banners(*news.of(user)) == []
    assert stranger.user is not None
    assert [one.pk for one in news.banners(*news.of(stranger.user))] == [row.pk]
    assert {one.pk for one in news.listed(user)} == set(Announcement.objects.values_list("pk", flat=True))


def test_the_weightiest_stands_on_top(wanqing: Member) -> None:
    for importance in ("normal", "urgent", "important"):
        desk.announced(importance, is_pinned=True, importance=importance)
    assert wanqing.user is not None
    assert [one.importance for one in news.banners(*news.of(wanqing.user))] == ["urgent", "important", "normal"]


def test_unread_counts_what_is_on_and_was_not_opened(wanqing: Member) -> None:
    user = wanqing.user
    assert user is not None
    first, _second = desk.announced("One"), desk.announced("Two")
    assert news.unread(*news.of(user)) == 2
    readings.read([first.pk], by=user)
    readings.read([first.pk], by=user)
    assert news.unread(*news.of(user)) == 1
    assert AnnouncementReading.objects.get(user=user).read_at is not None


def test_pages_ask_nothing_while_it_is_kept_and_one_statement_when_nothing_is(wanqing: Member) -> None:
    user = wanqing.user
    assert user is not None

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            shown = news.of(user)
            news.banners(*shown)
            news.unread(*shown)
        return len(seen)

    assert (asked(), asked()) == (1, 0)
    desk.announced(is_pinned=True)
    asked()
    assert asked() == 0
    cache.clear()
    kept.forget()
    assert asked() == 2  # what is on, and what of it she has read


def test_a_cache_that_is_away_hides_no_announcement(wanqing: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.announced(is_pinned=True)

    def away(*_args: object, **_more: object) -> None:
        raise ConnectionError

    for name in ("get", "add", "set"):
        monkeypatch.setattr(cache, name, away)
    assert wanqing.user is not None
    assert len(news.banners(*news.of(wanqing.user))) == 1


def test_old_news_leaves_the_list_but_not_its_address(wanqing: Member, noon: dt.datetime) -> None:
    with clock.stopped(noon):
        row = desk.announced()
    user = wanqing.user
    assert user is not None
    with clock.stopped(noon + desk.days(181)):
        assert news.listed(user) == []
        assert news.one_of(user, row.pk) == row


def test_who_has_no_right_announces_nothing(auditor: User, store: Store) -> None:
    row = announcements.begin(desk.notice(), by=desk.writer())
    for attempt in (
        lambda: announcements.begin(desk.notice(), by=auditor),
        lambda: announcements.edit(row, desk.notice(), by=auditor),
        lambda: announcements.publish(row, reason="x", by=auditor),
        lambda: announcements.withdraw(row, reason="x", by=auditor),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.status == 403
