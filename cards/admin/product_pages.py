"""A product's own pages: begin one, see how it stands, move it along its life (CARD-01, CARD-04)."""

from collections.abc import Callable
from functools import partial

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from cards.forms.products import NewProductForm
from cards.models import Product, ProductVersion
from cards.operations import products, reviews, versions
from cards.policy import states
from cards.policy.states import ProductState, VersionState
from cards.queries import contents, launches, openings, prices
from cards.wording import products as words
from core import access, clock, refusals
from core.models import User
from core.request import reason_of
from core.rules import RuleBroken

VIEW = "cards.view_product"
Act = Callable[[Product, User, str], object]

# verb → what it does, what the button says, what is said when done, whether it asks a reason, its target state
VERBS: dict[str, tuple[Act, str | Promise, str | Promise, bool, ProductState]] = {
    "pilot": (
        lambda product, by, _reason: products.start_pilot(product, by=by),
        _("Start the pilot"),
        _("On sale at the pilot stores."),
        False,
        ProductState.PILOT,
    ),
    "end-pilot": (
        lambda product, by, reason: products.end_pilot(product, by=by, reason=reason),
        _("End the pilot"),
        _("The pilot has ended."),
        True,
        ProductState.APPROVED,
    ),
    "launch": (
        lambda product, by, _reason: products.go_on_sale(product, by=by),
        _("Put on sale"),
        _("On sale."),
        False,
        ProductState.ON_SALE,
    ),
    "suspend": (
        lambda product, by, reason: products.suspend(product, by=by, reason=reason),
        _("Suspend the sale"),
        _("No longer for sale until you resume it."),
        True,
        ProductState.SUSPENDED,
    ),
    "resume": (
        lambda product, by, reason: products.resume(product, by=by, reason=reason),
        _("Resume the sale"),
        _("On sale again."),
        True,
        ProductState.ON_SALE,
    ),
    "retire": (
        lambda product, by, reason: products.retire(product, by=by, reason=reason),
        _("Retire"),
        _("Retired. Cards already sold live on."),
        True,
        ProductState.RETIRED,
    ),
    "review": (
        lambda product, by, reason: _conclude(product, by, reason),
        _("Write down the review"),
        _("The review is written down."),
        True,
        ProductState.ON_SALE,
    ),
}


def _conclude(product: Product, by: User, reason: str) -> None:
    plan = contents.plan_of(product.version) if product.version else None
    if plan is None:
        raise Http404
    reviews.conclude(plan, by=by, note=reason)


def found(pk: object) -> Product:
    rows = Product.objects.select_related("version__agreement", "series")
    try:
        product = rows.filter(pk=int(str(pk))).first()
    except (ValueError, OverflowError):
        product = None
    if product is None:
        raise Http404
    return product


def begin(request: HttpRequest) -> HttpResponse:
    """A new product: code and number series, then the studio."""
    user = staff(request)
    form = NewProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = products.draft_product(**form.cleaned_data, by=user)
        except RuleBroken as refusal:
            form.add_error("code" if refusal.code == "product_code_taken" else None, refusals.said(refusal))
        else:
            return redirect("admin:cards_product_version", draft.product_id, draft.number)
    access.require(user, "cards.add_product")
    status = 422 if form.is_bound else 200
    return page(request, "admin/cards/begin.html", status=status, title=_("New card product"), form=form)


def overview(request: HttpRequest, pk: object) -> HttpResponse:
    """How a product stands: its state and why, what it may become, the checklist of its launch, its versions."""
    user = viewer(request, VIEW)
    product = found(pk)
    rows = product.versions.select_related("author", "approval__decided_by").order_by("-number")
    listed = list(rows.prefetch_related(Prefetch("launch_plan")))
    upcoming = _upcoming(product, listed)
    plan = contents.plan_of(product.version) if product.version else None
    today = clock.today()
    return page(
        request,
        "admin/cards/product.html",
        title=product.version.localized_name if product.version else product.code,
        product=product,
        shown=launches.shown(product),
        versions=listed,
        upcoming=upcoming,
        opening=openings.planned(upcoming, day=today) if upcoming else openings.of(product, day=today),
        checklist=words.checklist(launches.readiness(upcoming)) if upcoming else None,
        plan=plan,
        review_due=bool(plan and plan.review_on and plan.review_on <= today and not plan.reviewed_at),
        price=prices.price_on(product, today),
        stock=launches.stock_of(product),
        sold=product.cards.count(),
        verbs=_verbs(product, user),
        may_revise=access.allows(user, versions.RIGHT) and product.state != ProductState.RETIRED and not _open(listed),
    )


def _open(listed: list[ProductVersion]) -> bool:
    return any(version.state in (VersionState.DRAFT, VersionState.IN_REVIEW) for version in listed)


def _upcoming(product: Product, listed: list[ProductVersion]) -> ProductVersion | None:
    """The version that waits to go on sale: approved and newer than the one on sale, or on pilot."""
    newest = next((version for version in listed if version.state == VersionState.APPROVED), None)
    if newest is None or (newest.pk == product.version_id and product.state != ProductState.PILOT):
        return None
    return newest


def _verbs(product: Product, user: User) -> list[tuple[str, str | Promise, bool]]:
    """What this person may do with the product as it stands: verb, words, whether a reason is asked."""
    ways = states.PRODUCT[ProductState(product.state)]
    rights = {"suspend": products.SUSPEND, "resume": products.SUSPEND, "retire": products.RETIRE}
    offered = []
    for verb, (_act, label, _done, asks, to) in VERBS.items():
        fits = to in ways and verb != "review"
        if verb in ("launch", "resume") and product.state == ProductState.SUSPENDED:
            fits = verb == "resume"
        elif verb == "resume":
            fits = False
        elif verb == "launch" and product.state == ProductState.ON_SALE:
            fits = launches.next_version(product) is not None
        elif verb == "end-pilot":
            fits = product.state == ProductState.PILOT
        if fits and access.allows(user, rights.get(verb, products.LAUNCH)):
            offered.append((verb, label, asks))
    return offered


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of a product's life."""
    user, product = staff(request), found(pk)
    if verb not in VERBS:
        raise Http404
    step, _label, done, _asks, _to = VERBS[verb]
    tried(request, partial(step, product, user, reason_of(request)), done=str(done))
    return redirect("admin:cards_product_change", product.pk)


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a draft of the next version."""
    user, product = staff(request), found(pk)
    opened: list[ProductVersion] = []
    if tried(
        request, lambda: opened.append(versions.draft_revision(product, by=user)), done=_now("A new draft is open.")
    ):
        return redirect("admin:cards_product_version", product.pk, opened[0].number)
    return redirect("admin:cards_product_change", product.pk)
