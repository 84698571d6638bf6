"""Coupons in the back office: what they promise, batches of codes, each code (LOY-13 · E2.6)."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, refusals
from core.admin import ReadOnly
from core.admin.base import code, moment, state
from core.admin.deciding import Deciding, Decision, ReasonForm
from core.models import User
from core.request import reason_of
from core.rules import RuleBroken
from core.spreadsheet import csv_lines
from loyalty.admin.forms import BatchForm, GrantForm, NewOfferForm, OfferForm
from loyalty.models import Coupon, CouponBatch, CouponOffer
from loyalty.operations import coupons
from loyalty.policy import spoken_codes
from loyalty.templatetags.rewards import takes_off

VIEW = "loyalty.view_couponoffer"


@admin.register(CouponOffer)
class CouponOfferAdmin(ReadOnly):
    list_display = ("named", code, "promise", "starts_on", "last_on")
    search_exact = ("code",)
    search_prefix = ("code", "name")

    @admin.display(description=_("coupon"))
    def named(self, offer: CouponOffer) -> str:
        return offer.localized_name

    @admin.display(description=_("takes off"))
    def promise(self, offer: CouponOffer) -> str:
        return takes_off(offer)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(coupons.CHANGE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return _begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return _offer(request, _found(object_id))

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/issue/<slug:verb>/", inside(issue), name="loyalty_couponoffer_issue"),
            path("batch/<int:pk>/export/", inside(export), name="loyalty_couponbatch_export"),
        ]
        return [*own, *super().get_urls()]


@admin.register(Coupon)
class CouponAdmin(Deciding):
    """Each code, whose it is and what became of it."""

    list_display = ("spelt", "offer", "member", state(_("state")), "last_valid_on", moment("issued_at", _("issued at")))
    list_filter = ("state",)
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "spelt", "offer", "batch", "member", "state", "possible", "issued_at", "valid_from_on", "last_valid_on", "used_at",
        "void_reason",
    )  # fmt: skip
    decisions = (
        Decision(
            "void", _("Make it void"), coupons.VOID, lambda row: row.state == Coupon.State.ISSUED, ReasonForm,
            lambda row, user, given: coupons.void(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("offer", "batch__offer", "member")

    @admin.display(description=_("code"), ordering="code")
    def spelt(self, coupon: Coupon) -> str:
        return spoken_codes.spell(coupon.code)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By the code however it is typed, or by the member's number."""
        return rows.filter(Q(code=spoken_codes.read(term)) | Q(member__number=term))


def _found(pk: object) -> CouponOffer:
    try:
        offer = CouponOffer.objects.filter(pk=int(str(pk))).first()
    except (ValueError, OverflowError):
        offer = None
    if offer is None:
        raise Http404
    return offer


def _begin(request: HttpRequest) -> HttpResponse:
    user = staff(request)
    access.require(user, coupons.CHANGE)
    form = NewOfferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = coupons.offer(form.terms, stores=list(form.cleaned_data["stores"]), by=user)
        except RuleBroken as refusal:
            form.add_error("code", refusals.said(refusal))
        else:
            return redirect("admin:loyalty_couponoffer_change", made.pk)
    status = 422 if form.is_bound else 200
    return page(request, "admin/cards/begin.html", status=status, title=_now("New coupon"), form=form)


def _offer(request: HttpRequest, offer: CouponOffer, **bound: forms.Form) -> HttpResponse:
    """What it promises, the codes of it, and who may have more."""
    user = viewer(request, VIEW)
    counts = offer.coupons.aggregate(
        issued=Count("pk"), used=Count("pk", filter=Q(state="used")), void=Count("pk", filter=Q(state="void"))
    )
    in_use = bool(counts["issued"]) or offer.batches.exists()
    posted = request.POST if request.method == "POST" and not bound else None
    form = OfferForm(posted or None, initial=_initial(offer))
    if posted is not None:
        access.require(user, coupons.CHANGE)
        if form.is_valid():
            stores = list(form.cleaned_data["stores"])
            act = partial(coupons.revise, offer, form.terms, stores=stores, by=user)
            if tried(request, act, done=_now("Changed.")):
                return redirect("admin:loyalty_couponoffer_change", offer.pk)
    may_issue = access.allows(user, coupons.ISSUE)
    return page(
        request,
        "admin/loyalty/offer.html",
        status=422 if form.errors or bound else 200,
        title=offer.localized_name,
        offer=offer,
        counts=counts,
        form=form if access.allows(user, coupons.CHANGE) and not in_use else None,
        batches=offer.batches.select_related("asked_by")[:50],
        may_export=access.allows(user, coupons.EXPORT),
        batch_form=(bound.get("batch") or BatchForm()) if may_issue else None,
        grant_form=(bound.get("grant") or GrantForm(initial={"key": uuid.uuid4()})) if may_issue else None,
    )


def _initial(offer: CouponOffer) -> dict[str, Any]:
    return {
        **vars(offer),
        "percent": f"{offer.value_bps / 100:g}" if offer.value_bps else None,
        "categories": ", ".join(offer.categories),
        "stores": list(offer.stores.values_list("pk", flat=True)),
    }


@require_POST
def issue(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A batch of codes for whoever shows them, or one code for a member."""
    user, offer = staff(request), _found(pk)
    access.require(user, coupons.ISSUE)
    kinds: dict[str, tuple[type[forms.Form], Callable[..., Any], str]] = {
        "batch": (BatchForm, _batch, _now("The codes are being made.")),
        "grant": (GrantForm, _grant, _now("The coupon is given.")),
    }
    if verb not in kinds:
        raise Http404
    kind, act, done = kinds[verb]
    form = kind(request.POST)
    if not form.is_valid():
        return _offer(request, offer, **{verb: form})
    tried(request, partial(act, offer, form.cleaned_data, user), done=done)
    return redirect("admin:loyalty_couponoffer_change", offer.pk)


def _batch(offer: CouponOffer, typed: dict[str, Any], user: User) -> None:
    coupons.ask_batch(offer, typed["count"], reason=typed["reason"], by=user)


def _grant(offer: CouponOffer, typed: dict[str, Any], user: User) -> None:
    coupons.grant(offer, typed["member"], key=str(typed["key"]), reason=typed["reason"], by=user)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The codes of a batch as a file; that they were taken out is on record."""
    user = staff(request)
    access.require(user, coupons.EXPORT)
    batch = CouponBatch.objects.select_related("offer").filter(pk=pk).first()
    if batch is None:
        raise Http404
    found: list[Any] = []
    act = partial(coupons.export, batch, by=user, reason=reason_of(request))
    if not tried(request, lambda: found.append(act()), done=_now("The codes were exported.")):
        return redirect("admin:loyalty_couponoffer_change", batch.offer_id)
    head = [_now("Code"), _now("Good from"), _now("Good through"), _now("State")]
    lines = csv_lines(row for part in ([head], found[0]) for row in part)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{batch.offer.code}-{batch.pk}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
