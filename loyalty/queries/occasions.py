"""What gave occasion to points and was not judged yet: paid card orders, refunds of them, tasks done (LOY-04 · B7.1)."""

import datetime as dt

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from cards.models import Order
from loyalty.models import EarnOccasion, EarnRuleVersion
from loyalty.policy.rules import Kind, Rule
from loyalty.policy.tasks import Task
from loyalty.queries import earning
from members.models import Member

OF_ORDERS = {Order.Kind.PURCHASE: Kind.CARD_PURCHASE, Order.Kind.RENEWAL: Kind.RENEWAL}
DONE = {
    Task.LOGIN: Q(user__isnull=False),
    Task.EMAIL: Q(email_verified_at__isnull=False),
    Task.PROFILE: Q(phone_verified_at__isnull=False, email_verified_at__isnull=False) & ~Q(birth_month_day=""),
    Task.PREFERENCES: ~Q(preferences={}),
}


def orders_due() -> QuerySet[Order]:
    """Paid orders since the first rule for such orders was in force that were not judged; one refunded whole never is."""
    due = Q(pk__in=[])
    for of, kind in OF_ORDERS.items():
        rows = EarnRuleVersion.objects.filter(definition__kind=kind.value)
        if begun := rows.aggregate(first=Min("effective_at"))["first"]:
            due |= Q(kind=of, paid_at__gte=begun)
    kept = Order.objects.filter(due, refunded_minor__lt=F("total_minor"))
    return kept.exclude(Exists(EarnOccasion.objects.filter(order=OuterRef("pk"), kind__in=OF_ORDERS.values())))


def refunds_due() -> QuerySet[EarnOccasion]:
    """LOY-08 · B7 — what earned points and was refunded further than points were taken back for."""
    further = Q(order__refunded_minor__gt=F("reversed_minor"), net_minor__gt=F("reversed_minor"))
    return EarnOccasion.objects.filter(further, earned__isnull=False)


def tasks_asked(moment: dt.datetime) -> list[Task]:
    """The tasks that a rule in force gives points for."""
    asked = [rule for rule in earning.rules_at(moment) if rule.kind is Kind.TASK]
    return [task for task in sorted(Task) if any(_asks(rule, task) for rule in asked)]


def _asks(rule: Rule, task: Task) -> bool:
    return not rule.when.codes or task in rule.when.codes


def members_due(task: Task) -> QuerySet[Member]:
    """Members who have done it and were not judged by it."""
    judged = EarnOccasion.objects.filter(member=OuterRef("pk"), kind=EarnOccasion.Kind.TASK, code=task.value)
    return Member.objects.filter(DONE[task], state=Member.State.ACTIVE).exclude(Exists(judged))


def recordable(moment: dt.datetime) -> list[tuple[Kind, str]]:
    """Tasks and events that a rule in force names and that the programme cannot see by itself: a colleague notes them."""
    named = {
        (rule.kind, code)
        for rule in earning.rules_at(moment)
        if rule.kind in (Kind.TASK, Kind.EVENT)
        for code in rule.when.codes
    }
    return sorted(named - {(Kind.TASK, task.value) for task in Task})
