"""The member's wallet: her card, its living code, what is left, what was used, and her papers."""

import csv
import io
import uuid

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cards import printing
from cards.models import Activation, Card, Entitlement
from cards.operations import codes, uses
from cards.policy import codes as rule
from core import clock
from core.models import Store, User
from core.spreadsheet import csv_lines
from members.models import Acceptance, LegalText, Member
from members.queries import legal
from tests.cards.counter_cast import NOON
from tests.cards.factories import ActiveCardFactory, EntitlementFactory, LineFactory, OrderFactory


def mine(card: Card, rest: str = "") -> str:
    return f"/me/cards/{card.public_id}/{rest}"


MOST_QUESTIONS = 26
ADDRESSES = ["", "code/", "changed/", "uses/", "uses.csv", "agreement.txt", "card.pdf"]


def test_the_wallet_shows_the_card_its_days_and_its_benefits(
    her_phone: Client, card: Card, breakfast: Entitlement
) -> None:
    page = her_phone.get("/me/").content.decode()
    for wanted in ("林婉清", "265", "Breakfast", "2 left today", "data-living-code"):
        assert wanted in page


def test_the_code_on_the_page_opens_the_card_at_the_counter(her_phone: Client, at_counter: Client, card: Card) -> None:
    part = her_phone.get(mine(card, "code/")).content.decode()
    code = part.split('class="qr-code">')[1].split("<")[0]
    assert rule.looks_like_code(code)
    assert "<svg" in part
    assert at_counter.post("/counter/", {"q": code})["Location"] == f"/counter/cards/{card.public_id}/"


def test_each_look_makes_a_fresh_code(her_phone: Client, card: Card) -> None:
    first, second = (her_phone.get(mine(card, "code/")) for _ in range(2))
    assert first.content != second.content
    assert "no-store" in first["Cache-Control"]


@pytest.mark.parametrize("state", [{"state": "suspended", "suspension": "lost"}, {"state": "closed"}])
def test_a_card_that_cannot_be_used_shows_no_code_and_says_why(
    her_phone: Client, card: Card, state: dict[str, str]
) -> None:
    Card.objects.filter(pk=card.pk).update(**state)
    part = her_phone.get(mine(card, "code/")).content.decode()
    assert "qr-code" not in part.replace("lucide-qr-code", "")
    assert "reported lost" in part or "closed" in part


@pytest.mark.parametrize("rest", ADDRESSES)
def test_anothers_card_is_as_good_as_missing(client: Client, card: Card, stranger: Member, rest: str) -> None:
    assert stranger.user is not None
    client.force_login(stranger.user)
    foreign = client.get(mine(card, rest))
    missing = client.get(f"/me/cards/{uuid.uuid4()}/{rest}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert _plain(foreign) == _plain(missing)


def _plain(answer: object) -> bytes:
    return b"".join(line for line in answer.content.splitlines() if b"card" not in line and b"oken" not in line)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rest", ADDRESSES)
def test_without_a_log_in_one_is_sent_to_the_door(client: Client, card: Card, rest: str) -> None:
    assert client.get(mine(card, rest))["Location"].startswith("/account/login/")


@pytest.mark.parametrize("rest", ADDRESSES)
def test_looking_changes_nothing_and_only_looking_is_possible(her_phone: Client, card: Card, rest: str) -> None:
    assert her_phone.post(mine(card, rest)).status_code == 405


def test_the_page_hears_of_a_use_at_once(
    her_phone: Client, card: Card, breakfast: Entitlement, store: Store, clerk: User
) -> None:
    pulse = her_phone.get("/me/").context["pulse"]
    same = her_phone.get(mine(card, "changed/"), {"pulse": pulse})
    assert (same.status_code, "HX-Trigger" in same) == (204, False)
    uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="k")
    told = her_phone.get(mine(card, "changed/"), {"pulse": pulse})
    assert told["HX-Trigger"] == "card-changed"
    assert "1 left today" in her_phone.get("/me/").content.decode()


