"""What many purchases earn, each of another member: the same rules and caps as one by one, read and written at once."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core import copying
from loyalty.models import EarnBudget, EarnCounter
from loyalty.operations import bulk_postings, earnings
from loyalty.operations.bulk_postings import Incoming
from loyalty.operations.bulk_rules import Key, Policies, Rulebook, budget_of
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Balances
from loyalty.operations.new_purchases import NewPurchase
from loyalty.policy import earning as policy
from loyalty.policy import rules
from loyalty.policy.earning import Award, Used
from loyalty.policy.rules import Kind, Occasion, Rule
from loyalty.queries import together
from loyalty.queries.together import Seen


class SpentInTurn(Exception):
    """A programme ran out among purchases that did not stand in the order of their arrival: who came first matters."""


Bought = tuple[NewPurchase, Sequence[Line]]


@dataclass
class Earning:
    """What all rounds share: the policies, and the programmes with what they gave meanwhile."""

    policies: Policies
    held: Mapping[Key, EarnBudget]
    in_turn: bool
    given: Counter[Key] = field(default_factory=Counter)

    def programme(self, of: Sequence[Rule], day: dt.date) -> dict[str, int]:
        """What all members together got of these rules, with what this delivery gave so far."""
        keys = {rule.code: budget_of(rule, day) for rule in of if rule.programme_cap is not None}
        return {code: self.held[key].points + self.given[key] for code, key in keys.items()}

    def count(self, of: Sequence[Rule], made: Award, day: dt.date) -> None:
        """Refuses (`SpentInTurn`) to cut out of turn what an earlier one could have had."""
        parts = {part.rule: part for part in made.parts}
        for rule in of:
            if rule.programme_cap is None or (part := parts.get(rule.code)) is None:
                continue
            key = budget_of(rule, day)
            if part.programme_cut and not self.in_turn and self.held[key].points < rule.programme_cap.points:
                raise SpentInTurn
            if made.points:
                self.given[key] += max(part.points, 0)

    def count_budgets(self) -> None:
        changed = [(row.pk, row.points + self.given[key]) for key, row in self.held.items() if self.given[key]]
        copying.update(EarnBudget, ["points"], changed)


@dataclass
class Round:
    """What is known of a round's members, and what it has counted."""

    earning: Earning
    seen: Seen
    born: Mapping[int, dt.date]
    changed: dict[tuple[int, str, str], EarnCounter] = field(default_factory=dict)

    def award(self, purchase: NewPurchase, lines: Sequence[Line], book: Rulebook) -> Award:
        """By the plain rules where there are none but these; else every rule is asked, as for a single purchase."""
        member, day = purchase.member_id or 0, purchase.occurred_on
        if book.plain is None or book.is_near_birthday(self.born.get(member), day):
            return self._asked(purchase, lines, book)
        occasion = Occasion(Kind.PURCHASE, purchase.occurred_at, earnings.asked(lines), purchase.tier)
        used = Used({}, today=self.seen.by_day.get((member, day), 0))
        return policy.award_by(book.plain, occasion, parameters=book.points, used=used)

    def _asked(self, purchase: NewPurchase, lines: Sequence[Line], book: Rulebook) -> Award:
        member, day = purchase.member_id or 0, purchase.occurred_on
        is_first = member not in self.seen.bought
        occasion = earnings.facts(purchase, lines, of=book.rules, member=None, is_first=is_first)
        if (birth := self.born.get(member)) is not None:
            occasion = replace(occasion, birthday=policy.birthday_in_reach(birth, on=day))
        asked = [rule for rule in book.rules if rules.applies(rule, occasion)]
        used, had = self.seen.used(member, asked, on=day, birthday=occasion.birthday)
        occasion, used = (
            replace(occasion, birthday_used=had),
            replace(used, programme=self.earning.programme(asked, day)),
        )
        made = policy.award(occasion, of=asked, parameters=book.points, used=used)
        self.earning.count(asked, made, day)
        if made.points:
            for code, period, more in earnings.counted(asked, made, occasion):
                key = (member, code, period)
                row = self.seen.counters.get(key) or EarnCounter(member_id=member, rule=code, period=period)
                row.points += more
                self.changed[key] = row
        return made

    def write_counters(self) -> None:
        rows = self.changed.values()
        EarnCounter.objects.bulk_create([row for row in rows if row.pk is None])
        copying.update(EarnCounter, ["points"], [(row.pk, row.points) for row in rows if row.pk is not None])


def earn(theirs: Sequence[Bought], accounts: Mapping[int, Balances], earning: Earning) -> None:
    """What the rules of each moment give, posted together; nothing is posted for nothing."""
    books = [earning.policies.book(one.tier, one.occurred_at, one.occurred_on) for one, _ in theirs]
    members = {one.member_id or 0 for one, _ in theirs}
    now = Round(
        earning,
        together.seen(
            members,
            {one.occurred_on for one, _ in theirs},
            {(rule.code, rule.version): rule for book in _different(books) for rule in book.rules}.values(),
        ),
        together.born_on(members if any(book.birthday_days is not None for book in _different(books)) else ()),
    )
    earned, incoming = [], []
    for (purchase, lines), book in zip(theirs, books, strict=True):
        made = now.award(purchase, lines, book)
        if made.points:
            account, cause = accounts[purchase.member_id or 0], earnings.cause_of(purchase, made)
            incoming.append(Incoming(account, made.points, purchase.occurred_on, book.terms, cause))
            earned.append(purchase)
    for purchase, posted in zip(earned, bulk_postings.post(incoming), strict=True):
        purchase.earned_id = posted
    now.write_counters()


def _different(books: Sequence[Rulebook]) -> list[Rulebook]:
    return list({id(book): book for book in books}.values())
