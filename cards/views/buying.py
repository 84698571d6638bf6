"""Buying a card on the website (CARD-08 · A3.3): consult, apply, agree, look once more, prove the phone, place, pay.

What was typed travels sealed in the page itself, so that no identity number lies in a session, and nothing is lost when
a session ends.
"""

import json
import secrets
from typing import Any

from allauth.account.utils import perform_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cards.forms import buying as forms
from cards.models import Channel, Order, Product, ProductVersion
from cards.operations import orders, part_payment
from cards.operations.counter_sale import PRICE_FIELDS
from cards.policy import purchase
from cards.policy.parameters import InstalmentParameters, PaymentParameters, PurchaseParameters
from cards.queries import openings, prices, purchases
from cards.views import sources
from core import clock, crypto, parameters, refusals
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import LegalText, Member
from members.operations import codes, identity, people
from members.operations.codes import Address
from members.policy import legal_layout
from risk import operations as risk

PLACE = "cards.purchase.draft"
DRAFT_LASTS = 4 * 3600


@never_cache
@sources.remembered
@sensitive_post_parameters("document_number", "draft")
@require_http_methods(["GET", "POST"])
def buy(request: HttpRequest, code: str) -> HttpResponse:
    """Every step of the purchase of one product, told apart by `step`."""
    product = purchases.on_sale(code)
    price = prices.price_on(product, clock.today()) if product else None
    if product is None or product.version is None or price is None:
        raise Http404
    desk = Desk(request, product, product.version, price)
    if desk.opening and not (desk.mine and desk.mine.is_open):
        return desk.early()
    if request.method == "GET":
        return desk.ask()
    if tried := sorted(PRICE_FIELDS & {name.lower() for name in request.POST}):
        risk.note("price.tampering", subject=f"cards.product:{product.pk}", facts={"fields": tried, "where": "web"})
    match request.POST.get("step"):
        case "change":
            return desk.ask(desk.opened())
        case "confirm":
            return desk.confirm()
        case "verify":
            return desk.verify()
        case _:
            return desk.look()


