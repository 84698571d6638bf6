"""What is said about purchases and members in the API."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import money
from core.api.shapes import Clamped, Day, Moment, OneOf, Part, Several, Text, Unread, Whole, said

MOST_LINES, MOST_IN_BATCH, LARGEST_PAGE = 200, 500, 100
AMOUNT = Whole(0, money.LARGEST_MINOR)
COUNT = Whole(1, 1_000_000)
ANY = Whole(-(2**62), 2**62)
EXTERNAL = Text(50)


@dataclass(frozen=True)
class MemberKey:
    """Exactly one of these."""

    card_number: str | None = said(Text(40), _("The number on the card."), default=None)
    phone: str | None = said(Text(40), _("The member's phone number, exactly."), "+8613812340001", default=None)
    code: str | None = said(Text(100), _("The rotating code on the digital card; it is spent by this."), default=None)
    reference: str | None = said(Text(60), _("The token that a look-up gave to this key."), default=None)


@dataclass(frozen=True)
class LineIn:
    net_minor: int = said(AMOUNT, _("Paid for the line, net of discounts, in minor units."), 12_050)
    quantity: int = said(COUNT, _("How many pieces."), 1, default=1)
    category: str = said(Text(40, 0), _("The category, as the earn rules name it."), "wine", default="")
    sku: str = said(Text(40, 0), _("The article."), "W-2019", default="")
    description: str = said(Text(120, 0), _("What it is called."), "Rioja 2019", default="")


@dataclass(frozen=True)
class PurchaseIn:
    external_id: str = said(EXTERNAL, _("Your name for this purchase; it counts once for ever."), "T4-000123")
    occurred_at: dt.datetime = said(Moment(), _("When it was paid."), "2026-11-20T12:00:00+08:00")
    lines: list[LineIn] = said(Several(Part(LineIn), MOST_LINES, 1), _("What was bought."))
    member: MemberKey | None = said(
        Part(MemberKey), _("Who bought it. Without a member it is kept and earns nothing."), default=None
    )
    store: str | None = said(
        Text(20), _("The code of the store; a key of one store need not say it."), "NJ1", default=None
    )
    receipt_number: str = said(Text(40, 0), _("The number on the receipt."), "R-1001", default="")
    currency: str = said(OneOf((settings.CURRENCY,)), _("The currency of the programme."), default=settings.CURRENCY)


@dataclass(frozen=True)
class LineOut:
    position: int = said(ANY, _("The number of the line, from 1."), 1)
    sku: str = said(Text(40, 0), _("The article."))
    category: str = said(Text(40, 0), _("The category."))
    quantity: int = said(ANY, _("How many pieces."))
    net_minor: int = said(ANY, _("Paid for the line."))
    returned_quantity: int = said(ANY, _("How many came back."))
    returned_minor: int = said(ANY, _("What they were worth."))


@dataclass(frozen=True)
class PurchaseOut:
    id: int = said(ANY, _("Our number of the purchase."), 4711)
    external_id: str = said(EXTERNAL, _("Your name for it."))
    member: str | None = said(Text(60), _("The member's token; null without a member."), default=None)
    store: str | None = said(Text(20), _("The code of the store."), default=None)
    receipt_number: str = said(Text(40, 0), _("The number on the receipt."), default="")
    occurred_at: dt.datetime | None = said(Moment(), _("When it was paid."), default=None)
    currency: str = said(Text(3), _("The currency."), default="")
    net_minor: int = said(ANY, _("The whole amount."), default=0)
    returned_minor: int = said(ANY, _("Of it came back."), default=0)
    points: int = said(ANY, _("What it earned."), default=0)
    tier: str = said(Text(20, 0), _("The member's tier when it was bought."), default="")
    lines: tuple[LineOut, ...] = said(Several(Part(LineOut), 1_000), _("What was bought."), default=())


@dataclass(frozen=True)
class PageQuery:
    after: int = said(Whole(0, 2**62), _("Purchases behind this number; 0 from the beginning."), default=0)
    page_size: int = said(Clamped(1, LARGEST_PAGE), _("How many, at most 100."), default=50)


@dataclass(frozen=True)
class PurchasePage:
    purchases: tuple[PurchaseOut, ...] = said(
        Several(Part(PurchaseOut), LARGEST_PAGE), _("In the order of their numbers.")
    )
    next: int | None = said(ANY, _("What to give as `after` for the next page; null at the end."), default=None)


@dataclass(frozen=True)
class ReturnedLine:
    position: int = said(Whole(1, 10_000), _("The number of the line, from 1."), 1)
    quantity: int = said(COUNT, _("How many pieces came back."), 1)


@dataclass(frozen=True)
class ReturnIn:
    external_id: str = said(EXTERNAL, _("Your name for this return; it counts once for ever."), "T4-000130")
    occurred_at: dt.datetime = said(Moment(), _("When it came back."), "2026-11-21T12:00:00+08:00")
    lines: list[ReturnedLine] | None = said(
        Several(Part(ReturnedLine), 1_000, 1), _("What came back; left out: all that has not yet."), default=None
    )


@dataclass(frozen=True)
class ReturnOut:
    id: int = said(ANY, _("Our number of the return."), 12)
    purchase: int = said(ANY, _("Our number of the purchase."))
    external_id: str = said(EXTERNAL, _("Your name for it."))
    occurred_at: dt.datetime = said(Moment(), _("When it came back."))
    net_minor: int = said(ANY, _("What came back was worth."))
    points: int = said(ANY, _("Points that it took back."))
    lines: tuple[ReturnedLine, ...] = said(Several(Part(ReturnedLine), 1_000), _("What came back."), default=())


@dataclass(frozen=True)
class BatchIn:
    purchases: list[PurchaseIn] = said(
        Several(Unread(PurchaseIn), MOST_IN_BATCH, 1),
        _("Purchases, each answered for itself. Codes are not taken here."),
    )


@dataclass(frozen=True)
class FaultOut:
    field: str = said(Text(200, 0), _("Where."))
    code: str = said(Text(60), _("What a programme should look at."))
    title: str = said(Text(400, 0), _("What a person should read."))


@dataclass(frozen=True)
class ProblemOut:
    code: str = said(Text(60), _("What a programme should look at."))
    title: str = said(Text(400, 0), _("What a person should read."))
    errors: tuple[FaultOut, ...] = said(Several(Part(FaultOut), 1_000), _("Field by field."), default=())


@dataclass(frozen=True)
class BatchItem:
    index: int = said(ANY, _("Its place in the list, from 0."))
    outcome: str = said(OneOf(("recorded", "repeated", "refused")), _("What became of it."))
    purchase: PurchaseOut | None = said(Part(PurchaseOut), _("The purchase, unless it was refused."), default=None)
    problem: ProblemOut | None = said(Part(ProblemOut), _("Why it was refused."), default=None)


@dataclass(frozen=True)
class BatchOut:
    results: tuple[BatchItem, ...] = said(Several(Part(BatchItem), MOST_IN_BATCH), _("One for each, in their order."))


@dataclass(frozen=True)
class LookUpQuery:
    """Exactly one of the first three."""

    card_number: str | None = said(Text(40), _("The number on the card."), default=None)
    phone: str | None = said(Text(40), _("The member's phone number, exactly."), default=None)
    code: str | None = said(Text(100), _("The rotating code on the digital card; it is spent by this."), default=None)
    store: str | None = said(Text(20), _("Where a code was shown; a key of one store need not say it."), default=None)


@dataclass(frozen=True)
class MemberFound:
    reference: str = said(Text(60), _("A token for this member and this key alone. It says nothing of the person."))
    tier: str = said(Text(20, 0), _("Her tier."), "gold")


@dataclass(frozen=True)
class PointsOut:
    reference: str = said(Text(60), _("The member's token."))
    balance: int = said(ANY, _("What she has to spend; below zero while she owes."))
    available: int = said(ANY, _("Can be redeemed now."))
    pending: int = said(ANY, _("Waits for the return window to close."))
    held: int = said(ANY, _("Is reserved."))
    owed: int = said(ANY, _("Is owed after a return."))
    tier: str = said(Text(20, 0), _("Her tier."))
    lapses_next_on: dt.date | None = said(Day(), _("After this day the next points lapse."), default=None)
    lapses_next: int = said(ANY, _("How many."), default=0)
