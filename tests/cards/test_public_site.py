"""CARD-06, CARD-08: the public pages."""

import datetime as dt
import io
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from cards.operations import prices, products
from core import approvals, clock, kept_pages
from core.models import User
from members.models import Member
from tests.cards import products as shelf

pytestmark = pytest.mark.django_db
PAGES = ("/", "/cards/", "/questions/")


@pytest.fixture(autouse=True)
def _fresh_showcase():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_when_nothing_is_on_sale(client: Client, page: str, language: str):
    assert client.get(page, headers={"accept-language": language}).status_code == 200


def test_a_card_shows_its_price_its_benefits_with_limits_and_what_it_saves(
    client: Client, planner: User, director: User
):
    shelf.on_sale(by=planner, approver=director)
    for page in ("/", "/cards/", "/cards/lake/"):
        text = client.get(page).content.decode()
        assert "City Annual Card" in text
        assert "¥299" in text
        assert "A coffee a day" in text
        assert "once a day, 20 times a month" in text
        assert "¥830" in text  # 30 coffees of ¥28 and 3 breakfasts of ¥98, less the price, rounded down
    page = client.get("/cards/lake/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "都会年卡" in page
    assert "双人早餐" in page


def _queries(client: Client, page: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return len(asked)


@pytest.mark.parametrize("page", ["/", "/cards/", "/cards/lake/"])
def test_queries_do_not_grow_with_the_cards(client: Client, planner: User, director: User, page: str):
    shelf.on_sale(by=planner, approver=director)
    _queries(client, page)  # what a process keeps for a minute is there
    one = _queries(client, page)
    for number in range(4):
        shelf.on_sale(by=planner, approver=director, code=f"card-{number}", prefix=f"8{number}22")
    assert _queries(client, page) == one <= 5


def test_the_showcase_is_read_once_a_minute(client: Client, planner: User, director: User, django_assert_num_queries):
    shelf.on_sale(by=planner, approver=director)
    client.get("/")
    with django_assert_num_queries(0):
        client.get("/")
        client.get("/cards/")


def test_drafts_pilots_and_retired_cards_are_not_there(client: Client, planner: User, director: User):
    version = shelf.draft(by=planner)
    assert client.get("/cards/lake/").status_code == 404
    assert client.get("/cards/nothing/").status_code == 404
    product = shelf.on_sale(by=planner, approver=director, code="gone", prefix="8622")
    products.retire(product, by=planner, reason="Replaced")
    assert client.get("/cards/gone/").status_code == 404
    assert client.get(f"/cards/{version.product.code}/social.png").status_code == 404


def test_a_suspended_card_says_so_and_sells_nothing(client: Client, planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    products.suspend(product, by=planner, reason="Misprint")
    page = client.get("/cards/lake/").content.decode()
    assert "Not on sale at the moment" in page
    assert "/buy/" not in page
    assert "Misprint" not in page
    assert "City Annual Card" not in client.get("/cards/").content.decode()


def test_a_price_that_comes_is_announced(
    client: Client, planner: User, director: User, finance: User, noon: dt.datetime
):
    with clock.stopped(noon):
        product = shelf.on_sale(by=planner, approver=director)
        asked = prices.propose(
            product, amount_minor=34_900, starts_on=dt.date(2027, 1, 1), by=planner, reason="Costs rose"
        )
        approvals.approve(asked, by=finance)
        page = client.get("/cards/lake/").content.decode()
    assert "From 1\xa0January 2027 the price is ¥349" in page
    assert "¥299" in page


def test_where_a_visitor_came_from_is_kept_for_thirty_days_and_nothing_else_is(client: Client):
    kept = client.get("/?src=store-NJ1").cookies["source"]
    assert (kept.value, kept["max-age"], kept["httponly"], kept["samesite"]) == ("store-NJ1", 2_592_000, True, "Lax")
    for nonsense in ("price-1", "store-<script>", "store-" + "x" * 60, "", "store"):
        assert "source" not in Client().get("/", {"src": nonsense}).cookies


def test_a_shared_link_shows_a_picture_of_its_own(client: Client, planner: User, director: User):
    shelf.on_sale(by=planner, approver=director)
    page = client.get("/cards/lake/").content.decode()
    assert '<meta property="og:image" content="http://testserver/cards/lake/social.png">' in page
    for language in ("en", "zh-hans"):
        answer = client.get("/cards/lake/social.png", headers={"accept-language": language})
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_a_name_cannot_break_out_of_the_page(client: Client, planner: User, director: User):
    shelf.on_sale(by=planner, approver=director, name='"><script>alert(1)</script>')
    for page in ("/", "/cards/", "/cards/lake/"):
        assert "<script>alert(1)" not in client.get(page).content.decode()


def test_a_change_of_a_product_or_price_shows_at_once(
    client: Client, planner: User, director: User, finance: User, django_capture_on_commit_callbacks
):
    product = shelf.on_sale(by=planner, approver=director)
    for page in ("/", "/cards/", "/cards/lake/"):
        assert "¥299" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        asked = prices.propose(product, amount_minor=34_900, starts_on=clock.today(), by=planner, reason="Costs rose")
        approvals.approve(asked, by=finance)
    for page in ("/", "/cards/", "/cards/lake/"):
        assert "¥349" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        products.suspend(product, by=planner, reason="Misprint")
    assert "City Annual Card" not in client.get("/cards/").content.decode()
    assert "Not on sale at the moment" in client.get("/cards/lake/").content.decode()


def test_a_change_that_is_not_told_to_the_showcase_is_not_seen(
    client: Client, planner: User, director: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
):
    """The control of the test above: it is the telling that makes the change show."""
    monkeypatch.setattr("cards.queries.showcase.refresh", lambda code, day: None)
    product = shelf.on_sale(by=planner, approver=director)
    client.get("/cards/lake/")
    with django_capture_on_commit_callbacks(execute=True):
        products.suspend(product, by=planner, reason="Misprint")
    assert "Not on sale at the moment" not in client.get("/cards/lake/").content.decode()


def test_the_product_page_is_drawn_for_each_language(client: Client, planner: User, director: User):
    shelf.on_sale(by=planner, approver=director)
    assert "A coffee a day" in client.get("/cards/lake/").content.decode()
    assert "每日一杯咖啡" in client.get("/cards/lake/", headers={"accept-language": "zh-hans"}).content.decode()


def test_strangers_see_one_kept_page_each_with_a_token_of_her_own(
    planner: User, director: User, monkeypatch: pytest.MonkeyPatch
):
    shelf.on_sale(by=planner, approver=director)
    first, second = Client(), Client()
    pages = [first.get("/cards/lake/")]
    monkeypatch.setattr(kept_pages, "render_to_string", None)  # whoever draws again fails
    pages.append(second.get("/cards/lake/"))
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()) for page in pages]
    assert all(len(one) == 2 and len(set(one)) == 1 for one in tokens)
    assert tokens[0] != tokens[1]
    assert kept_pages.TOKEN not in pages[0].content.decode()
    bare = [page.content.decode().replace(token[0], "") for page, token in zip(pages, tokens, strict=True)]
    assert bare[0] == bare[1]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = second.cookies
    for token, status in ((tokens[1][0], 302), (kept_pages.TOKEN, 403)):
        sent = {"theme": "dark", "next": "/cards/lake/", "csrfmiddlewaretoken": token}
        assert strict.post("/theme/", sent).status_code == status
    assert all("Cookie" in page["Vary"] for page in pages)


def test_a_kept_page_is_nobodys_who_is_known_and_differs_by_what_it_shows(
    client: Client, wanqing: Member, planner: User, director: User, monkeypatch: pytest.MonkeyPatch
):
    shelf.on_sale(by=planner, approver=director)
    assert "Log in" in client.get("/cards/lake/").content.decode()
    known = Client()
    assert wanqing.user is not None
    known.force_login(wanqing.user)
    assert "Log in" not in known.get("/cards/lake/").content.decode()
    assert 'value="/cards/lake/?src=x"' in client.get("/cards/lake/?src=x").content.decode()
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/cards/lake/").content.decode()
    assert 'data-theme="auto"' in Client().get("/cards/lake/").content.decode()
    monkeypatch.setattr(kept_pages, "MOST", 1)
    for theme in ("light", "dark", "auto"):
        client.cookies["theme"] = theme
        assert f'data-theme="{theme}"' in client.get("/cards/lake/").content.decode()
    assert len(kept_pages._kept) <= 1
