"""What the night does to tiers: what is due is looked at, guarantees end, and on request everybody is judged (LOY-02 · C6.2)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from loyalty.operations import ledger, standings
from loyalty.queries import figures
from loyalty.queries.figures import Who


@transaction.atomic
def review(members: Sequence[int], *, on: dt.date) -> list[int]:
    """LOY-02 · B8.1 — promises and graces that have ended, each judged as of its own day. A repeat finds nothing due."""
    ledger.accounts_of(members)
    return standings.settle(members, through=on)


@transaction.atomic
def judge_all(members: Sequence[int], *, on: dt.date) -> list[int]:
    """LOY-02 · C6.2 — whoever stands in this unbroken span of members, judged on the day, due or not.

    The database finds whose figures reach beyond what they hold; they, and who is due, are judged by the policy.
    """
    some = _to_judge(figures.between(members[0], members[-1]), on=on)
    ledger.accounts_of(some)
    return standings.decide(some, on=on)


def judge_these(members: Sequence[int], *, on: dt.date) -> list[int]:
    """LOY-02 · C6.2 — the same of these members, whose accounts are locked."""
    return standings.decide(_to_judge(figures.these(members), on=on), on=on)


def _to_judge(who: Who, *, on: dt.date) -> list[int]:
    """Those whose figures or guarantee reach beyond what they hold, and those who are due: the others stay as they are."""
    policy = standings.policy_on(on)
    return sorted({*figures.rising(who, on=on, parameters=policy), *figures.due(who, on=on)})
