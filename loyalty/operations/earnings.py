"""What an occasion earns: the facts, the rules of that moment, the posting, and what the caps have counted (LOY-04 · B7.1)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, connection, transaction

from cards.models import Order
from core import audit, clock, parameters
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import EarnOccasion, PointAccount, PointTransaction, Purchase
from loyalty.operations import budgets, ledger, points
from loyalty.operations.ledger import Cause
from loyalty.operations.new_purchases import NewPurchase
from loyalty.policy import earning, rules
from loyalty.policy.parameters import PointsParameters, TierParameters
from loyalty.policy.rules import Kind, Occasion, Rule
from loyalty.queries import earning as rows
from loyalty.queries import figures
from members.models import Member

SELDOM = ("programme_cut", "birthday")
REFUNDABLE = frozenset({Kind.CARD_PURCHASE, Kind.RENEWAL})
COUNT = """
INSERT INTO loyalty_earncounter (member_id, rule, period, points) VALUES {rows}
    ON CONFLICT (member_id, rule, period) DO UPDATE SET points = loyalty_earncounter.points + excluded.points
"""


@dataclass(frozen=True)
class Line:
    """A line as it arrives: net of discount, in minor units."""

    net_minor: int
    sku: str = ""
    description: str = ""
    category: str = ""
    quantity: int = 1


def of_purchase(
    purchase: Purchase, member: Member, lines: Sequence[Line], *, account: PointAccount, policy: TierParameters
) -> PointTransaction | None:
    """What the rules of that moment give a new purchase, whose member's account is held; nothing is posted for nothing.

    What was bought before and undone does not stand in the way of a first purchase.
    """
    day = purchase.occurred_on
    of = [*rows.house_rules(purchase.tier, on=day, ladder=policy), *rows.rules_at(purchase.occurred_at)]
    asks_first = any(rule.when.first_only for rule in of)
    is_first = asks_first and not Purchase.objects.standing().filter(member=member).exclude(pk=purchase.pk).exists()
    made = _award(member, facts(purchase, lines, of=of, member=member, is_first=is_first), of)
    if made.points == 0:
        return None
    return points.bring_in(account, made.points, cause=cause_of(purchase, made), on=day)


def facts(
    purchase: Purchase | NewPurchase,
    lines: Sequence[Line],
    *,
    of: Sequence[Rule],
    member: Member | None,
    is_first: bool,
) -> Occasion:
    """A purchase as the rules are asked about it; without the member nothing is known of a birthday."""
    return rows.occasion(
        Kind.PURCHASE,
        purchase.occurred_at,
        asked(lines),
        of=of,
        member=member,
        tier=purchase.tier,
        store=purchase.store.code if purchase.store else "",
        is_first=is_first,
    )


def cause_of(purchase: Purchase | NewPurchase, made: earning.Award) -> Cause:
    return Cause(
        "purchase",
        str(purchase.pk),
        purchase.occurred_at,
        why=_why(made),
        actor=purchase.clerk,
        store=purchase.store,
    )


@transaction.atomic
def of_occasion(
    member: Member,
    kind: Kind,
    *,
    key: str,
    at: dt.datetime,
    actor: User | None = None,
    store: Store | None = None,
    lines: Sequence[Line] = (),
    code: str = "",
    order: Order | None = None,
) -> PointTransaction | None:
    """LOY-04 · B7.1 — what anything but a purchase earns: a card order, a task or event (`code`), a referral.

    (`kind`, `key`) names the occasion for ever. A repeat gives what it earned the first time, also nothing; the same key
    for another member or task is refused (`key_reused`).
    """
    ledger.account_of(member)
    before = EarnOccasion.objects.filter(kind=kind, key=key).select_related("earned").first()
    if before is not None:
        if (before.member_id, before.code) != (member.pk, code):
            raise Refusal("key_reused")
        return before.earned
    day = clock.day_of(at)
    tier = figures.standing(member, parameters=parameters.in_force(TierParameters, on=day)).tier
    of = rows.rules_at(at)
    occasion = rows.occasion(
        kind,
        at,
        asked(lines),
        of=of,
        member=member,
        tier=tier,
        store=store.code if store else "",
        code=code,
        is_first=not EarnOccasion.objects.filter(member=member, kind=kind).exists(),
    )
    made = _award(member, occasion, of)
    earned = None
    if made.points:
        why = _why(made) | ({"code": code} if code else {})
        cause = Cause(kind.value, key, at, why=why, actor=actor, store=store)
        earned = points.accrue(member, made.points, cause=cause, earned_on=day, waits=kind in REFUNDABLE)
    row = EarnOccasion(
        member=member,
        kind=kind,
        key=key,
        code=code,
        tier=tier,
        net_minor=occasion.net_minor,
        occurred_at=at,
        order=order,
        earned=earned,
        actor=actor,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("key_reused") from error
    audit.record(
        "loyalty.occasion.judge",
        subject=row,
        actor=actor,
        member_id=member.pk,
        store_id=store.pk if store else None,
        details={"kind": kind, "code": code, "points": earned.points if earned else 0},
    )
    return earned


def asked(lines: Sequence[Line]) -> tuple[rules.Line, ...]:
    """The lines as the rules are asked about them."""
    return tuple(rules.Line(line.net_minor, line.category, line.sku, line.quantity) for line in lines)


def _award(member: Member, occasion: Occasion, of: Sequence[Rule]) -> earning.Award:
    """The award within all caps, which have counted it. Her account is locked; the budgets of the programme come last."""
    day = occasion.at.date()
    policy = parameters.in_force(PointsParameters, on=day)
    some = [rule for rule in of if rules.applies(rule, occasion)]
    used, birthday_used = rows.used(member, some, on=day, birthday=occasion.birthday)
    occasion = replace(occasion, birthday_used=birthday_used)
    made = earning.award(occasion, of=some, parameters=policy, used=used)
    limited = {part.rule for part in made.parts}
    if held := budgets.lock([rule for rule in some if rule.code in limited], on=day):
        used = replace(used, programme={code: row.points for code, row in held.items()})
        made = earning.award(occasion, of=some, parameters=policy, used=used)
    if made.points:
        _count(member, counted(some, made, occasion))
        budgets.count(held, {part.rule: part.points for part in made.parts})
    return made


def _count(member: Member, rows_of: Sequence[tuple[str, str, int]]) -> None:
    """One statement however many rules and periods there are."""
    if not rows_of:
        return
    values = [(member.pk, code, period, more) for code, period, more in rows_of]
    with connection.cursor() as cursor:
        places = ", ".join(["(%s, %s, %s, %s)"] * len(values))
        cursor.execute(COUNT.format(rows=places), [cell for row in values for cell in row])


def counted(of: Sequence[Rule], made: earning.Award, occasion: Occasion) -> list[tuple[str, str, int]]:
    """What each rule gave, in the periods that its cap counts over: rule, period, points."""
    gave, day = {part.rule: part.points for part in made.parts}, occasion.at.date()
    return [
        (rule.code, period, max(gave[rule.code], 0))
        for rule in of
        if rule.code in gave
        for period in sorted(rules.counted_in(rule, day, occasion.birthday))
    ]


def _why(made: earning.Award) -> dict[str, Any]:
    """The rules and caps that made the number, for ever with the entry."""
    parts = [dict(vars(part)) for part in made.parts]
    for part in parts:
        for name in SELDOM:
            if not part[name]:
                del part[name]
    return {"parts": parts, "cut": made.cut}
