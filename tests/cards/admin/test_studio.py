"""The back office of products, prices and numbers: every page, and what is typed into it (CARD-01, CARD-03, CARD-07)."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from cards.models import CardNumber, NumberBatch, Price, Product, ProductVersion
from cards.operations import products, versions
from core import approvals, clock
from core.models import Approval, User
from members.models import LegalText
from risk.models import RiskEvent
from tests.cards import products as shelf
from tests.factories import LegalTextFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(client: Client, planner: User) -> Client:
    client.force_login(planner)
    return client


def place(version: ProductVersion) -> str:
    return reverse("admin:cards_product_version", args=[version.product_id, version.number])


def typed(version: ProductVersion, **changes: Any) -> dict[str, Any]:
    """What the browser sends for a complete draft with one benefit."""
    today = clock.today()
    agreement = LegalTextFactory.create(kind=LegalText.Kind.CARD_AGREEMENT)
    return {
        "edits": version.edits,
        "face_from": "#0e4c52",
        "face_to": "#0a2e35",
        "face_accent": "#e3c48b",
        "face_pattern": "waves",
        "name": "Lake Card",
        "name_zh_hans": "湖卡",
        "name_zh_hant": "湖卡",
        "validity": "rolling",
        "months": "12",
        "price_minor": "¥1,299.00",
        "cost_minor": "9",
        "use_rule": "personal",
        "is_registered": "on",
        "household_seats": "1",
        "max_per_member": "1",
        "agreement": agreement.pk,
        "benefits-TOTAL_FORMS": "2",
        "benefits-INITIAL_FORMS": "0",
        "benefits-0-name": "Tea for two",
        "benefits-0-name_zh_hans": "双人茶",
        "benefits-0-name_zh_hant": "雙人茶",
        "benefits-0-per_month": "2",
        "benefits-0-value_minor": "88",
        "benefits-0-expected_uses": "20",
        "benefits-0-ORDER": "1",
        "benefits-1-ORDER": "2",
        "plan-launch_on": today.isoformat(),
        "plan-review_on": (today + dt.timedelta(days=30)).isoformat(),
        "plan-channels": ["web", "store"],
        "plan-promotion": "A boat on the lake.",
        "plan-responsible": [version.author_id],
        **changes,
    }


def test_a_product_begins_with_its_code_and_number_series(desk: Client, planner: User):
    series = shelf.series(by=planner, stock=0)
    page = desk.post(reverse("admin:cards_product_add"), {"code": "Lake", "series": series.pk})
    version = ProductVersion.objects.get()
    assert page.headers["Location"] == place(version)
    assert version.product.code == "lake"
    again = desk.post(reverse("admin:cards_product_add"), {"code": "lake", "series": series.pk})
    assert again.status_code == 422
    assert "There is a product with this code already." in again.content.decode()


def test_what_is_typed_is_kept_and_shown_again(desk: Client, planner: User):
    version = products.draft_product(code="lake", series=shelf.series(by=planner, stock=0), by=planner)
    assert desk.post(place(version), typed(version)).status_code == 302
    version.refresh_from_db()
    assert (version.name_zh_hant, version.price_minor, version.cost_minor) == ("湖卡", 129_900, 900)
    benefit = version.entitlements.get()
    assert (benefit.code, benefit.per_month, benefit.per_day, benefit.value_minor) == ("tea-for-two", 2, None, 8_800)
    page = desk.get(place(version)).content.decode()
    assert 'value="1299.00"' in page
    assert "Tea for two" in page


def test_an_empty_draft_is_kept_and_the_checklist_says_what_is_missing(desk: Client, planner: User):
    version = products.draft_product(code="lake", series=shelf.series(by=planner, stock=0), by=planner)
    bare = {"edits": 0, "benefits-TOTAL_FORMS": 0, "benefits-INITIAL_FORMS": 0, "name": "Lake"}
    assert desk.post(place(version), bare).status_code == 302
    page = desk.get(place(version)).content.decode()
    assert "The card has a name in every language" in page
    version.refresh_from_db()
    refused = desk.post(place(version), bare | {"edits": version.edits, "submit": "1", "reason": "Now"})
    assert refused.status_code == 409
    assert "This draft is not complete yet." in refused.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price_minor", "twelve", "This is not an amount."),
        ("price_minor", "-5", "An amount cannot be less than nothing."),
        ("price_minor", "1e309", "This is not an amount."),
        ("price_minor", "1.005", "An amount has 2 decimals at most."),
        ("face_from", "red;}</style>", "Enter a valid value."),
        ("face_pattern", "evil", "Select a valid choice."),
        ("season_starts", "31-12", "Write month and day as MM-DD."),
        ("months", "0", "greater than or equal to 1"),
        ("benefits-0-per_day", "-1", "greater than or equal to 0"),
        ("plan-launch_on", "2026-02-30", "Enter a valid date."),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_nothing_is_lost(
    desk: Client, planner: User, field: str, value: str, said: str
):
    version = products.draft_product(code="lake", series=shelf.series(by=planner, stock=0), by=planner)
    answer = desk.post(place(version), typed(version, **{field: value}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "Tea for two" in page
    assert "<script>" not in page.split("</head>")[1] or "red;}</style>" not in page
    version.refresh_from_db()
    assert version.name == ""


def test_a_form_that_somebody_overtook_says_so_and_keeps_what_was_typed(desk: Client, planner: User):
    version = shelf.draft(by=planner)
    stale = typed(version, edits=version.edits - 1, name="Overtaken")
    answer = desk.post(place(version), stale)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody changed this in the meantime." in page
    assert "Overtaken" in page
    version.refresh_from_db()
    assert version.name == "City Annual Card"


def test_a_draft_is_sent_for_approval_and_then_only_looked_at(desk: Client, planner: User):
    version = products.draft_product(code="lake", series=shelf.series(by=planner, stock=0), by=planner)
    answer = desk.post(place(version), typed(version, submit="1", reason="For the lake"))
    approval = Approval.objects.get()
    assert answer.headers["Location"] == reverse("admin:core_approval_change", args=[approval.pk])
    page = desk.get(place(version)).content.decode()
    assert '<form class="work studio"' not in page
    assert "Withdraw it" in page
    frozen = desk.post(place(version), typed(version, price_minor="1"))
    assert frozen.status_code == 409
    assert "its terms do not change any more" in frozen.content.decode()
    step = reverse("admin:cards_product_version_act", args=[version.product_id, version.number, "withdraw"])
    desk.post(step)
    version.refresh_from_db()
    assert version.state == "draft"


def test_the_approver_reads_what_changes_in_words(client: Client, planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    second = shelf.revision(product, by=planner, price_minor=32_900)
    asked = versions.submit(second, by=planner, reason="Costs rose", edits=second.edits)
    client.force_login(director)
    page = client.get(reverse("admin:core_approval_change", args=[asked.pk])).content.decode()
    assert "¥299.00" in page
    assert "¥329.00" in page
    assert "Margin" in page


def test_figures_are_worked_out_for_what_stands_in_the_form(desk: Client, planner: User):
    version = shelf.draft(by=planner)
    address = reverse("admin:cards_product_figures", args=[version.product_id, version.number])
    page = desk.post(
        address, typed(version, price_minor="500", validity="season", season_starts="11-01")
    ).content.decode()
    assert "¥500.00" in page
    assert "the season that begins on 1\xa0November" in page.replace("&nbsp;", "\xa0")
    assert "¥1,260" in page  # 20 teas of ¥88 less ¥500
    nonsense = desk.post(address, typed(version, price_minor="x", **{"benefits-0-value_minor": "y"}))
    assert nonsense.status_code == 200
    version.refresh_from_db()
    assert version.price_minor == shelf.PRICE


def _picture() -> SimpleUploadedFile:
    page = io.BytesIO()
    Image.new("RGB", (900, 600), "#884422").save(page, "PNG")
    return SimpleUploadedFile("face.png", page.getvalue(), content_type="image/png")


def test_a_picture_is_seen_by_staff_while_drafted_and_by_everybody_once_approved(
    desk: Client, planner: User, director: User
):
    version = shelf.draft(by=planner)
    desk.post(place(version), typed(version, picture=_picture()))
    version.refresh_from_db()
    address = version.face["image"]
    assert address == reverse("cards:face_image", args=[version.face_image])
    assert desk.get(address).headers["Content-Type"] == "image/jpeg"
    assert Client().get(address).status_code == 404
    approvals.approve(versions.submit(version, by=planner, reason="A new face", edits=version.edits), by=director)
    public = Client().get(address)
    assert (public.status_code, public.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert Client().get("/cards/face/..%2F..%2Fsettings.py").status_code == 404


def test_html_as_a_picture_is_refused_beside_the_field(desk: Client, planner: User):
    version = shelf.draft(by=planner)
    upload = SimpleUploadedFile("face.png", b"<script>alert(1)</script>", content_type="image/png")
    answer = desk.post(place(version), typed(version, picture=upload))
    assert answer.status_code == 409
    assert "This is not a PNG or JPEG picture" in answer.content.decode()


def test_every_page_of_a_product_is_there(desk: Client, planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    pages = ["change", "prices", "effect", "poster"]
    addresses = [reverse(f"admin:cards_product_{page}", args=[product.pk]) for page in pages]
    addresses += [
        reverse("admin:cards_product_changelist"),
        reverse("admin:cards_product_add"),
        reverse("admin:cards_product_version", args=[product.pk, 1]),
        reverse("admin:cards_numberseries_changelist"),
        reverse("admin:cards_numberseries_add"),
        reverse("admin:cards_numberseries_change", args=[product.series_id]),
        reverse("admin:cards_cardnumber_changelist"),
        reverse("admin:cards_cardnumber_change", args=[CardNumber.objects.latest("pk").pk]),
    ]
    for address in addresses:
        assert desk.get(address).status_code == 200, address
    for wrong in ("change", "prices", "effect", "poster"):
        assert desk.get(reverse(f"admin:cards_product_{wrong}", args=[10**9])).status_code == 404


def test_the_list_costs_the_same_however_many_products(desk: Client, planner: User, director: User):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("admin:cards_product_changelist")).status_code == 200
        return len(queries)

    shelf.on_sale(by=planner, approver=director)
    asked()  # whatever is asked once and then remembered
    one = asked()
    for number in range(4):
        shelf.on_sale(by=planner, approver=director, code=f"card-{number}", prefix=f"8{number}22")
    assert asked() == one


def test_a_product_is_moved_along_by_buttons_that_ask_a_reason(desk: Client, planner: User, director: User):
    version = shelf.approved(by=planner, approver=director)
    step = lambda verb: reverse("admin:cards_product_act", args=[version.product_id, verb])  # noqa: E731
    state = lambda: Product.objects.get(pk=version.product_id).state  # noqa: E731
    desk.post(step("launch"))
    assert state() == "on-sale"
    desk.post(step("suspend"))
    assert state() == "on-sale"
    desk.post(step("suspend"), {"reason": "Misprint"})
    assert state() == "suspended"
    assert "Misprint" in desk.get(reverse("admin:cards_product_change", args=[version.product_id])).content.decode()
    desk.post(step("resume"), {"reason": "Reprinted"})
    desk.post(reverse("admin:cards_product_revise", args=[version.product_id]))
    assert ProductVersion.objects.filter(product=version.product_id, number=2, state="draft").exists()
    assert desk.get(step("suspend")).status_code == 405
    assert desk.post(step("explode")).status_code == 404


def test_a_price_is_proposed_and_refused_beside_its_field(desk: Client, planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director)
    address = reverse("admin:cards_product_prices", args=[product.pk])
    yesterday = clock.today() - dt.timedelta(days=1)
    refused = desk.post(address, {"amount_minor": "349", "starts_on": yesterday.isoformat(), "reason": "Costs"})
    assert refused.status_code == 422
    assert "A price cannot begin on a day that has passed." in refused.content.decode()
    sent = desk.post(address, {"amount_minor": "349", "starts_on": clock.today().isoformat(), "reason": "Costs"})
    assert sent.status_code == 302
    assert Price.objects.filter(product=product).count() == 1
    assert "is waiting for approval" in desk.get(address).content.decode()


def test_numbers_are_made_sent_voided_and_exported_from_their_page(desk: Client, planner: User, store: Any):
    series = shelf.series(by=planner, stock=0)
    step = lambda verb: reverse("admin:cards_numberseries_act", args=[series.pk, verb])  # noqa: E731
    desk.post(step("produce"), {"count": "12"})
    desk.post(step("send"), {"count": "5", "to": store.pk})
    assert CardNumber.objects.filter(series=series, store=store).count() == 5
    number = CardNumber.objects.filter(store=None).earliest("pk")
    shown = f"{number.number[:4]} {number.number[4:]}"
    desk.post(step("void"), {"number": shown, "reason": "Misprinted"})
    number.refresh_from_db()
    assert number.state == "void"
    wrong = desk.post(step("void"), {"number": "123", "reason": "Misprinted"})
    assert wrong.status_code == 422
    assert desk.post(step("produce"), {"count": "0"}).status_code == 422
    export = reverse("admin:cards_numberbatch_export", args=[NumberBatch.objects.get().pk])
    first = desk.post(export, {"reason": "For the printer"})
    assert first.headers["Content-Type"].startswith("text/csv")
    assert first.headers["Content-Disposition"] == 'attachment; filename="lake-1.csv"'
    assert len(first.content.decode("utf-8-sig").splitlines()) == 12  # a heading and eleven cards: one is void
    assert desk.post(export, {"reason": "Again"}).status_code == 302


def test_a_poster_leads_to_the_public_page_and_names_its_source(
    desk: Client, planner: User, director: User, store: Any
):
    product = shelf.on_sale(by=planner, approver=director)
    address = reverse("admin:cards_product_poster", args=[product.pk])
    assert "/cards/lake/?src=store-NJ1" in desk.get(address, {"store": "NJ1"}).content.decode()
    assert "/cards/lake/?src=campaign-spring" in desk.get(address, {"campaign": "spring"}).content.decode()
    assert "?src=" not in desk.get(address, {"campaign": "<script>"}).content.decode()


@pytest.mark.parametrize("who", ["clerk", "manager", "auditor", "service_agent", "finance"])
def test_nobody_else_changes_a_product_and_who_tries_is_noticed(
    client: Client, planner: User, director: User, who: str, request: pytest.FixtureRequest
):
    user: User = request.getfixturevalue(who)
    product = shelf.on_sale(by=planner, approver=director)
    draft = shelf.revision(product, by=planner)
    client.force_login(user)
    attempts = [
        (reverse("admin:cards_product_act", args=[product.pk, "suspend"]), {"reason": "No"}),
        (reverse("admin:cards_product_revise", args=[product.pk]), {}),
        (place(draft), typed(draft, price_minor="1")),
        (
            reverse("admin:cards_product_prices", args=[product.pk]),
            {"amount_minor": "1", "starts_on": clock.today().isoformat(), "reason": "Mine"},
        ),
        (reverse("admin:cards_numberseries_act", args=[product.series_id, "produce"]), {"count": "5"}),
        (reverse("admin:cards_numberbatch_export", args=[NumberBatch.objects.latest("pk").pk]), {"reason": "Mine"}),
    ]
    for address, data in attempts:
        assert client.post(address, data).status_code == 403, address
    assert RiskEvent.objects.filter(kind="product-change-refused", is_alert=True).count() == len(attempts)
    draft.refresh_from_db()
    assert draft.price_minor == shelf.PRICE


def test_an_empty_post_is_an_error_on_the_form_and_shows_nothing_to_who_may_not_look(
    client: Client, planner: User, director: User, clerk: User
) -> None:
    draft = shelf.revision(shelf.on_sale(by=planner, approver=director), by=planner)
    address = f"/admin/cards/product/{draft.product_id}/v{draft.number}/"
    client.force_login(clerk)
    assert client.post(address, {}).status_code == 403
    client.force_login(planner)
    assert client.post(address, {}).status_code == 422
    assert client.post(f"{address}figures/", {}).status_code == 200
