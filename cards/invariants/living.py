"""Cards in use and their benefits (invariants 22, 23, 26, 28, 29, 31 to 33), each a query over what could be broken."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from cards.models import Activation, BenefitUse, Card, CardNumber, SpentCode, UseCounter
from core import clock
from core.models import AuditRecord
from core.verify import invariant

BATCH = 2000
USED = (Card.State.ACTIVE, Card.State.SUSPENDED)
ALSO_COUNTED: list[Callable[[], Iterable[tuple[int, int, list[str], int]]]] = []
"""What apps above count against the limits of a card: card, benefit, periods, quantity."""


@invariant(22, "a card in use has a verified phone, a recorded check of a document and an accepted agreement")
def activated_properly() -> Iterator[str]:
    proper = Activation.objects.filter(
        card=OuterRef("pk"), phone_verified_at__isnull=False, acceptance__isnull=False, member=OuterRef("holder")
    ).exclude(document_last_digits="")
    for card in Card.objects.filter(state__in=USED).filter(~Exists(proper)).select_related("number").iterator(BATCH):
        yield f"card {card}: no complete activation"
    unproved = Card.objects.filter(state__in=USED, holder__phone_verified_at__isnull=True).select_related("number")
    for card in unproved.iterator(BATCH):
        yield f"card {card}: its holder's phone was never verified"


@invariant(23, "an activation code works once")
def code_works_once() -> Iterator[str]:
    for number in CardNumber.objects.filter(card__activated_at__isnull=False).iterator(BATCH):
        if number.activation_code:
            yield f"number {number}: its activation code is still there"
    for row in (
        AuditRecord.objects.filter(action="cards.card.activate")
        .values("subject")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    ):
        yield f"{row['subject']}: activated {row['n']} times"


@invariant(26, "nobody holds more active cards of a product than allowed")
def cards_within_limit() -> Iterator[str]:
    running = Card.objects.filter(state__in=USED, last_valid_on__gte=clock.today())
    held = running.values("holder", "product").annotate(n=Count("pk"), most=Max("version__max_per_member"))
    for row in held.filter(n__gt=F("most")):
        yield f"member {row['holder']}: {row['n']} cards of product {row['product']}"


@invariant(28, "nothing is redeemed outside a term, before activation or after the end")
def uses_within_terms() -> Iterator[str]:
    uses = BenefitUse.objects.filter(reversed_at__isnull=True)
    outside = (
        Q(used_on__lt=F("term__starts_on"))
        | Q(used_on__gt=F("term__last_valid_on"))
        | Q(at__lt=F("card__activated_at"))
    )
    for use in uses.filter(outside | ~Q(term__card=F("card"))).iterator(BATCH):
        yield f"use {use.pk}: outside the card's term"
    for use in uses.exclude(entitlement__version=F("term__version")).iterator(BATCH):
        yield f"use {use.pk}: a benefit that the term does not grant"


@invariant(29, "net uses never exceed the limit of their period")
def uses_within_limits() -> Iterator[str]:
    for counter in UseCounter.objects.filter(used__gt=F("limit")).iterator(BATCH):
        yield f"card {counter.card_id}: {counter.used} of {counter.limit} in {counter.period}"


@invariant(31, "what is counted is what was used and not taken back, in the period it was taken from")
def counters_agree() -> Iterator[str]:
    counted: Counter[tuple[int, int, str]] = Counter()
    rows = BenefitUse.objects.filter(reversed_at__isnull=True)
    for card, benefit, periods, quantity in rows.values_list("card", "entitlement", "periods", "quantity").iterator(
        BATCH
    ):
        for period in periods:
            counted[card, benefit, period] += quantity
    for card, benefit, periods, quantity in (row for also in ALSO_COUNTED for row in also()):
        for period in periods:
            counted[card, benefit, period] += quantity
    for card, benefit, period, used in UseCounter.objects.values_list("card", "entitlement", "period", "used").iterator(
        BATCH
    ):
        if counted.pop((card, benefit, period), 0) != used:
            yield f"card {card}: benefit {benefit} in {period} is miscounted"
    for card, benefit, period in counted:
        yield f"card {card}: benefit {benefit} in {period} is not counted at all"


@invariant(32, "a code of a card is spent at most once")
def codes_spent_once() -> Iterator[str]:
    foreign = SpentCode.objects.select_related("card").iterator(BATCH)
    for code in foreign:
        if not code.nonce.startswith(code.card.public_id.hex):
            yield f"code {code.nonce[:8]}: spent for another card"


@invariant(33, "nobody redeemed or activated a card of his own or of his household")
def nobody_serves_himself() -> Iterator[str]:
    own = Q(clerk__isnull=False, clerk__member=F("card__holder"))
    kin = Q(clerk__member__household__isnull=False, clerk__member__household=F("card__holder__household"))
    for use in BenefitUse.objects.filter(own | kin, reversed_at__isnull=True).iterator(BATCH):
        yield f"use {use.pk}: served by the holder or her household"
    for done in Activation.objects.filter(Q(clerk__isnull=False, clerk__member=F("member"))).iterator(BATCH):
        yield f"activation {done.pk}: done by the holder herself"
