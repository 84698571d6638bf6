"""Members as a till may know them: a token, a tier, points; never a name (SEC-05 · D10.3)."""

from django.utils.translation import gettext_lazy as _

from core import clock
from core.api.routes import Call, Example, Route
from core.refusals import Refusal
from loyalty.operations import machines
from loyalty.queries import balances
from loyalty.views.api.purchases import key_of
from loyalty.views.api.shapes import LookUpQuery, MemberFound, MemberKey, PointsOut


def look_up(call: Call) -> MemberFound:
    said = call.query
    key = key_of(MemberKey(said.card_number, said.phone, said.code))
    store = machines.store_of(call.client, said.store)
    member = machines.member_of(call.client, *key, store=store) if key else None
    if member is None:
        raise Refusal("member_unknown", status=422)
    return MemberFound(machines.reference_for(call.client, member), balances.tier_of(member))


def points(call: Call) -> PointsOut:
    try:
        member = machines.member_of(call.client, "reference", call.place["reference"], store=None)
    except Refusal as refusal:
        raise Refusal("not_there", status=404) from refusal
    account, next_lapse = balances.account_of(member), balances.next_lapse(member, on=clock.today())
    return PointsOut(
        reference=call.place["reference"],
        balance=account.balance if account else 0,
        available=account.available if account else 0,
        pending=account.pending if account else 0,
        held=account.held if account else 0,
        owed=account.owed if account else 0,
        tier=balances.tier_of(member),
        lapses_next_on=next_lapse[0] if next_lapse else None,
        lapses_next=next_lapse[1] if next_lapse else 0,
    )


_TOKEN = "5f1c9a0e7b2d4c6f8a1b3d5e"  # noqa: S105  (an example)
ROUTES = (
    Route(
        "member_look_up", "GET", "members/lookup", machines.MEMBERS, _("Find a member"),
        _("By card number, phone or rotating code. The answer is a token; nothing personal goes out."),
        look_up, MemberFound, Example({"reference": _TOKEN, "tier": "normal"}, query={"phone": "+8613812340001"}),
        query=LookUpQuery, refuses=((403, "store_not_yours"), (422, "member_unknown"), (422, "code_needs_a_store"),
                                    (409, "code_expired"), (409, "code_spent"), (409, "code_forged")),
    ),
    Route(
        "member_points", "GET", "members/<str:reference>/points", machines.MEMBERS, _("See a member's points"),
        _("By the token of a look-up."), points, PointsOut,
        Example(
            {"reference": _TOKEN, "balance": 840, "available": 840, "pending": 120, "held": 0, "owed": 0,
             "tier": "normal", "lapses_next_on": "2028-11-30", "lapses_next": 840},
            place={"reference": _TOKEN},
        ),
        refuses=((404, "not_there"),),
    ),
)  # fmt: skip
