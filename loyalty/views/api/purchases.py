"""Purchases and returns as a till or a shop delivers them (LOY-04, LOY-08 · B7, SEC-05 · D10.3)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import refusals
from core.api import shapes as grammar
from core.api.routes import Call, Example, Route
from core.api.shapes import Fault, Unfit
from core.models import ApiClient
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import Purchase, PurchaseReturn, Source
from loyalty.operations import bulk, machines, purchases
from loyalty.operations.bulk import Delivery
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.queries import identified
from loyalty.views.api import shapes
from loyalty.views.api.shapes import (
    BatchIn,
    BatchItem,
    BatchOut,
    LineOut,
    MemberKey,
    PageQuery,
    ProblemOut,
    PurchaseIn,
    PurchaseOut,
    PurchasePage,
    ReturnedLine,
    ReturnIn,
    ReturnOut,
)

KINDS = {"card_number": identified.CARD, "phone": identified.PHONE, "reference": identified.REFERENCE,
         "code": machines.CODE}  # fmt: skip


def record(call: Call) -> PurchaseOut:
    said: PurchaseIn = call.body
    store = machines.store_of(call.client, said.store)
    key = key_of(said.member)
    member = machines.member_of(call.client, *key, store=store) if key else None
    arrival = _arrival(call.client, said, store)
    return _shown(call.client, [purchases.record(member, _lines(said), arrival=arrival, currency=said.currency)])[0]


def batch(call: Call) -> BatchOut:
    """Each for itself: what is wrong with one is told and stops no other."""
    found: dict[int, BatchItem] = {}
    said: dict[int, PurchaseIn] = {}
    for place, raw in enumerate(call.body.purchases):
        try:
            said[place] = grammar.read(PurchaseIn, raw, at=f"purchases[{place}]")
            if (key := key_of(said[place].member)) and key[0] == machines.CODE:
                raise Unfit([Fault(f"purchases[{place}].member.code", "code_not_in_batch")])
        except Unfit as unfit:
            said.pop(place, None)
            found[place] = _refused(place, "fields_wrong", {}, unfit.faults)
    deliveries = _deliveries(call.client, said, found)
    answers = bulk.record(list(deliveries.values()), subject=call.client)
    keys = {answer.purchase for answer in answers if isinstance(answer, bulk.Recorded)}
    recorded = list(machines.purchases_of(call.client).filter(pk__in=keys))
    shown = {one.id: one for one in _shown(call.client, recorded)}
    for place, answer in zip(deliveries, answers, strict=True):
        if isinstance(answer, RuleBroken):
            found[place] = _refused(place, answer.code, answer.params)
        else:
            outcome = "repeated" if answer.repeated else "recorded"
            found[place] = BatchItem(place, outcome, shown[answer.purchase])
    return BatchOut(tuple(found[place] for place in sorted(found)))


def _deliveries(client: ApiClient, said: dict[int, PurchaseIn], found: dict[int, BatchItem]) -> dict[int, Delivery]:
    """Those whose member and store are known; the others are told in `found`."""
    asked: dict[str, list[str]] = defaultdict(list)
    for one in said.values():
        if key := key_of(one.member):
            asked[key[0]].append(key[1])
    known = machines.members_of(client, asked)
    stores: dict[str | None, Any] = {}
    deliveries = {}
    for place, one in said.items():
        key = key_of(one.member)
        try:
            if one.store not in stores:
                stores[one.store] = machines.store_of(client, one.store)
            if key and key not in known:
                raise Refusal("member_unknown")
        except Refusal as refusal:
            found[place] = _refused(place, refusal.code, refusal.params)
            continue
        arrival = _arrival(client, one, stores[one.store])
        deliveries[place] = Delivery(known[key] if key else None, _lines(one), arrival, one.currency)
    return deliveries


def page(call: Call) -> PurchasePage:
    rows = machines.purchases_of(call.client).filter(pk__gt=call.query.after).order_by("pk")
    some = list(rows[: call.query.page_size + 1])
    more = len(some) > call.query.page_size
    some = some[: call.query.page_size]
    return PurchasePage(tuple(_shown(call.client, some)), some[-1].pk if more else None)


def one(call: Call) -> PurchaseOut:
    return _shown(call.client, [_own(call)])[0]


def take_back(call: Call) -> ReturnOut:
    purchase, said = _own(call), call.body
    arrival = Arrival(Source.API, machines.key_of(call.client, said.external_id), said.occurred_at)
    quantities = None
    if said.lines is not None:
        quantities = {line.position: line.quantity for line in said.lines}
        if len(quantities) < len(said.lines):
            raise Unfit([Fault("lines", "field_twice")])
    back = machines.take_back(call.client, purchase, quantities, arrival)
    return _back(back, said.external_id)


def key_of(member: MemberKey | None) -> tuple[str, str] | None:
    """By what the member is named; exactly one of the ways."""
    if member is None:
        return None
    given = [(kind, text) for name, kind in KINDS.items() if (text := getattr(member, name)) is not None]
    if len(given) != 1:
        raise Unfit([Fault("member", "member_named_once")])
    return given[0]


def _own(call: Call) -> Purchase:
    found = machines.purchases_of(call.client).filter(pk=call.place["purchase"]).first()
    if found is None:
        raise Refusal("not_there", status=404)
    return found


def _arrival(client: ApiClient, said: PurchaseIn, store: Any) -> Arrival:
    key = machines.key_of(client, said.external_id)
    return Arrival(Source.API, key, said.occurred_at, store=store, receipt_number=said.receipt_number)


def _lines(said: PurchaseIn) -> list[Line]:
    return [Line(one.net_minor, one.sku, one.description, one.category, one.quantity) for one in said.lines]


def _refused(place: int, code: str, params: Any, faults: Iterable[Fault] = ()) -> BatchItem:
    errors = tuple(shapes.FaultOut(one.field, one.code, refusals.sentence(one.code, **one.params)) for one in faults)
    return BatchItem(place, "refused", problem=ProblemOut(code, refusals.sentence(code, **params), errors))


def _shown(client: ApiClient, rows: list[Purchase]) -> list[PurchaseOut]:
    """Purchases as they go out, in a constant number of statements."""
    tokens = machines.references_for(client, {row.member_id for row in rows if row.member_id})
    lines: dict[int, list[LineOut]] = defaultdict(list)
    for line in machines.lines_of(rows):
        lines[line.purchase_id].append(
            LineOut(line.position, line.sku, line.category, line.quantity, line.net_minor, line.returned_quantity,
                    line.returned_minor)
        )  # fmt: skip
    return [
        PurchaseOut(
            id=row.pk,
            external_id=row.external_id.partition(":")[2],
            member=tokens[row.member_id] if row.member_id else None,
            store=row.store.code if row.store else None,
            receipt_number=row.receipt_number,
            occurred_at=row.occurred_at,
            currency=row.currency,
            net_minor=row.net_minor,
            returned_minor=row.returned_minor,
            points=row.earned.points if row.earned else 0,
            tier=row.tier,
            lines=tuple(lines[row.pk]),
        )
        for row in rows
    ]


def _back(row: PurchaseReturn, external_id: str) -> ReturnOut:
    lines = row.lines.select_related("line").order_by("line__position")
    return ReturnOut(
        id=row.pk,
        purchase=row.purchase_id,
        external_id=external_id,
        occurred_at=row.occurred_at,
        net_minor=row.net_minor,
        points=-row.taken.points if row.taken else 0,
        lines=tuple(ReturnedLine(one.line.position, one.quantity) for one in lines),
    )


_LINE = {"position": 1, "sku": "W-2019", "category": "wine", "quantity": 2, "net_minor": 12_050, "returned_quantity": 0,
         "returned_minor": 0}  # fmt: skip
_GIVEN = {
    "external_id": "T4-000123",
    "member": {"phone": "+8613812340001"},
    "store": "NJ1",
    "receipt_number": "R-1001",
    "occurred_at": "2026-11-20T12:00:00+08:00",
    "lines": [{"net_minor": 12_050, "quantity": 2, "category": "wine", "sku": "W-2019"}],
}
_PURCHASE = {
    "id": 4711, "external_id": "T4-000123", "member": "5f1c9a0e7b2d4c6f8a1b3d5e", "store": "NJ1",
    "receipt_number": "R-1001", "occurred_at": "2026-11-20T04:00:00Z", "currency": "CNY", "net_minor": 12_050,
    "returned_minor": 0, "points": 120, "tier": "normal", "lines": [_LINE],
}  # fmt: skip
_UNFIT = ((400, "purchase_in_the_future"), (400, "purchase_too_long_ago"), (403, "store_not_yours"),
          (409, "key_reused"), (422, "member_unknown"), (422, "store_unknown"), (422, "code_needs_a_store"))  # fmt: skip
ROUTES = (
    Route(
        "purchase_record", "POST", "purchases", machines.WRITE, _("Record a purchase"),
        _("The member earns points by the rules of the moment of payment. The same `external_id` counts once."),
        record, PurchaseOut, Example(_PURCHASE, body=_GIVEN), body=PurchaseIn, status=201, refuses=_UNFIT,
    ),
    Route(
        "purchase_page", "GET", "purchases", machines.READ, _("List your purchases"),
        _("Those that this key delivered, page by page."), page, PurchasePage,
        Example({"purchases": [_PURCHASE], "next": None}, query={"page_size": "50"}), query=PageQuery,
    ),
    Route(
        "purchase_batch", "POST", "purchases:batch", machines.WRITE, _("Record up to 500 purchases"),
        _("Each is answered for itself; one that is refused stops no other."), batch, BatchOut,
        Example(
            {"results": [{"index": 0, "outcome": "recorded", "purchase": {**_PURCHASE, "external_id": "T4-000124"},
                          "problem": None}]},
            body={"purchases": [{**_GIVEN, "external_id": "T4-000124"}]},
        ),
        body=BatchIn,
    ),
    Route(
        "purchase_show", "GET", "purchases/<int:purchase>", machines.READ, _("Look at a purchase"),
        _("One that this key delivered, with what came back of it."), one, PurchaseOut,
        Example(_PURCHASE, place={"purchase": 4711}), refuses=((404, "not_there"),),
    ),
    Route(
        "purchase_return", "POST", "purchases/<int:purchase>/returns", machines.WRITE, _("Record a return"),
        _("Whole or in part. Each returned line takes back its own share of the points."), take_back, ReturnOut,
        Example(
            {"id": 12, "purchase": 4711, "external_id": "T4-000130", "occurred_at": "2026-11-21T04:00:00Z",
             "net_minor": 6_025, "points": 60, "lines": [{"position": 1, "quantity": 1}]},
            place={"purchase": 4711},
            body={"external_id": "T4-000130", "occurred_at": "2026-11-21T12:00:00+08:00",
                  "lines": [{"position": 1, "quantity": 1}]},
        ),
        body=ReturnIn, status=201,
        refuses=((400, "return_in_the_future"), (404, "not_there"), (409, "return_too_large"), (409, "key_reused")),
    ),
)  # fmt: skip
