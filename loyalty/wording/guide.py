"""How to earn, for a member: the parameters and the rules in force for her, in plain words (LOY-04 · B7.1)."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock, show, words
from loyalty.models import EarnOccasion, EarnRule, MemberTier, Purchase
from loyalty.policy import earning
from loyalty.policy.rules import Effect, Kind, Rule
from loyalty.policy.tasks import Task
from loyalty.queries import earning as rows
from loyalty.wording import reasons, sentences
from loyalty.wording.sentences import Names
from members.models import Member

ICONS = {
    Kind.PURCHASE: "shopping-bag",
    Kind.CARD_PURCHASE: "wallet-cards",
    Kind.RENEWAL: "refresh-cw",
    Kind.TASK: "circle-check",
    Kind.EVENT: "calendar-days",
    Kind.REFERRAL: "user-round-plus",
}


@dataclass(frozen=True)
class Way:
    """A way to earn: what it is called, what it gives, the sign that stands for it."""

    name: str
    said: str
    icon: str


def ways(member: Member, *, at: dt.datetime) -> list[Way]:
    """LOY-04 · B7.1 — what holds for her now; what is for other tiers or was done already is left out."""
    names = Names.read()
    standing = MemberTier.objects.filter(pk=member.pk).values_list("tier", flat=True).first()
    tier = standing or next(iter(names.ladder), "")
    house = [_house(rule, tier) for rule in rows.house_rules(tier, on=clock.day_of(at))]
    hers = [rule for rule in rows.rules_at(at) if _is_for(rule, tier, at)]
    done = set(EarnOccasion.objects.filter(member=member).values_list("kind", "code"))
    has_bought = Purchase.objects.standing().filter(member=member).exists()
    done |= {(Kind.PURCHASE.value, "")} if has_bought else set()
    hers = [rule for rule in hers if not _is_done(rule, done)]
    called = {rule.code: reasons.name_of(rule) for rule in EarnRule.objects.filter(code__in=[one.code for one in hers])}
    hers.sort(key=lambda rule: (list(Kind).index(rule.kind), rule.priority, rule.code))
    return house + [
        Way(called.get(rule.code, rule.code), sentences.sentence(rule, names, for_members=True), ICONS[rule.kind])
        for rule in hers
    ]


def _house(rule: Rule, tier: str) -> Way:
    times = sentences.times(rule.bps)
    if rule.code == earning.TIER:
        said = _("Your tier %(tier)s: × %(times)s") % {"tier": words.of(words.TIER, tier), "times": times}
        return Way(_("For your tier"), said, "award")
    if rule.code == earning.BIRTHDAY:
        days = rule.when.birthday_days or 0
        near = ngettext(
            "× %(times)s on one purchase within %(n)s day of your birthday",
            "× %(times)s on one purchase within %(n)s days of your birthday",
            days,
        )
        on_the_day = _("× %(times)s on one purchase on your birthday")
        return Way(_("For your birthday"), (near if days else on_the_day) % {"times": times, "n": days}, "cake")
    amount = show.price(rule.per_minor)
    said = _("%(points)s for every %(amount)s") % {"points": sentences.points_of(rule.points), "amount": amount}
    return Way(_("Each purchase"), said, "shopping-bag")


def _is_for(rule: Rule, tier: str, at: dt.datetime) -> bool:
    when = rule.when
    over = when.ends_at is not None and when.ends_at <= at
    halved = rule.effect is Effect.MULTIPLY and rule.bps < earning.WHOLE_BPS
    return not over and not halved and (not when.tiers or tier in when.tiers)


def _is_done(rule: Rule, done: set[tuple[str, str]]) -> bool:
    """Tasks and events count once, and so does what is for the first time: such a rule has nothing left for her."""
    if rule.when.first_only and rule.kind.value in {kind for kind, _code in done}:
        return True
    if rule.kind not in (Kind.TASK, Kind.EVENT):
        return False
    named = rule.when.codes or (set(Task) if rule.kind is Kind.TASK else set())
    return bool(named) and all((rule.kind.value, str(code)) in done for code in named)
