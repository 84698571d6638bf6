"""The pages of buying and of orders (CARD-07, CARD-08, CARD-10): journeys, refusals, bad input."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cards.forms.buying import PurchaseForm
from cards.models import Order, Product
from cards.operations import orders
from core.messaging import rendering
from core.models import AuditRecord, Message
from members.models import IdentityDocument, Member
from risk.models import RiskEvent
from tests.cards import shop
from tests.cards.shop import agreed, assert_whole, pay, place

pytestmark = pytest.mark.django_db
KEY = "a" * 32


def visitor() -> Client:
    return Client()


def of(member: Member) -> Client:
    client = Client()
    assert member.user is not None
    client.force_login(member.user)
    return client


def filled(**other: Any) -> dict[str, Any]:
    return {
        "step": "look", "name": "王小明", "phone": "１３８ 0013 9001", "document_kind": "passport",
        "document_number": "E12345678", "parts": "1", "agree": "on", "join": "on", "key": KEY, "text": agreed().text.pk,
        **other,
    }  # fmt: skip


def address(product: Product) -> str:
    return reverse("cards:buy", args=[product.code])


def draft_in(page: Any) -> str:
    return re.search(r'name="draft" value="([^"]+)"', page.content.decode()).group(1)  # type: ignore[union-attr]


def code_sent() -> str:
    message = Message.objects.filter(event="core.one_time_code").latest("pk")
    return re.search(r"\d{6}", json.dumps([message.context, message.body])).group()  # type: ignore[union-attr]


def buy_as_visitor(client: Client, product: Product, **other: Any) -> Any:
    review = client.post(address(product), filled(**other))
    assert review.status_code == 200, review.context["form"].errors
    prove = client.post(address(product), {"step": "confirm", "draft": draft_in(review)})
    return client.post(address(product), {"step": "verify", "draft": draft_in(prove), "code": code_sent()})


def test_a_visitor_buys_after_proving_the_phone_and_is_a_member_then(product: Product) -> None:
    client = visitor()
    placed = buy_as_visitor(client, product)
    order = Order.objects.get()
    assert placed["Location"] == reverse("cards:order_pay", args=[order.token])
    assert order.member.name == "王小明"
    assert order.member.phone_verified_at is not None
    started = client.post(placed["Location"], {"gateway": "sandbox"})
    assert started["Location"].startswith("/sandbox-pay/")
    pay(order)
    assert client.get(reverse("cards:order", args=[order.token])).status_code == 200
    assert_whole()


def test_a_visitor_with_an_account_is_found_by_her_phone(product: Product, buyer: Member) -> None:
    buy_as_visitor(
        visitor(), product, phone="13812340001", document_kind="resident_id", document_number="11010519491231002X"
    )
    assert Order.objects.get().member == buyer


def test_without_the_code_nothing_is_placed(product: Product) -> None:
    client = visitor()
    review = client.post(address(product), filled())
    prove = client.post(address(product), {"step": "confirm", "draft": draft_in(review)})
    answer = client.post(address(product), {"step": "verify", "draft": draft_in(prove), "code": "000000"})
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_a_member_buys_without_telling_again_who_she_is(product: Product, buyer: Member) -> None:
    client = of(buyer)
    form = client.get(address(product)).content.decode()
    assert 'name="phone"' not in form
    assert 'name="document_number"' not in form
    review = client.post(
        address(product), {"step": "look", "parts": "3", "agree": "on", "key": KEY, "text": agreed().text.pk}
    )
    for _ in range(3):
        answer = client.post(address(product), {"step": "confirm", "draft": draft_in(review)})
        assert answer.status_code == 302
    assert Order.objects.get().plan.parts == 3


def test_nothing_is_accepted_without_the_agreement(product: Product) -> None:
    answer = visitor().post(address(product), filled(agree=""))
    assert answer.status_code == 422
    assert "agree" in answer.context["form"].errors


def test_a_price_that_was_posted_is_ignored_and_recorded(product: Product, buyer: Member) -> None:
    client = of(buyer)
    tampered = {
        "step": "look",
        "parts": "1",
        "agree": "on",
        "key": KEY,
        "text": agreed().text.pk,
        "price": "1",
        "total": "1",
    }
    review = client.post(address(product), tampered)
    client.post(address(product), {"step": "confirm", "draft": draft_in(review), "discount": "129899", "tier": "gold"})
    assert Order.objects.get().total_minor == 129_900
    assert RiskEvent.objects.filter(kind="price.tampering").count() == 2


def test_a_draft_is_sealed_and_belongs_to_its_product(product: Product, buyer: Member) -> None:
    other = shop.make_product("other", price_minor=100)
    client = of(buyer)
    review = client.post(
        address(product), {"step": "look", "parts": "1", "agree": "on", "key": KEY, "text": agreed().text.pk}
    )
    assert "E12345678" not in draft_in(visitor().post(address(product), filled()))
    client.post(address(other), {"step": "confirm", "draft": draft_in(review)})
    client.post(address(product), {"step": "confirm", "draft": draft_in(review)[:-8] + "AAAAAAA="})
    assert not Order.objects.exists()


def test_an_invalid_identity_number_is_not_repeated_in_the_answer(product: Product) -> None:
    answer = visitor().post(address(product), filled(document_kind="resident_id", document_number="110105194912310021"))
    assert answer.status_code == 422
    assert not IdentityDocument.objects.exists()
    assert "110105194912310021" not in str(answer.context["form"].errors)


def test_a_refused_order_says_why_and_keeps_what_was_typed(product: Product, buyer: Member) -> None:
    place(buyer, product)
    client = of(buyer)
    review = client.post(
        address(product), {"step": "look", "parts": "1", "agree": "on", "key": KEY, "text": agreed().text.pk}
    )
    answer = client.post(address(product), {"step": "confirm", "draft": draft_in(review)})
    assert answer.status_code == 409
    assert "one person" in answer.content.decode()
    assert client.post(address(product), {"step": "change", "draft": draft_in(answer)}).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["\x00王", "王\u202e小明", "𠮷野家", "محمد", "a" * 300, "<script>alert(1)</script>", "'; DROP TABLE x;--", "·"],
)
def test_any_name_is_taken_cleaned_or_refused_but_never_breaks(product: Product, name: str) -> None:
    answer = visitor().post(address(product), filled(name=name))
    assert answer.status_code in {200, 422}
    assert "<script>alert(1)" not in answer.content.decode()


@pytest.mark.slow
def test_naughty_strings_break_no_field(product: Product, shared_data: Path) -> None:
    found = next((shared_data / "nasty" / "blns").rglob("*.json"))
    for text in json.loads(found.read_text()):
        for field in ("name", "phone", "gift_message", "invoice_title", "document_number", "parts", "text", "key"):
            form = filled(is_gift="on", gift_name="Lan", gift_phone="13812340003", wants_invoice="on", **{field: text})
            assert shop_form(product, form).is_valid() in {True, False}


def shop_form(product: Product, data: dict[str, Any]) -> PurchaseForm:
    plans = [(1, "at once")]
    return PurchaseForm(data, plans=plans, is_known=False, identity_for_self=True, identity_for_gift=True)


def test_a_product_that_is_not_on_sale_has_no_page(product: Product) -> None:
    Product.objects.update(state=Product.State.RETIRED)
    assert visitor().get(address(product)).status_code == 404


@pytest.mark.parametrize("name", ["order", "order_state", "order_pay", "order_receipt", "order_receipt_pdf"])
def test_the_order_of_somebody_else_looks_like_none(
    product: Product, buyer: Member, stranger: Member, name: str
) -> None:
    order = place(buyer, product)
    pay(order)
    theirs = of(stranger).get(reverse(f"cards:{name}", args=[order.token]))
    missing = of(stranger).get(reverse(f"cards:{name}", args=["x" * 20]))
    assert theirs.status_code == missing.status_code == 404
    assert visitor().get(reverse(f"cards:{name}", args=[order.token])).status_code == 302


def test_every_state_says_what_to_do_next(product: Product, buyer: Member) -> None:
    client = of(buyer)
    order = place(buyer, product)
    page = reverse("cards:order", args=[order.token])
    seen = {}

    def look(state: str) -> None:
        answer = client.get(page)
        assert answer.status_code == 200
        seen[state] = re.search(r'data-situation="([^"]+)"', answer.content.decode()).group(1)  # type: ignore[union-attr]

    look("placed")
    payment = pay(order, outcome="declined", deliver=False)
    look("being paid")
    shop.arrive(payment)
    look("declined")
    pay(order)
    look("paid")
    client.post(reverse("cards:order_code", args=[order.token]))
    assert seen == {"placed": "to-pay", "being paid": "confirming", "declined": "failed", "paid": "to-activate"}
    assert AuditRecord.objects.filter(action="cards.order.reveal_code").count() == 1
    for state in Order.State.values:
        Order.objects.update(state=state)
        assert client.get(page).status_code == 200


def test_a_buyer_cancels_her_own_unpaid_order(product: Product, buyer: Member, stranger: Member) -> None:
    order = place(buyer, product)
    target = reverse("cards:order_cancel", args=[order.token])
    assert of(stranger).post(target).status_code == 404
    assert of(buyer).get(target).status_code == 405
    of(buyer).post(target)
    order.refresh_from_db()
    assert order.state == Order.State.CANCELLED


def test_the_receipt_can_be_printed_and_loaded(product: Product, buyer: Member) -> None:
    order = place(buyer, product)
    assert of(buyer).get(reverse("cards:order_receipt", args=[order.token])).status_code == 404
    pay(order)
    assert "林婉清" in of(buyer).get(reverse("cards:order_receipt", args=[order.token])).content.decode()
    pdf = of(buyer).get(reverse("cards:order_receipt_pdf", args=[order.token]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_the_list_of_orders_asks_the_same_number_of_questions_however_long(product: Product, buyer: Member) -> None:
    client = of(buyer)
    client.get(reverse("cards:orders"))
    counts = []
    for n in range(3):
        place(buyer, product, key=f"g{n}", gift=orders.Gift("Lan", "+8613812340003"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("cards:orders")).status_code == 200
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_messages_of_every_state_are_worded_in_every_language() -> None:
    ours = ("order.", "payment.", "gift.", "instalment.")
    assert not [path for path in rendering.missing_wording() if path.split("/")[1].startswith(ours)]