def questions(browser: Client, address: str) -> int:
    """How many statements a page asks of the database."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code in (200, 204)
    return len(asked)


def test_listening_costs_one_question_beside_the_log_in(her_phone: Client, card: Card) -> None:
    her_phone.get("/me/")
    assert questions(her_phone, mine(card, "changed/")) == 3  # session, user, pulse


def test_pages_ask_a_constant_number_of_questions(her_phone: Client, card: Card, store: Store, clerk: User) -> None:
    addresses = ("/me/", "/me/benefits/", mine(card, "uses/"), mine(card, "code/"))
    asked: list[list[int]] = []
    for uses_more in (2, 13):
        for number in range(uses_more):
            benefit = EntitlementFactory.create(version=card.version, per_card=9)
            benefit.stores.add(store)
            uses.record(card, entitlement=benefit, store=store, clerk=clerk, key=f"{uses_more}-{number}")
        for address in addresses:
            her_phone.get(address)
        asked.append([questions(her_phone, address) for address in addresses])
    assert asked[0] == asked[1]
    assert max(asked[0]) <= MOST_QUESTIONS


def test_several_cards_are_tabs_the_living_first(her_phone: Client, card: Card, sold: Card) -> None:
    page = her_phone.get("/me/")
    assert [one.pk for one in page.context["cards"]] == [card.pk, sold.pk]
    waiting = her_phone.get(mine(sold)).content.decode()
    assert "Activate your card" in waiting
    assert f"/activate/?card={sold.public_id}" in waiting


def test_who_has_no_card_is_shown_what_she_could_have(client: Client, stranger: Member) -> None:
    assert stranger.user is not None
    client.force_login(stranger.user)
    for address in ("/me/", "/me/benefits/"):
        page = client.get(address).content.decode()
        assert "You have no card yet" in page
        assert "/cards/" in page


def test_a_gift_she_bought_is_not_in_her_wallet(her_phone: Client, sold: Card) -> None:
    sold.order_line.order.is_gift = True
    sold.order_line.order.save()
    assert her_phone.get(mine(sold)).status_code == 404


def test_the_whole_log_is_a_file_and_no_cell_is_a_formula(
    her_phone: Client, card: Card, store: Store, clerk: User
) -> None:
    store.name = "=HYPERLINK(0)"
    store.save()
    evil = EntitlementFactory.create(version=card.version, name="+1 breakfast", value_minor=4_800)
    with clock.stopped(NOON):
        use = uses.record(card, entitlement=evil, store=store, clerk=clerk, key="k")
        uses.reverse(use, by=clerk, reason="@wrong")
    body = b"".join(her_phone.get(mine(card, "uses.csv")).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = csv.reader(io.StringIO(body))
    assert len(head) == len(row) == 7
    assert (row[1], row[2], row[3], row[6]) == ("'+1 breakfast", "1", "'=HYPERLINK(0)", "'@wrong")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "＝1"])
def test_what_begins_like_a_formula_becomes_text(text: str) -> None:
    line = list(csv_lines([[text, 5]]))[1]
    assert next(csv.reader(io.StringIO(line, newline="")))[0].startswith("'")
    assert line.rstrip().endswith(",5")


def test_the_agreement_is_there_as_it_was_accepted(her_phone: Client, card: Card) -> None:
    text = legal.in_force(LegalText.Kind.CARD_AGREEMENT)
    assert card.holder is not None
    accepted = Acceptance.objects.create(member=card.holder, text=text, language="zh-hans", address="203.0.113.7")
    Activation.objects.create(
        card=card, member=card.holder, channel="web", document_kind="passport", document_last_digits="1234",
        proof="activation code", phone_verified_at=clock.now(), acceptance=accepted,
    )  # fmt: skip
    answer = her_phone.get(mine(card, "agreement.txt"))
    body = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert text.bodies["zh-hans"][:40] in body
    assert "203.0.113.7" in body
    assert str(text) in body


def printed(document: bytes) -> tuple[list[str], list[tuple[float, float]], pypdf.PdfReader]:
    reader = pypdf.PdfReader(io.BytesIO(document))
    sizes = [(float(page.mediabox.width) / 72 * 25.4, float(page.mediabox.height) / 72 * 25.4) for page in reader.pages]
    return [page.extract_text().replace("\x00", "") for page in reader.pages], sizes, reader


def test_the_printed_card_has_two_sides_of_a_bank_cards_size(her_phone: Client, card: Card) -> None:
    answer = her_phone.get(mine(card, "card.pdf"))
    texts, sizes, _ = printed(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert [(round(w, 1), round(h, 1)) for w, h in sizes] == [(85.6, 54.0)] * 2
    assert "林婉清" in texts[0]
    assert card.number.number in texts[0].replace(" ", "")


def test_the_sheet_is_one_page_of_a4(her_phone: Client, card: Card) -> None:
    _texts, sizes, _ = printed(her_phone.get(mine(card, "card.pdf") + "?sheet").content)
    assert [(round(w), round(h)) for w, h in sizes] == [(210, 297)]


def test_fonts_are_embedded_as_small_subsets(card: Card) -> None:
    document = printing.card(card)
    _, _, reader = printed(document)
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor.keys()) for descriptor in descriptors)
    assert len(document) < 150_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李𠮷", "李𠮷"),
        ("買買提·吐爾遜", "買買提·吐爾遜"),
        ("Tomás O’Brien", "Tomás O’Brien"),
        ("محمد علي", None),
        ("שרה לוי", None),
        ("Anna 🎉", None),
        ("W" * 100, "WWW"),
        ("字" * 100, "字字"),
    ],
)
def test_every_name_is_printed_or_gives_way_to_the_number(card: Card, name: str, shown: str | None) -> None:
    assert card.holder is not None
    card.holder.name = name
    text = printed(printing.card(card))[0][0]
    assert (shown or card.holder.number) in text
    if shown is None:
        assert name not in text


def test_the_printed_code_is_the_number_and_proves_nothing_by_itself(
    at_counter: Client, card: Card, her_phone: Client
) -> None:
    found = at_counter.post("/counter/", {"q": card.number.number})
    assert found["Location"] == f"/counter/cards/{card.public_id}/"
    assert not rule.looks_like_code(card.number.number)


def test_last_years_card_tells_how_it_stands(her_phone: Client, wanqing: Member) -> None:
    today = clock.today()
    old = ActiveCardFactory.create(
        order_line=LineFactory.create(order=OrderFactory.create(member=wanqing)),
        valid_from_on=today.replace(year=today.year - 2),
        last_valid_on=today.replace(year=today.year - 1),
    )
    page = her_phone.get(mine(old)).content.decode()
    assert "Expired" in page
    assert codes.make(old)[:2] == "T1"
