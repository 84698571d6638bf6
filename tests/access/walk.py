"""Every address that the URLconf knows, with the things it is asked for, and what an answer amounts to."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.stage import Stage, a_row_of

Kwargs = dict[str, Any]
UNNAMED = "(catch-all)"
LOG_IN = ("/account/login/", "/admin/login/")
PARTS_OF: dict[str, Callable[[Stage], Kwargs]] = {
    "cards:product": lambda s: {"code": s.own.card.product.code},
    "cards:social_image": lambda s: {"code": s.own.card.product.code},
    "cards:buy": lambda s: {"code": s.own.card.product.code},
    "cards:face_image": lambda s: {"name": "none.jpg"},
    "cards:order_pay": lambda s: {"token": s.own.unpaid.token},
    "cards:order_cancel": lambda s: {"token": s.own.unpaid.token},
    "counter:sold": lambda s: {"token": s.own.counter_order.token},
    "counter:collect": lambda s: {"token": s.own.unpaid.token},
    "counter:activate_card": lambda s: {"card": s.own.waiting.public_id},
    "counter:activate_code": lambda s: {"card": s.own.waiting.public_id},
    "counter:use": lambda s: {"card": s.own.card.public_id, "benefit": s.own.use.entitlement_id},
    "payments:callback": lambda s: {"gateway": "sandbox"},
    "sandbox:pay": lambda s: {"token": shop_charge(s)},
    "core:inbox_message": lambda s: {"pk": s.own.letter.pk},
    "core:inbox_read": lambda s: {"pk": s.own.letter.pk},
    "core:styleguide_page": lambda s: {"page": "portal"},
    "members:change_address": lambda s: {"kind": "email"},
    "members:unsubscribe": lambda s: {"token": s.things["unsubscribe"]},
    "members:legal": lambda s: {"kind": "terms"},
    "members:legal_version": lambda s: {"kind": "terms", "version": 1},
    "mfa_edit_webauthn": lambda s: {"pk": s.things["authenticator"].pk},
    "mfa_remove_webauthn": lambda s: {"pk": s.things["authenticator"].pk},
    "admin:app_list": lambda s: {"app_label": "cards"},
    "admin:view_on_site": lambda s: {"content_type_id": 1, "object_id": 1},
    "admin:core_parameters_area": lambda s: {"code": "personal_data"},
    "admin:reveal": lambda s: {"app": "members", "model": "member", "pk": s.own.member.pk, "field": "phone"},
    "admin:core_jobrun_start": lambda s: {"name": "cards.product-launches"},
    "admin:core_jobrun_progress": lambda s: {"pk": s.things["run"].pk},
    "admin:core_jobrun_retry": lambda s: {"pk": s.things["poison"].pk},
    "admin:core_approval_decide": lambda s: {"pk": s.things["approval"].pk},
    **{
        f"admin:core_employment_{verb}": lambda s: {"pk": s.things["colleague"].pk}
        for verb in ("grant", "revoke", "move", "shut")
    },
    "admin:core_wording": lambda s: {"event": "order.paid", "channel": "inbox", "language": "en"},
    "admin:core_wording_preview": lambda s: {"event": "order.paid", "channel": "inbox", "language": "en"},
    "admin:members_legaltext_next": lambda s: {"kind": "terms"},
    "admin:members_legaltext_version": lambda s: {"kind": "terms", "version": 1},
    "admin:members_member_overview": lambda s: {"pk": s.own.member.pk},
    "admin:cards_order_decide": lambda s: {"pk": s.own.counter_order.pk, "verb": "cancel"},
    "admin:cards_payment_decide": lambda s: {"pk": s.things["payment"].pk, "verb": "refund"},
    "admin:cards_refund_decide": lambda s: {"pk": s.things["refund"].pk, "verb": "pay-out"},
    "admin:cards_numberseries_act": lambda s: {"pk": s.draft.product.series_id, "verb": "produce"},
    "admin:cards_numberbatch_export": lambda s: {"pk": s.things["batch"].pk},
    "admin:cards_product_act": lambda s: {"pk": s.own.card.product_id, "verb": "suspend"},
    "admin:cards_product_revise": lambda s: {"pk": s.own.card.product_id},
    "admin:cards_product_version": lambda s: {"pk": s.draft.product_id, "number": s.draft.number},
    "admin:cards_product_figures": lambda s: {"pk": s.draft.product_id, "number": s.draft.number},
    "admin:cards_product_version_act": lambda s: {
        "pk": s.draft.product_id, "number": s.draft.number, "verb": "withdraw",
    },
    "admin:cards_product_prices": lambda s: {"pk": s.own.card.product_id},
    "admin:cards_product_effect": lambda s: {"pk": s.own.card.product_id},
    "admin:cards_product_poster": lambda s: {"pk": s.own.card.product_id},
}  # fmt: skip
"""What stands in an address, where the kind of its parts does not say it (`USUALLY`)."""
USUALLY: dict[str, Callable[[Stage], Any]] = {
    "card": lambda s: s.own.card.public_id,
    "token": lambda s: s.own.paid.token,
    "use": lambda s: s.own.use.pk,
}
MISSING: dict[type, Any] = {UUID: uuid4(), int: 2**31 - 1, str: "no-such-thing"}


def shop_charge(stage: Stage) -> str:
    from tests.cards import shop

    return str(shop.charge_of(stage.own.unpaid.payments.latest("pk")).token)


def patterns() -> dict[str, URLPattern]:
    """URL name → pattern, in the order of the URLconf."""
    return dict(_under(get_resolver().url_patterns, ""))


def _under(parts: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for part in parts:
        if isinstance(part, URLResolver):
            yield from _under(part.url_patterns, prefix + (f"{part.namespace}:" if part.namespace else ""))
        else:
            yield prefix + (part.name or UNNAMED), part


def kwargs_of(name: str, pattern: URLPattern, stage: Stage) -> Kwargs:
    if name in PARTS_OF:
        return PARTS_OF[name](stage)
    wanted = pattern.pattern.converters
    if set(wanted) == {"object_id"}:
        return {"object_id": _row_behind(name, stage).pk}
    missing = set(wanted) - set(USUALLY)
    assert not missing, f"Say in tests/access/walk.py what stands in the address of {name}: {sorted(missing)}"
    return {part: USUALLY[part](stage) for part in wanted}


def _row_behind(name: str, stage: Stage) -> Any:
    """`admin:cards_order_change` → the order on the stage."""
    for model in admin.site._registry:
        if name == f"admin:{model._meta.app_label}_{model._meta.model_name}_{name.rpartition('_')[2]}":
            row = a_row_of(model, stage)
            assert row is not None, f"There is no {model.__name__} on the stage: make one in tests/access/stage.py."
            return row
    raise AssertionError(f"no page of a model: {name}")


def address_of(name: str, pattern: URLPattern, stage: Stage) -> str:
    if name.endswith(UNNAMED):
        return reverse("admin:index") + "no/such/page/"
    return reverse(name, kwargs=kwargs_of(name, pattern, stage))


def address_of_nothing(name: str, pattern: URLPattern, stage: Stage) -> str:
    """The same address with an id that nothing has."""
    real = kwargs_of(name, pattern, stage)
    part = next(one for one in ("card", "use", "token", "pk") if one in real)
    return reverse(name, kwargs=real | {part: MISSING[type(real[part])]})


def outcome(response: HttpResponse) -> str:
    """An answer as one sign: see the table's legend."""
    status = response.status_code
    if status in {301, 302} and response["Location"].startswith(LOG_IN):
        return ">"
    if status == 204 and response.headers.get("HX-Redirect", "").startswith(LOG_IN):
        return ">"
    if 500 <= status < 600:
        return "E"
    signs = {403: "-", 404: "0", 405: "x"}
    return signs.get(status) or ("+" if status < 300 else "~" if status < 400 else "!")
