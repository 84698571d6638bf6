"""What a till or a shop delivers through the API (SEC-05 · D10.3): whose it is, where it was, and under which key."""

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cards.operations import codes
from core.api import clients
from core.models import ApiClient, Store
from core.refusals import Refusal
from loyalty.models import MemberReference, Purchase, PurchaseLine, PurchaseReturn, Source
from loyalty.operations import purchases
from loyalty.operations.purchases import Arrival
from loyalty.queries import identified
from members.models import Member

WRITE, READ, MEMBERS = "purchases.write", "purchases.read", "members.read"
CODE = "code"
clients.offer({
    WRITE: _("record purchases and returns"), READ: _("read its own purchases"), MEMBERS: _("find members, see points"),
})  # fmt: skip


def key_of(client: ApiClient, external_id: str) -> str:
    """The key of what a client names so: nobody else's."""
    return f"{client.pk}:{external_id}"


def purchases_of(client: ApiClient) -> QuerySet[Purchase]:
    """What this client delivered; anything else does not exist for it."""
    rows = Purchase.objects.filter(source=Source.API, external_id__startswith=key_of(client, ""))
    return rows.select_related("earned", "store", "member")


def lines_of(rows: list[Purchase]) -> QuerySet[PurchaseLine]:
    return PurchaseLine.objects.filter(purchase__in=[row.pk for row in rows]).order_by("purchase", "position")


def store_of(client: ApiClient, code: str | None) -> Store | None:
    """Where it was: the client's own store, or the one it names. Refuses `store_not_yours`, `store_unknown`."""
    if client.store is not None:
        if code not in (None, client.store.code):
            raise Refusal("store_not_yours", status=403)
        return client.store
    if code is None:
        return None
    store = Store.objects.filter(code=code).first()
    if store is None:
        raise Refusal("store_unknown", status=422)
    return store


def member_of(client: ApiClient, kind: str, said: str, *, store: Store | None) -> Member:
    """Who is meant. A rotating code is spent by this and needs a store.

    Refuses `member_unknown`, and what is wrong with a code.
    """
    if kind == CODE:
        if store is None:
            raise Refusal("code_needs_a_store", status=422)
        card = codes.read(said, store=store)
        if card.holder is not None and card.holder.state == Member.State.ACTIVE:
            return card.holder
        raise Refusal("member_unknown", status=422)
    found = identified.members(kind, [said], source=_source(client)).get(said)
    if found is None:
        raise Refusal("member_unknown", status=422)
    return Member.objects.get(pk=found)


def members_of(client: ApiClient, said: Mapping[str, list[str]]) -> dict[tuple[str, str], int]:
    """The same for many: (kind, text) → the member's id."""
    return {
        (kind, text): pk
        for kind, texts in said.items()
        for text, pk in identified.members(kind, texts, source=_source(client)).items()
    }


@transaction.atomic
def reference_for(client: ApiClient, member: Member) -> str:
    """The token by which this client, and no other, may speak of the member from now on."""
    source = _source(client)
    known = MemberReference.objects.filter(source=source, member=member).order_by("pk").first()
    row = known or MemberReference.objects.create(source=source, reference=secrets.token_hex(12), member=member)
    return row.reference


def references_for(client: ApiClient, members: set[int]) -> dict[int, str]:
    """The tokens of many; those without one get theirs."""
    source = _source(client)
    known = dict(MemberReference.objects.filter(source=source, member__in=members).values_list("member", "reference"))
    new = [
        MemberReference(source=source, reference=secrets.token_hex(12), member_id=pk)
        for pk in sorted(members - known.keys())
    ]
    MemberReference.objects.bulk_create(new)
    return known | {row.member_id: row.reference for row in new}


@transaction.atomic
def take_back(
    client: ApiClient, purchase: Purchase, quantities: Mapping[int, int] | None, arrival: Arrival
) -> PurchaseReturn:
    """LOY-08 · B7 — lines come back, or (None) all that has not yet. Delivered twice it counts once."""
    before = PurchaseReturn.objects.filter(source=Source.API, external_id=arrival.external_id).first()
    if quantities is None:
        if before is not None and before.purchase_id == purchase.pk:
            return before
        purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=purchase.pk)
        left = {line.position: line.quantity - line.returned_quantity for line in purchase.lines.all()}
        quantities = {position: count for position, count in left.items() if count}
        if not quantities:
            raise Refusal("return_too_large")
    return purchases.take_back(purchase, dict(quantities), arrival=arrival)


def _source(client: ApiClient) -> str:
    return f"api:{client.pk}"
