"""What waits for somebody in training and performance: his own courses, plans and spot checks; what he has to look after."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import access, clock, parameters, worklists
from core.models import Certificate, User
from service_desk.models import ClassSession, Enrolment, ImprovementPlan, Incentive, Objection, SpotCheck
from service_desk.people.operations import checks, objections
from service_desk.people.operations.incentives import PROPOSE
from service_desk.people.policy.parameters import TrainingParameters
from service_desk.people.queries import classes, due, progress, reach, rewards


def _ending(user: User) -> QuerySet[Certificate]:
    within = parameters.in_force(TrainingParameters).refresher_days
    return access.within_scope(progress.ending(clock.today(), within=within), user, path="user__employment__store")


def _own(user: User) -> QuerySet[Enrolment]:
    return progress.open_of(user)


def _to_check(user: User) -> QuerySet[Enrolment]:
    return due.to_check(user)


def _to_mark(user: User) -> QuerySet[ClassSession]:
    return classes.to_mark(user)


def _to_agree(user: User) -> QuerySet[ImprovementPlan]:
    return rewards.to_agree(user)


def _unseen(user: User) -> QuerySet[SpotCheck]:
    return SpotCheck.objects.filter(person=user, seen_at=None, void_at=None)


def _objections(user: User) -> QuerySet[Objection]:
    open_ = Objection.objects.filter(state=Objection.State.OPEN).exclude(spot_check__assessor=user)
    return reach.within(open_, user, right=objections.SETTLE)


def _to_verify(user: User) -> QuerySet[ImprovementPlan]:
    return reach.within(rewards.due_plans(), user, right=PROPOSE)


def _to_give(user: User) -> QuerySet[Incentive]:
    return reach.within(Incentive.objects.filter(state=Incentive.State.AGREED), user, right=PROPOSE)


worklists.register(
    worklists.Worklist(
        code="my_plans", label=_("Improvement plans that wait for my word"), rows=_to_agree, url="people:scorecard",
        icon="handshake", urgent=True,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="my_spot_checks", label=_("Spot checks of me, not read yet"), rows=_unseen, url="people:scorecard",
        icon="visibility",
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="objections", label=_("Objections to decide"), rows=_objections,
        url="admin:service_desk_objection_changelist", query="state__exact=open", icon="balance",
        right=objections.SETTLE,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="plans_to_verify", label=_("Improvement plans to verify"), rows=_to_verify,
        url="admin:service_desk_improvementplan_changelist", query="state__exact=agreed", icon="trending_up",
        right=PROPOSE,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="incentives_to_give", label=_("Incentives to give"), rows=_to_give,
        url="admin:service_desk_incentive_changelist", query="state__exact=agreed", icon="celebration", right=PROPOSE,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="my_training", label=_("My training due"), rows=_own, url="people:training", icon="school", urgent=True
    )
)
worklists.register(
    worklists.Worklist(
        code="classes_to_mark", label=_("Classes whose attendance I have to take"), rows=_to_mark,
        url="admin:service_desk_classsession_changelist", query="state__exact=planned", icon="how_to_reg",
        right="people.view_classsession",
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="practical_checks", label=_("Practical checks to make"), rows=_to_check,
        url="admin:service_desk_enrolment_changelist", query="standing=open", icon="fact_check", right=checks.ASSESS,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="certificates_ending", label=_("Certificates about to end"), rows=_ending,
        url="admin:core_certificate_changelist", query="standing=ending", icon="workspace_premium",
        right="core.view_certificate",
    )
)  # fmt: skip
