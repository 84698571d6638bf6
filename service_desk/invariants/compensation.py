"""Compensation belongs to a case and to an authority, and was given once (invariant 44 · SVC-04 · D6.2)."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import F, Q

from core.verify import invariant
from service_desk.models import Compensation
from service_desk.operations.compensation_means import SOURCE

State = Compensation.State


@invariant(44, "compensation belongs to a case and to an authority that covers everything given in it")
def authority_covers() -> Iterator[str]:
    rows = Compensation.objects.filter(state=State.GIVEN).order_by("case_id", "id")
    told = rows.values_list("case", "pk", "amount_minor", "counted_minor", "limit_minor")
    for case, given in groupby(told.iterator(chunk_size=2_000), key=lambda row: row[0]):
        total = 0
        for _case, pk, amount, counted, limit in given:
            total += amount
            if total > counted or (limit is not None and counted > limit):
                yield f"compensation {pk} of case {case}: {total} were given, {counted} were counted, {limit} were allowed"


@invariant(
    "44a", "a compensation was given as it says: these points, this coupon, this money, to the member of the case"
)
def proofs_agree() -> Iterator[str]:
    rows = Compensation.objects.filter(state=State.GIVEN)
    points = Q(
        means="points", points=F("transaction__points"), member=F("transaction__member"), transaction__source=SOURCE
    )
    coupon = Q(means="coupon", offer=F("coupon__offer"), member=F("coupon__member"))
    money = Q(
        means="money", payment=F("refund__payment"), amount_minor=F("refund__amount_minor"),
        member=F("payment__order__member"),
    )  # fmt: skip
    agree = rows.filter(points | coupon | money).values("pk")
    for pk in rows.exclude(pk__in=agree).values_list("pk", flat=True):
        yield f"compensation {pk} is not what it says"
    for pk in rows.exclude(case__member=F("member")).values_list("pk", flat=True):
        yield f"compensation {pk} went to somebody else than the member of its case"


@invariant("44b", "nobody compensated himself, and above one's authority somebody else decided")
def nobody_serves_himself() -> Iterator[str]:
    rows = Compensation.objects.exclude(state=State.WITHDRAWN)
    own = Q(asked_by=F("member__user")) | Q(decided_by=F("member__user")) | Q(decided_by=F("asked_by"))
    for pk in rows.filter(own).values_list("pk", flat=True):
        yield f"compensation {pk} was given or decided by whoever got or asked for it"
    given = rows.filter(state=State.GIVEN)
    decided = given.filter(Q(authority="director") | Q(approval__isnull=False))
    for pk in decided.exclude(approval__state="approved", approval__decided_by=F("decided_by")).values_list(
        "pk", flat=True
    ):
        yield f"compensation {pk} was given without the decision it needed"
    for pk in rows.filter(state=State.WAITING).exclude(approval__state="pending").values_list("pk", flat=True):
        yield f"compensation {pk} waits for a decision that nobody was asked for"
