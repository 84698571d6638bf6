"""CARD-04 · A2.2 — a product from its first draft to its retirement; what is sold under it lives on."""

from collections.abc import Callable

from django.db import transaction

from cards.models import LaunchPlan, NumberSeries, Product, ProductVersion
from cards.operations import prices, sellers, transitions, versions
from cards.policy import launch
from cards.policy.states import ProductState, VersionState
from cards.queries import contents, launches, openings, showcase
from core import audit, clock
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal

LAUNCH, SUSPEND, RETIRE = "cards.launch_product", "cards.suspend_product", "cards.retire_product"


def draft_product(*, code: str, series: NumberSeries, by: User) -> ProductVersion:
    """CARD-01 · A2.1 — begin a product: its code, its number series and an empty first draft."""
    sellers.require(by, versions.RIGHT, subject="cards.product")
    with transaction.atomic():
        if Product.objects.filter(code=code).exists():
            raise Refusal("product_code_taken")
        product = Product.objects.create(code=code, series=series, created_by=by)
        audit.record("cards.product.begin", subject=product, actor=by, details={"code": code})
        return versions.draft_revision(product, by=by)


def start_pilot(product: Product, *, by: User) -> Product:
    """CARD-04 · A2.2.1 — sell the approved card at its pilot stores only, before the launch day."""

    def change(product: Product) -> None:
        version = _ready(product, is_pilot=True)
        plan = contents.plan_of(version)
        if plan is None or not plan.pilot_stores.all():
            raise Refusal("pilot_needs_stores")
        _offer(product, version, to=ProductState.PILOT, by=by)

    return _change(product, change, right=LAUNCH, by=by, action="cards.product.pilot")


def end_pilot(product: Product, *, by: User, reason: str) -> Product:
    """Stop selling at the pilot stores; the card waits for its launch or for a better version."""

    def change(product: Product) -> None:
        product.version = None
        transitions.move(product, ProductState.APPROVED, reason=_given(reason))

    return _change(product, change, right=LAUNCH, by=by, action="cards.product.end_pilot", reason=reason)


def go_on_sale(product: Product, *, by: User | None) -> Product:
    """CARD-04, CARD-05 · A2.2 — put the newest approved version on sale, on its launch day or later; a new card some days
    earlier, for the tiers that have a head start (LOY-15): an order of anybody else is refused until the launch day.

    The version on sale before is superseded; cards sold under it keep it. Refuses `launch_not_due` before the day,
    `not_ready` with the requirements that are not met, `nothing_to_launch` where no approved version waits. `by` is
    None for the nightly sweep.
    """

    def change(product: Product) -> None:
        version = _ready(product)
        plan, today = contents.plan_of(version), clock.today()
        opening = openings.planned(version, day=today)
        if plan is None or opening is None or opening.first_on > today:
            raise Refusal("launch_not_due")
        version.on_sale_at = clock.now()
        version.save(update_fields=["on_sale_at"])
        _offer(product, version, to=ProductState.ON_SALE, by=by)
        _tell(plan, "product.on-sale", key=str(version.pk), link=f"/cards/{product.code}/")

    return _change(product, change, right=LAUNCH, by=by, action="cards.product.on_sale")


def tell_blocked(product: Product, refusal: Refusal) -> None:
    """A launch that was due did not happen: tell the people responsible, once for the version."""
    version = launches.next_version(product) or product.version
    plan = contents.plan_of(version) if version else None
    if plan is not None:
        key = f"{plan.version_id}:{refusal.code}"
        _tell(plan, "product.launch-blocked", key=key, link=f"/admin/cards/product/{product.pk}/change/")


def _tell(plan: LaunchPlan, event: str, *, key: str, link: str) -> None:
    outbox.send_many(
        outbox.Draft(
            event=event,
            key=f"{key}:{person.pk}",
            to=person,
            context={"product": plan.version.worded("name", person.language)},
            link=link,
        )
        for person in plan.responsible.all()
    )


def suspend(product: Product, *, by: User, reason: str) -> Product:
    """Stop selling for now; cards sold go on being served. Asks a reason."""

    def change(product: Product) -> None:
        transitions.move(product, ProductState.SUSPENDED, reason=_given(reason))

    return _change(product, change, right=SUSPEND, by=by, action="cards.product.suspend", reason=reason)


def resume(product: Product, *, by: User, reason: str) -> Product:
    """Sell again what was suspended, under the version it was suspended with."""

    def change(product: Product) -> None:
        _check_ready(product.version)
        transitions.move(product, ProductState.ON_SALE, reason=_given(reason))

    return _change(product, change, right=SUSPEND, by=by, action="cards.product.resume", reason=reason)


def retire(product: Product, *, by: User, reason: str) -> Product:
    """Sell no more, for ever; cards sold live and renew as promised. Refuses `draft_open` while a draft is open."""

    def change(product: Product) -> None:
        if product.versions.filter(state__in=[VersionState.DRAFT, VersionState.IN_REVIEW]).exists():
            raise Refusal("draft_open")
        transitions.move(product, ProductState.RETIRED, reason=_given(reason))

    return _change(product, change, right=RETIRE, by=by, action="cards.product.retire", reason=reason)


def _change(
    product: Product, change: Callable[[Product], None], *, right: str, by: User | None, action: str, reason: str = ""
) -> Product:
    """The frame of every transition: right, lock, change, record."""
    if by is not None:
        sellers.require(by, right, subject=product)
    with transaction.atomic():
        locked = Product.objects.select_for_update(of=("self",)).select_related("version").get(pk=product.pk)
        before = (locked.state, locked.version_id)
        change(locked)
        after = (locked.state, locked.version_id)
        details = {"state": [before[0], after[0]], "version": [before[1], after[1]]}
        audit.record(action, subject=locked, actor=by, reason=reason, details=details)
        showcase.refresh(locked.code, clock.today())
    return locked


def _ready(product: Product, *, is_pilot: bool = False) -> ProductVersion:
    """The version to be offered: the newest approved one, or the one that is being piloted."""
    version = launches.next_version(product)
    if version is None and product.state == ProductState.PILOT:
        version = product.version
    return _check_ready(version, is_pilot=is_pilot)


def _check_ready(version: ProductVersion | None, *, is_pilot: bool = False) -> ProductVersion:
    if version is None:
        raise Refusal("nothing_to_launch")
    if missing := launch.unmet(launches.readiness(version, is_pilot=is_pilot)):
        raise Refusal("not_ready", items=missing)
    return version


def _offer(product: Product, version: ProductVersion, *, to: ProductState, by: User | None) -> None:
    prices.begin(product, version)
    product.version = version
    if product.state == to:
        product.save(update_fields=["version"])
    else:
        transitions.move(product, to)


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refusal("reason_needed")
    return reason
