"""Points granted or taken by hand (LOY-04 · B7): at once up to a limit, above it by two people."""

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Abs

from cards.operations import serving
from core import access, approvals, audit, clock, parameters
from core.messaging import outbox
from core.models import Approval, User
from core.refusals import Refusal
from loyalty.models import Book, PointAccount, PointAdjustment, PointLot, PointTransaction
from loyalty.operations import ledger, moving
from loyalty.operations.ledger import Cause, Move
from loyalty.policy import lapse, lots, returns
from loyalty.policy.parameters import PointsParameters
from members.models import Member

KIND = "points-adjustment"
RIGHT = "loyalty.adjust_points"
State = PointAdjustment.State


@transaction.atomic
def ask(
    member: Member, points: int, *, category: str, explanation: str, by: User, key: str, may_owe: bool = False
) -> PointAdjustment:
    """LOY-04 · B7 — grant points, or take them (below zero). A repeat with the key returns what was asked the first time.

    What one colleague adjusts for one member in a day counts together against what he may do alone. Refuses his own
    account and his household's (invariant 33), and more than there is, unless the rest `may_owe` within the debt limit.
    """
    access.require(by, RIGHT)
    serving.refuse_own(member, clerk=by)
    account = ledger.account_of(member)
    if before := PointAdjustment.objects.filter(key=key).first():
        if (before.member_id, before.points, before.asked_by_id) != (member.pk, points, by.pk):
            raise Refusal("key_reused")
        return before
    if points == 0:
        raise Refusal("points_not_positive", status=400)
    if not explanation.strip():
        raise Refusal("reason_needed", status=400)
    alone = parameters.in_force(PointsParameters).adjust_alone - _adjusted_today(member, by=by)
    row = PointAdjustment.objects.create(
        member=member,
        points=points,
        may_owe=may_owe,
        category=category,
        explanation=explanation.strip()[:200],
        key=key,
        asked_by=by,
        asked_on=clock.today(),
    )
    if abs(points) <= alone:
        _post(row, account)
    else:
        _moves(row, account)
        row.approval = _request(row, account)
        row.save(update_fields=["approval"])
    return row


@transaction.atomic
def grant(member: Member, points: int, *, cause: Cause) -> PointTransaction:
    """LOY-04, SVC-04 · B7, D6.2 — points granted on an authority that the caller knows: available at once, lapsing as others do.

    The cause names the fact at its source, so that it is posted once; a repeat returns what was posted.
    """
    if points <= 0:
        raise Refusal("points_not_positive", status=400)
    account = ledger.account_of(member)
    if before := ledger.earlier(cause, member=member, kind=PointTransaction.Kind.ADJUST, points=points):
        return before
    done = ledger.post(account, PointTransaction.Kind.ADJUST, points, _granted(account, member, points), cause=cause)
    audit.record(
        "loyalty.points.grant",
        subject=done,
        actor=cause.actor,
        member_id=member.pk,
        reason=cause.reason,
        details={"points": points, "source": cause.source, "of": cause.external_id},
    )
    return done


def approve(approval: Approval) -> None:
    """What the second person's yes does. He too serves neither himself nor his household."""
    row = _asked(approval)
    serving.refuse_own(row.member, clerk=approval.decided_by)
    row.decided_by = approval.decided_by
    _post(row, ledger.account_of(row.member))


def reject(approval: Approval) -> None:
    _end(approval, State.REJECTED)


def withdraw(approval: Approval) -> None:
    _end(approval, State.WITHDRAWN)


def _asked(approval: Approval) -> PointAdjustment:
    rows = PointAdjustment.objects.select_for_update(of=("self",)).select_related("member__user", "asked_by")
    return rows.get(pk=int(approval.subject.rpartition(":")[2]))


def _end(approval: Approval, state: PointAdjustment.State) -> None:
    row = _asked(approval)
    row.state, row.decided_by = state, approval.decided_by
    row.save(update_fields=["state", "decided_by"])


def _adjusted_today(member: Member, *, by: User) -> int:
    """What this colleague has adjusted for this member today without a second person, either way."""
    rows = PointAdjustment.objects.filter(member=member, asked_by=by, asked_on=clock.today(), approval=None)
    return int(rows.aggregate(sum=Sum(Abs("points")))["sum"] or 0)


def _request(row: PointAdjustment, account: PointAccount) -> Approval:
    return approvals.request(
        KIND,
        subject=row,
        title=f"{row.points:+,} · {row.member}",
        before={},
        after={"points": row.points, "category": row.category, "member": row.member.number},
        effect={"available": account.balance, "available_after": account.balance + row.points},
        reason=row.explanation,
        author=row.asked_by,
    )


def _post(row: PointAdjustment, account: PointAccount) -> PointTransaction:
    cause = Cause("adjustment", str(row.pk), why={"category": row.category}, reason=row.explanation, actor=row.asked_by)
    done = ledger.post(account, PointTransaction.Kind.ADJUST, row.points, _moves(row, account), cause=cause)
    row.state, row.transaction = State.POSTED, done
    row.save(update_fields=["state", "transaction", "decided_by"])
    audit.record(
        "loyalty.points.adjust",
        subject=done,
        actor=row.asked_by,
        member_id=row.member_id,
        reason=row.explanation,
        details={"points": row.points, "category": row.category, "decided_by": row.decided_by_id},
    )
    outbox.send(
        "points.adjusted",
        key=str(row.pk),
        to=row.member.user,
        member_id=row.member_id,
        language=row.member.language,
        link="/me/points/",
        context={"points": row.points, "balance": account.balance, "category": row.category},
    )
    return done


def _moves(row: PointAdjustment, account: PointAccount) -> list[Move]:
    """What it moves as things stand; refuses what cannot be taken (`points_too_few`, `debt_too_large`)."""
    if row.points > 0:
        return _granted(account, row.member, row.points)
    today = clock.today()
    policy = parameters.in_force(PointsParameters, on=today)
    if not row.may_owe:
        return moving.out_of_lots(row.member, -row.points, into=Book.ADJUSTED)
    rows = {lot.pk: lot for lot in moving.spendable(row.member)}
    takes, short = lots.take_up_to([moving.seen(lot) for lot in rows.values()], -row.points, on=today)
    moves = [Move(Book.AVAILABLE, Book.ADJUSTED, one.points, rows[one.key]) for one in takes]
    if short:
        met = returns.meet(short, available=0, owed=account.owed, parameters=policy)
        if met.written_off:
            raise Refusal("debt_too_large", most=policy.debt_limit)
        moves.append(Move(Book.OWED, Book.ADJUSTED, met.owed))
    return moves


def _granted(account: PointAccount, member: Member, points: int) -> list[Move]:
    """A lot that lapses by the policy of today; what is owed is paid first."""
    today = clock.today()
    last = lapse.last_valid_on(today, parameters=parameters.in_force(PointsParameters, on=today))
    lot = PointLot(member=member, points=points, remaining=0, earned_on=today, last_valid_on=last)
    return [Move(Book.ADJUSTED, Book.AVAILABLE, points, lot), *moving.repay(account, [(lot, points)])]
