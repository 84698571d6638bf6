"""The pages of renewal: choices with their reasons, who sees them, the switch of automatic renewal, the counter."""

import datetime as dt
import re

import pytest
from django.test import Client

from cards.models import Card, CardReminder, Order, Payment, Product, RenewalMandate, Term
from cards.payments.sandbox import provider
from cards.queries import mandates as rows
from core.models import Message, Store, User
from members.models import Member
from members.operations import legal as publishing
from tests.cards import shop
from tests.cards.renewal.conftest import ENDS, at, make_card, place
from tests.cards.renewal.test_auto_renewal import agree, kept, night
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
EARLY = ENDS - 40 * DAY


@pytest.fixture(autouse=True)
def texts(db: None) -> None:
    publishing.publish_shipped()


@pytest.fixture
def hers(wanqing: Member) -> Client:
    return _browser(wanqing.user)


def _browser(user: User | None) -> Client:
    assert user is not None
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def url(card: Card, rest: str = "") -> str:
    return f"/renew/{card.public_id.hex}/{rest}"


def hidden(page: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("key", "text")}


def text_of(page: str) -> str:
    """What is read on it, every kind of space the same."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_choices_stand_side_by_side_and_every_offer_says_why(hers: Client, card: Card) -> None:
    with at(EARLY):
        page = text_of(hers.get(url(card)).content.decode())
    for words in (
        "¥1,169.10", "¥2,286.24", "¥3,117.60", "valid through 21 January 2028", "valid through 21 January 2030",
        "Early-bird: 10 % off until 22 December 2026", "not added: the better discount applies",
        "from your renewal no. 3 on: 2 more to go", "Best price",
    ):  # fmt: skip
        assert words in page, words


def test_she_orders_and_is_led_to_paying(hers: Client, card: Card) -> None:
    with at(EARLY):
        page = hers.get(url(card)).content.decode()
        sent = {**hidden(page), "years": "3", "parts": "1", "agree": "on"}
        first, again = (hers.post(url(card), sent) for _ in range(2))
    order = Order.objects.get(kind="renewal")
    assert first.headers["Location"] == again.headers["Location"] == f"/orders/{order.token}/pay/"
    assert (order.total_minor, order.acceptance is not None) == (311_760, True)


def test_without_agreeing_nothing_is_ordered(hers: Client, card: Card) -> None:
    with at(EARLY):
        page = hers.get(url(card)).content.decode()
        answer = hers.post(url(card), {**hidden(page), "years": "1", "parts": "1"})
    assert (answer.status_code, Order.objects.filter(kind="renewal").exists()) == (422, False)


@pytest.mark.parametrize("years", ["0", "4", "-1", "1e3", "two", ""])
def test_a_length_that_is_not_offered_is_refused_beside_the_field(hers: Client, card: Card, years: str) -> None:
    with at(EARLY):
        page = hers.get(url(card)).content.decode()
        answer = hers.post(url(card), {**hidden(page), "years": years, "parts": "1", "agree": "on"})
    assert answer.status_code == 422


def test_a_posted_price_is_refused_and_on_record(hers: Client, card: Card) -> None:
    with at(EARLY):
        page = hers.get(url(card)).content.decode()
        answer = hers.post(url(card), {**hidden(page), "years": "1", "parts": "1", "agree": "on", "price": "1"})
    assert answer.status_code == 403
    assert not Order.objects.filter(kind="renewal").exists()


@pytest.mark.parametrize("rest", ["", "auto/", "auto/off/"])
def test_another_persons_card_looks_like_none(card: Card, stranger: Member, rest: str) -> None:
    browser = _browser(stranger.user)
    ask = browser.post if rest.endswith("off/") else browser.get
    assert ask(url(card, rest)).status_code == 404
    assert browser.get("/renew/nonsense/").status_code == 404


def test_from_the_reminder_one_logs_in_and_comes_back(card: Card) -> None:
    answer = Client().get(url(card))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/account/login/?next={url(card)}"


def test_who_bought_it_for_somebody_sees_no_usage(card: Card, stranger: Member) -> None:
    Card.objects.filter(pk=card.pk).update(purchaser=stranger)
    with at(EARLY):
        answer = _browser(stranger.user).get(url(card))
    assert answer.status_code == 200
    assert answer.context["year"] is None


def test_one_that_is_being_paid_is_pointed_to(hers: Client, card: Card) -> None:
    with at(EARLY):
        order = place(card)
        shop.start(order)
        answer = hers.get(url(card))
    assert answer.status_code == 409
    assert f"/orders/{order.token}/" in answer.content.decode()


def test_the_page_costs_the_same_whatever_was_used(
    hers: Client, card: Card, django_assert_max_num_queries: object
) -> None:
    with at(EARLY):
        hers.get(url(card))
        with django_assert_max_num_queries(28):  # type: ignore[operator]
            hers.get(url(card))


def test_the_means_of_payment_is_kept_only_when_she_ticks_it(hers: Client, card: Card) -> None:
    with at(EARLY):
        order = place(card)
        page = hers.get(f"/orders/{order.token}/pay/").content.decode()
        assert 'name="keep"' in page
        assert "checked" not in page.split('name="keep"')[1].split(">")[0]
        hers.post(f"/orders/{order.token}/pay/", {"gateway": "sandbox"})
        assert not Payment.objects.get(order=order).keep_instrument
        hers.post(f"/orders/{order.token}/pay/", {"gateway": "sandbox", "keep": "on"})
    assert Payment.objects.filter(order=order, keep_instrument=True).count() == 1


def test_a_paid_renewal_shows_its_new_last_day(hers: Client, card: Card) -> None:
    with at(EARLY):
        order = place(card)
        shop.pay(order)
        page = text_of(hers.get(f"/orders/{order.token}/").content.decode())
    assert "Renewed: valid through 21 January 2028" in page
    assert "Automatic renewal" in page


def test_automatic_renewal_is_never_ticked_beforehand(hers: Client, card: Card) -> None:
    kept(card)
    with at(EARLY):
        page = hers.get(url(card, "auto/")).content.decode()
        assert "checked" not in page.split('name="agree"')[1].split(">")[0]
        text = re.findall(r'name="text" value="(\d+)"', page)[0]
        assert hers.post(url(card, "auto/"), {"text": text}).status_code == 422
        assert not RenewalMandate.objects.exists()
        hers.post(url(card, "auto/"), {"text": text, "agree": "on"})
        assert rows.live(card) is not None
        hers.post(url(card, "auto/off/"))
    assert rows.live(card) is None


def test_without_a_kept_means_of_payment_it_says_how_to_leave_one(hers: Client, card: Card) -> None:
    with at(EARLY):
        page = hers.get(url(card, "auto/")).content.decode()
    assert "keep my means of payment" in page
    assert 'name="agree"' not in page


def test_the_link_of_the_notice_switches_off_in_one_step_without_log_in(card: Card) -> None:
    mandate = agree(card)
    night(ENDS - 35 * DAY)
    link = Message.objects.get(event="auto_renewal.notice", channel="inbox").link
    anybody = Client()
    with at(ENDS - 34 * DAY):
        assert anybody.get(link).status_code == 200
        mandate.refresh_from_db()
        assert mandate.ended_at is None  # reading changes nothing
        assert anybody.post(link).status_code == 200
    mandate.refresh_from_db()
    assert mandate.ended_because == "member"
    assert anybody.get("/renew/off/forged:token/").status_code == 404


def test_what_matters_now_names_the_early_price_and_then_the_grace(card: Card, wanqing: Member) -> None:
    for day, words in ((EARLY, "Renew with 10 % off"), (ENDS - DAY, "1 more day"), (ENDS + 2 * DAY, "no day is lost")):
        with at(day):
            page = _browser(wanqing.user).get("/me/").content.decode()
        assert f'href="/renew/{card.public_id}/"' in page
        assert words in text_of(page)


# The counter


@pytest.fixture
def at_desk(clerk: User) -> Client:
    return _browser(clerk)


def till(page: str, **other: str) -> dict[str, str]:
    return {**hidden(page), "years": "2", "parts": "1", "agree": "on", "method": "cash", "tendered": "3000", **other}


def test_a_card_is_scanned_renewed_and_the_change_is_told(at_desk: Client, card: Card) -> None:
    there = f"/counter/cards/{card.public_id}/renew/"
    with at(EARLY):
        assert at_desk.post("/counter/renew/", {"q": card.number.number}).headers["Location"] == there
        page = at_desk.get(there).content.decode()
        first, again = (at_desk.post(there, till(page)) for _ in range(2))
        assert first.headers["Location"] == again.headers["Location"]
        done = text_of(at_desk.get(first.headers["Location"]).content.decode())
    assert Payment.objects.filter(order__kind="renewal").count() == 1
    assert "Renewed through 21 January 2029" in done
    assert "Change: ¥713.76" in done


def test_too_little_cash_renews_nothing(at_desk: Client, card: Card) -> None:
    there = f"/counter/cards/{card.public_id}/renew/"
    with at(EARLY):
        page = at_desk.get(there).content.decode()
        assert at_desk.post(there, till(page, tendered="10")).status_code == 422
    assert not Order.objects.filter(kind="renewal").exists()
    assert Term.objects.filter(card=card).count() == 1


def test_on_the_web_and_at_the_counter_at_once_only_one_is_renewed(at_desk: Client, card: Card) -> None:
    there = f"/counter/cards/{card.public_id}/renew/"
    with at(EARLY):
        page = at_desk.get(there).content.decode()
        payment = shop.start(place(card, key="web"))
        answer = at_desk.post(there, till(page))
        assert answer.status_code == 409
        at_desk.post(there, {"give_up": "1"})
        page = at_desk.get(there).content.decode()
        assert at_desk.post(there, till(page)).status_code == 302
        provider.decide(shop.charge_of(payment), "paid")
        shop.arrive(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == ("quarantined", "order-cancelled")
    assert Term.objects.filter(card=card).count() == 2


def test_a_card_of_another_kind_of_staff_or_state_is_refused(at_desk: Client, card: Card, store: Store) -> None:
    Card.objects.filter(pk=card.pk).update(state="closed")
    with at(EARLY):
        answer = at_desk.get(f"/counter/cards/{card.public_id}/renew/")
    assert answer.status_code == 409
    assert "This card is closed" in answer.content.decode()


# The back office


def test_the_board_counts_by_day_and_opens_a_day(
    card: Card, product: Product, service_agent: User, clerk: User
) -> None:
    other = make_card(MemberFactory.create(), product)
    with at(ENDS - 30 * DAY):
        shop.pay(place(card))
        page = _browser(service_agent).get(f"/admin/cards/cardreminder/board/?day={ENDS}").content.decode()
        assert "1 of 2 are renewed" in page
        assert other.number.number[-4:] in page
        assert card.number.number[-4:] not in page.split('id="cards"')[1].split("</table>")[0]
        assert _browser(clerk).get("/admin/cards/cardreminder/board/").status_code == 403
    assert CardReminder.objects.count() == 0
