"""The catalogue as a member sees it, her orders and coupons, and what waits at a counter (LOY-06, LOY-13)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from cards.policy.priority import Opening
from core import clock, parameters, refusals, words
from core.models import Store
from core.rules import RuleBroken
from loyalty.models import Coupon, PointAccount, Reward, RewardOrder, RewardStock
from loyalty.policy import rewards as rule
from loyalty.policy.parameters import TierParameters
from loyalty.queries import figures, standing
from members.models import Member

State = RewardOrder.State
NOT_HAD = [State.CANCELLED, State.EXPIRED, State.GIVEN_BACK]


@dataclass(frozen=True)
class Offered:
    """A reward on its card in the catalogue: why she cannot have it (None: she can), and what she lacks for it.

    `opening` where it is not there for everybody yet: from when for whom; `mine_from` is her own day.
    """

    reward: Reward
    stock: int | None
    refusal: RuleBroken | None
    missing: int
    share: int
    opening: Opening | None = None
    mine_from: dt.date | None = None

    @property
    def code(self) -> str:
        return self.refusal.code if self.refusal else ""

    @property
    def why(self) -> str:
        """The refusal in the reader's language."""
        return refusals.said(self.refusal) if self.refusal else ""


def names(reward: Reward) -> dict[str, str]:
    """What it is called in every language, as an entry of the ledger keeps it."""
    return {"en": reward.name, "zh-hans": reward.name_zh_hans, "zh-hant": reward.name_zh_hant}


def refusal(reward: Reward, member: Member, *, available: int, stock: int | None = None) -> RuleBroken | None:
    """LOY-06 · B7.2 — why this member cannot have this reward now; `stock` where it is known and matters."""
    asking = rule.Asking(_tier(member), available, had=_had(member, [reward]).get(reward.pk, 0))
    return _refusal(reward, stock, asking, _ladder())


def _refusal(
    reward: Reward, stock: int | None, asking: rule.Asking, ladder: Sequence[str]
) -> rule.RewardRefused | None:
    """The rule's word, with the tier as it is called on screen."""
    found = rule.refusal(_terms(reward, stock), asking, on=clock.today(), ladder=ladder)
    if found is not None and "tier" in found.params:
        found.params = {"tier": words.of(words.TIER, reward.min_tier)}
    return found


def catalogue(member: Member, rewards: "QuerySet[Reward] | None" = None) -> list[Offered]:
    """LOY-06 · B7.2 — what is on offer today, the cheapest first, with how each stands to her; five statements."""
    today = clock.today()
    rows = Reward.objects.filter(state=Reward.State.ON_SALE) if rewards is None else rewards
    rows = rows.filter(Q(last_on__isnull=True) | Q(last_on__gte=today)).select_related("offer")
    left = RewardStock.objects.filter(reward=OuterRef("pk")).filter(_reachable()).order_by().values("reward")
    found = list(
        rows.annotate(left=Coalesce(Subquery(left.annotate(sum=Sum("quantity")).values("sum")), 0)).order_by(
            "points", "pk"
        )
    )
    available = available_of(member)
    tier, had, ladder = _tier(member), _had(member, found), _ladder()
    return [_offered(reward, rule.Asking(tier, available, had.get(reward.pk, 0)), ladder) for reward in found]


