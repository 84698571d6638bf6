"""What is announced, as it is seen (MEM-11): above the pages of every face, in the list, read, put away."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Store, User
from members.models import LegalText, Member
from members.operations import legal, pins
from service_desk.knowledge.models import Announcement, AnnouncementReading
from service_desk.knowledge.operations.announcements import Wording
from tests.service_desk.knowledge import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is renewed as transactions end, which in a test is at once."""
    monkeypatch.setattr("service_desk.knowledge.queries.kept.transaction.on_commit", lambda call: call())


@pytest.fixture
def her(client: Client, wanqing: Member) -> Client:
    assert wanqing.user is not None
    client.force_login(wanqing.user)
    return client


def read(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_it_stands_above_every_portal_page_until_put_away(her: Client, wanqing: Member) -> None:
    row = desk.announced("Closed on Monday", is_pinned=True)
    for path in ("/me/points/", "/me/news/", "/help/", "/inbox/"):
        assert "Closed on Monday" in read(her, path)
    answer = her.post(f"/me/news/{row.pk}/dismiss/", {"next": "/me/points/"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/points/")
    assert "Closed on Monday" not in read(her, "/me/points/")
    assert "Closed on Monday" in read(her, "/me/news/")


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", ""])
def test_putting_away_leads_back_to_our_own_pages_only(her: Client, back: str) -> None:
    row = desk.announced(is_pinned=True)
    assert her.post(f"/me/news/{row.pk}/dismiss/", {"next": back})["Location"] == "/me/news/"


def test_what_is_new_is_counted_beside_news_until_it_was_read(her: Client) -> None:
    row = desk.announced()
    desk.announced("Another")
    assert '<span class="count push">2<' in read(her, "/me/points/")
    page = read(her, f"/me/news/{row.pk}/")
    assert 'hx-post="/me/news/read/"' in page
    assert her.post("/me/news/read/", {"one": row.pk}).status_code == 204
    assert '<span class="count push">1<' in read(her, "/me/points/")
    her.post("/me/news/read/")
    assert '<span class="count push">' not in read(her, "/me/points/")
    assert AnnouncementReading.objects.count() == 2


def test_reading_a_page_changes_nothing(her: Client) -> None:
    row = desk.announced()
    read(her, "/me/news/")
    read(her, f"/me/news/{row.pk}/")
    assert not AnnouncementReading.objects.exists()
    assert her.get(f"/me/news/{row.pk}/dismiss/").status_code == 405
    assert her.get("/me/news/read/").status_code == 405


def test_what_does_not_concern_her_does_not_exist(her: Client) -> None:
    for row in (
        desk.announced(audience="staff"),
        desk.announced(audience="tiers", tiers=("platinum",)),
        desk.asked()[0],
    ):
        assert her.get(f"/me/news/{row.pk}/").status_code == 404
        assert her.post(f"/me/news/{row.pk}/dismiss/").status_code == 404
        assert her.post("/me/news/read/", {"one": row.pk}).status_code == 404
    assert her.post("/me/news/read/", {"one": "9" * 30}).status_code == 404
    assert not AnnouncementReading.objects.exists()


def test_colleagues_read_theirs_in_the_back_office_and_at_the_counter(
    client: Client, clerk: User, store: Store
) -> None:
    desk.announced("Stock-taking on Sunday", audience="store-staff", is_pinned=True)
    pins.set_pin(clerk, pin="2580")
    client.force_login(clerk)
    assert "Stock-taking on Sunday" in read(client, "/counter/")
    assert "Stock-taking on Sunday" in read(client, "/admin/")
    assert "Stock-taking on Sunday" in read(client, "/me/news/")


def test_a_change_of_policy_leads_to_the_text_that_changes(her: Client) -> None:
    legal.publish_shipped()
    text = LegalText.objects.get(kind="privacy", version=1)
    row = desk.announced("Our privacy policy changes", kind="policy", legal_text=text)
    assert "/legal/privacy/1/" in read(her, f"/me/news/{row.pk}/")


def test_it_is_read_in_the_readers_language(her: Client) -> None:
    words = {"en": Wording("Closed", "Monday."), "zh-hant": Wording("休息", "週一。")}
    desk.announced(wordings=words, is_pinned=True)
    assert "休息" in read(her, "/me/points/", "zh-hans")
    assert "Closed" in read(her, "/me/points/", "en")


def test_an_attack_in_an_announcement_is_shown_as_text(her: Client) -> None:
    attack = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    row = desk.announced(is_pinned=True, wordings={"en": Wording(attack, attack, f"{attack}\n[x](/me/)")})
    for path in ("/me/points/", "/me/news/", f"/me/news/{row.pk}/"):
        page = read(her, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_pages_ask_no_more_with_many_announcements_than_with_one(her: Client) -> None:
    def asked(path: str) -> int:
        read(her, path)
        with CaptureQueriesContext(connection) as seen:
            read(her, path)
        return len(seen)

    before = asked("/me/points/")
    desk.announced(is_pinned=True)
    few = [asked("/me/points/"), asked("/me/news/")]
    for number in range(8):
        desk.announced(f"Number {number}", is_pinned=True)
    assert [asked("/me/points/"), asked("/me/news/")] == few
    assert few[0] == before, "an announcement costs a page nothing once it is kept"
    assert Announcement.objects.count() == 9