class Desk:
    """One visitor at the desk of one product."""

    def __init__(self, request: HttpRequest, product: Product, version: ProductVersion, price: int) -> None:
        self.request, self.product, self.price, self.version = request, product, price, version
        user = request.user
        self.member = getattr(user, "member", None) if isinstance(user, User) else None
        today = clock.today()
        self.opening = openings.of(product, day=today)
        self.mine = openings.mine(self.opening, self.member, day=today) if self.opening and self.member else None
        self.text = purchases.agreement_of(self.version, on=today)
        self.rules = parameters.in_force(PurchaseParameters, on=today)
        self.by_points = part_payment.offer(self.member, of_minor=price)
        self.document = purchases.document_of(self.member) if self.member else None
        self.plans = self._plans(price)

    def ask(self, draft: dict[str, Any] | None = None) -> HttpResponse:
        """The application form, empty or as it was filled in."""
        initial = {**(draft or {}), "agree": False, "join": False}
        initial["key"] = initial.get("key") or secrets.token_hex(16)
        initial["text"] = self.text.pk
        return self._page("form", form=self._form(initial=initial))

    def early(self) -> HttpResponse:
        """LOY-15 · B8.3 — the launch day lies ahead: when it is whose, and when it is hers."""
        return self._page(
            "early", opening=self.opening, mine=self.mine, status=200 if self.request.method == "GET" else 409
        )

    def look(self) -> HttpResponse:
        """What was filled in, once more, with the price and what happens next."""
        form = self._form(data=self.request.POST)
        if not form.is_valid():
            return self._page("form", form=form, status=422)
        try:
            return self._review(form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("points", refusals.said(broken))
            return self._page("form", form=form, status=422)

    def confirm(self) -> HttpResponse:
        """A known member's order is placed; anybody else first proves the phone number."""
        draft = self.opened()
        if draft is None:
            return self.ask()
        return self._place(draft, self.member) if self.member else self._send_code(draft)

    def verify(self) -> HttpResponse:
        """The code that came to the phone; it opens (or finds) the account, and the order is placed."""
        draft = self.opened()
        if draft is None:
            return self.ask()
        if "again" in self.request.POST:
            return self._send_code(draft)
        form = forms.CodeForm(self.request.POST)
        if not form.is_valid():
            return self._prove(draft, form, status=422)
        address = Address("sms", draft["phone"])
        try:
            codes.check("join", to=address, binding=draft["key"], typed=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", refusals.said(refusal))
            return self._prove(draft, form, status=422)
        joined = people.join(verified=address, name=draft["name"], language=get_language() or "", choices={})
        logged_in = perform_login(self.request, joined.user, redirect_url=self.request.path)
        placed = self._place(draft, joined.member)
        return placed if self.request.user.is_authenticated or placed.status_code != 302 else logged_in

    def opened(self) -> dict[str, Any] | None:
        """What the page carried, if we sealed it, for this product, not too long ago."""
        try:
            draft: dict[str, Any] = json.loads(crypto.unseal(self.request.POST.get("draft", ""), place=PLACE))
        except (crypto.CannotOpen, ValueError):
            return None
        fresh = clock.now().timestamp() - draft["sealed_at"] < DRAFT_LASTS
        return draft if draft["product"] == self.product.code and fresh else None

    def _place(self, draft: dict[str, Any], member: Member) -> HttpResponse:
        try:
            document = None
            if draft.get("document_number"):
                document = identity.give_document(member, kind=draft["document_kind"], number=draft["document_number"])
            order = orders.place(
                member,
                product=self.product,
                key=draft["key"],
                agreed=orders.Agreed(LegalText.objects.get(pk=draft["text"]), get_language() or "en"),
                **self._source(),
                document=document,
                gift=forms.gift_of(draft),
                parts=draft["parts"],
                points=draft.get("points", 0),
                invoice=forms.invoice_of(draft),
            )
        except RuleBroken as broken:
            return self._review(draft, refused=broken)
        return self._onwards(order)

    def _onwards(self, order: Order) -> HttpResponse:
        return redirect("cards:order_pay", token=order.token)

    def _source(self) -> dict[str, Any]:
        """CARD-06 · A3.1 — through what the buyer came; it says where the order belongs and changes no price."""
        source = sources.of(self.request)
        if source is None:
            return {"channel": Channel.WEB}
        store = Store.objects.filter(code=source.code).first() if source.kind == "store" else None
        seller = User.objects.filter(employment__staff_number=source.code) if source.kind == "seller" else None
        return {
            "channel": source.channel,
            "campaign": str(source),
            "store": store,
            "seller": seller.select_related("employment").first() if seller is not None else None,
        }

    def _send_code(self, draft: dict[str, Any]) -> HttpResponse:
        form = forms.CodeForm()
        try:
            codes.send("join", to=Address("sms", draft["phone"]), binding=draft["key"], language=get_language() or "")
        except Refusal as refusal:
            return self._prove(draft, form, notice=refusals.said(refusal))
        return self._prove(draft, form)

    def _prove(
        self, draft: dict[str, Any], form: forms.CodeForm, *, notice: str = "", status: int = 200
    ) -> HttpResponse:
        to = people.masked(Address("sms", draft["phone"]))
        return self._page("prove", form=form, to=to, notice=notice, draft=self._sealed(draft), status=status)

    def _review(self, draft: dict[str, Any], *, refused: RuleBroken | None = None) -> HttpResponse:
        member = self.member or getattr(self.request.user, "member", None)
        off = self._off(member, draft, refused=refused)
        draft = draft | {"points": off.points}
        patience = parameters.in_force(PaymentParameters, on=clock.today()).pay_within_minutes
        return self._page(
            "review",
            draft=self._sealed(draft),
            given=draft,
            buyer_name=member.name if member else draft["name"],
            buyer_phone=(member.phone if member else draft["phone"]) or "",
            gift=forms.gift_of(draft),
            plan=dict(self._plans(self.price - off.minor))[draft["parts"]],
            off=off,
            pay_minor=self.price - off.minor,
            wants_invoice=draft.get("wants_invoice"),
            pay_within_minutes=patience,
            cooling_off_days=self.rules.cooling_off_days,
            refused=refusals.said(refused) if refused else "",
            status=409 if refused else 200,
        )

    def _form(self, **bound: Any) -> forms.PurchaseForm:
        return forms.PurchaseForm(
            plans=self.plans,
            is_known=self.member is not None,
            most_points=self.by_points.most,
            identity_for_self=self._asks_identity(is_gift=False),
            identity_for_gift=self._asks_identity(is_gift=True),
            **bound,
        )

    def _off(self, member: Member | None, draft: dict[str, Any], *, refused: RuleBroken | None) -> part_payment.Part:
        """What her points take off; beside another refusal, what cannot be had any more is left out."""
        if member is None or not draft.get("points"):
            return part_payment.NOTHING
        try:
            return part_payment.part(member, draft["points"], of_minor=self.price)
        except RuleBroken:
            if refused is None:
                raise
            return part_payment.NOTHING

    def _plans(self, total: int) -> list[tuple[int, str]]:
        offered = parameters.in_force(InstalmentParameters, on=clock.today()).plans
        return forms.plan_choices(total, self.version.currency, offered)

    def _asks_identity(self, *, is_gift: bool) -> bool:
        return self.document is None and purchase.identity_needed(
            self.price, is_registered=self.version.is_registered, is_gift=is_gift, parameters=self.rules
        )

    def _sealed(self, draft: dict[str, Any]) -> str:
        kept = {**draft, "product": self.product.code, "sealed_at": clock.now().timestamp()}
        return crypto.seal(json.dumps(kept, ensure_ascii=False), place=PLACE)

    def _page(self, step: str, *, status: int = 200, **context: Any) -> HttpResponse:
        language = get_language() or "en"
        context |= {
            "step": step,
            "product": self.product,
            "version": self.version,
            "price": self.price,
            "member": self.member,
            "document": self.document,
            "by_points": self.by_points,
            "agreement": self.text,
            "sections": legal_layout.sections(self.text.bodies.get(language) or self.text.bodies.get("en", "")),
        }
        return render(self.request, f"cards/buy/{step}.html", context, status=status)