def _offered(reward: Reward, asking: rule.Asking, ladder: Sequence[str]) -> Offered:
    stock = vars(reward)["left"] if reward.kind == Reward.Kind.GIFT else None
    why = _refusal(reward, stock, asking, ladder)
    missing = max(reward.points - asking.available, 0)
    opening = _opening(reward)
    if opening is not None and opening.on <= clock.today():
        opening = None
    return Offered(
        reward,
        stock,
        why,
        missing,
        min(100 * asking.available // reward.points, 100),
        opening,
        opening.of_tier(asking.tier) if opening else None,
    )


def _reachable() -> Q:
    """Stock that a member can be given: of open stores, and of the warehouse where the reward is sent at all."""
    return Q(store__is_open=True) | Q(store__isnull=True, reward__can_deliver=True)


def available_of(member: Member) -> int:
    account = PointAccount.objects.filter(pk=member.pk).first()
    return account.available if account else 0


def places(reward: Reward) -> list[Store]:
    """The open stores where it can be picked up now."""
    rows = RewardStock.objects.filter(reward=reward, quantity__gt=0, store__is_open=True)
    return [row.store for row in rows.select_related("store").order_by("store__city", "store__name") if row.store]


def can_be_sent(reward: Reward) -> bool:
    return reward.can_deliver and RewardStock.objects.filter(reward=reward, store__isnull=True, quantity__gt=0).exists()


def orders_of(member: Member) -> QuerySet[RewardOrder]:
    """What she redeemed, newest first."""
    rows = RewardOrder.objects.filter(member=member).order_by("-id")
    return rows.select_related("reward", "store", "hold", "coupon")


def coupons_of(member: Member) -> QuerySet[Coupon]:
    """LOY-13 · E2.6 — those she can still use, the first to lapse first."""
    rows = Coupon.objects.filter(member=member, state=Coupon.State.ISSUED)
    rows = rows.filter(Q(last_valid_on__isnull=True) | Q(last_valid_on__gte=clock.today()))
    return rows.select_related("offer").prefetch_related("offer__stores").order_by("last_valid_on", "pk")


def waiting_here(member: Member, store: Store) -> list[RewardOrder]:
    """Her gifts that lie ready at this store."""
    rows = RewardOrder.objects.filter(member=member, store=store, state=State.RESERVED, way=RewardOrder.Way.PICK_UP)
    return list(rows.select_related("reward", "hold").order_by("pk"))


def in_stock_here(member: Member, store: Store) -> list[Offered]:
    """LOY-06 · B7.2 — the gifts that could be handed to her now over this counter, with how each stands to her."""
    here = RewardStock.objects.filter(store=store, quantity__gt=0).values("reward")
    return catalogue(member, Reward.objects.filter(state=Reward.State.ON_SALE, pk__in=here))


def at_counters(pk: int) -> QuerySet[Reward]:
    """A gift that may be handed over at a counter."""
    return Reward.objects.filter(pk=pk, state=Reward.State.ON_SALE, kind=Reward.Kind.GIFT)


def with_relations() -> QuerySet[RewardOrder]:
    return RewardOrder.objects.select_related("reward", "store", "member__user", "hold", "coupon__offer", "clerk")


def by_code(code: str) -> RewardOrder | None:
    """The order behind a pick-up code, wherever it waits."""
    return with_relations().filter(code=code).first() if code else None


def to_send() -> QuerySet[RewardOrder]:
    """What waits to be sent."""
    return RewardOrder.objects.filter(state=State.RESERVED, way=RewardOrder.Way.DELIVERY)


def _terms(reward: Reward, stock: int | None) -> rule.Terms:
    return rule.Terms(
        reward.points,
        on_sale=reward.state == Reward.State.ON_SALE,
        opening=_opening(reward),
        last_on=reward.last_on,
        min_tier=reward.min_tier,
        stock=stock,
        per_member=reward.per_member,
    )


def _opening(reward: Reward) -> Opening | None:
    """LOY-15 · B8.3 — from when it is there for which tier; None at any time."""
    return standing.opens(reward.starts_on, day=clock.today()) if reward.starts_on else None


def _had(member: Member, rewards: Iterable[Reward]) -> Mapping[int, int]:
    limited = [reward.pk for reward in rewards if reward.per_member is not None]
    rows = RewardOrder.objects.filter(member=member, reward__in=limited).exclude(state__in=NOT_HAD)
    return dict(rows.order_by().values_list("reward").annotate(count=Count("pk"))) if limited else {}


def _tier(member: Member) -> str:
    return figures.standing(member, parameters=parameters.in_force(TierParameters)).tier


def _ladder() -> list[str]:
    return [tier.code for tier in parameters.in_force(TierParameters).ladder]
