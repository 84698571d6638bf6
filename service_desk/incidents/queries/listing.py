"""A list of member and card numbers read against the members (SVC-16 · D12): a constant number of statements."""

from dataclasses import dataclass, field

from cards.models import Card
from cards.policy import numbers
from members.models import Member
from members.policy import member_numbers
from service_desk.incidents.policy import lists
from service_desk.incidents.policy.lists import Line


@dataclass
class Read:
    """The members found, in no order, and what is wrong with which line: `(number of the line, code)`."""

    members: set[int] = field(default_factory=set)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read(text: str) -> Read:
    """SVC-16 · D12 — each line is a member number or a card number. Nothing is guessed: what is unknown is named."""
    found, kept = Read(), [line for line in lists.lines(text) if not lists.is_header(line)]
    if len(kept) > lists.MOST_LINES:
        return Read(faults=[(kept[lists.MOST_LINES].number, "list_too_long")])
    members = {line.digits for line in kept if member_numbers.is_number(line.digits)}
    cards = {line.digits for line in kept if numbers.looks_like_card_number(line.digits)}
    rows = Member.objects.filter(number__among=sorted(members)).values_list("number", "pk", "state")
    known = {number: (pk, state) for number, pk, state in rows}
    held = Card.objects.filter(number__number__among=sorted(cards), holder__isnull=False)
    known |= {
        number: (pk, state) for number, pk, state in held.values_list("number__number", "holder", "holder__state")
    }
    for line in kept:
        _take(line, known, found, is_readable=line.digits in members | cards)
    return found


def _take(line: Line, known: dict[str, tuple[int, str]], found: Read, *, is_readable: bool) -> None:
    if not is_readable:
        found.faults.append((line.number, "line_is_no_number"))
    elif line.digits not in known:
        found.faults.append((line.number, "line_is_unknown"))
    elif known[line.digits][1] != Member.State.ACTIVE:
        found.faults.append((line.number, "line_is_closed"))
    else:
        found.members.add(known[line.digits][0])
