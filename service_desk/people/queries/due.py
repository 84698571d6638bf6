"""Whose training is due (SVC-08 · D7.1.4): for the nightly sweeps, the due lists and the worklists."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import access, clock, competence
from core.models import Certificate, Employment, RoleAssignment, User
from service_desk.models import Course, CourseStep, Enrolment, OnboardingRule, StepDone
from service_desk.people.policy import courses as rule
from service_desk.people.queries import progress

OPEN = progress.OPEN


@dataclass(frozen=True)
class Wanted:
    """A course that a rule asks of somebody since he began."""

    user: int
    course: int
    began_on: dt.date
    rule_from: dt.date
    within_days: int


def rules_in_force(on: dt.date) -> list[OnboardingRule]:
    rows = OnboardingRule.objects.filter(ended_at=None, starts_on__lte=on, course__state=Course.State.OPEN)
    return list(rows.select_related("course").order_by("pk"))


def at_work(after: int | None = None) -> QuerySet[User]:
    """Everybody who works here, by id."""
    rows = User.objects.filter(is_staff=True, is_active=True)
    return (rows if after is None else rows.filter(pk__gt=after)).order_by("pk")


def missing_onboarding(users: Sequence[int], *, on: dt.date) -> list[Wanted]:
    """What the rules ask of these people and they neither have to do, nor have done, nor hold the certificate of."""
    rules = rules_in_force(on)
    if not rules:
        return []
    posts = {
        user: (post, began)
        for user, post, began in Employment.objects.filter(user__in=users).values_list("user", "post", "started_on")
    }
    roles: dict[int, dict[str, dt.date]] = {}
    held = RoleAssignment.objects.filter(user__in=users, ended_at=None).values_list("user", "role", "granted_at")
    for user, role, granted_at in held:
        day = clock.day_of(granted_at)
        roles.setdefault(user, {})[role] = min(day, roles.get(user, {}).get(role, day))
    given = OPEN | Q(completed_at__isnull=False) | Q(source=Enrolment.Source.ONBOARDING)
    had = set(Enrolment.objects.filter(given, user__in=users).values_list("user", "course"))
    certified = set(Certificate.objects.filter(competence.valid(on), user__in=users).values_list("user", "competence"))
    found: list[Wanted] = []
    for user in users:
        for one in rules:
            began = _began(one, posts.get(user), roles.get(user, {}))
            done = (user, one.course_id) in had or (user, one.course.competence_id) in certified
            if began is not None and not done:
                found.append(Wanted(user, one.course_id, began, one.starts_on, one.within_days))
    return found


def _began(one: OnboardingRule, post: tuple[int, dt.date] | None, roles: dict[str, dt.date]) -> dt.date | None:
    """Since when the rule concerns somebody; None: not at all."""
    if one.role:
        return roles.get(one.role)
    return post[1] if post is not None and post[0] == one.post_id else None


def renewing() -> dict[int, int]:
    """Competence → the open course that certifies it (of several the oldest)."""
    rows = Course.objects.filter(state=Course.State.OPEN, competence__isnull=False).order_by("-pk")
    return dict(rows.values_list("competence", "pk"))


def needing_refresher(on: dt.date, *, ahead_days: int, after: int | None = None) -> QuerySet[Certificate]:
    """Certificates that end within `ahead_days` (or have ended, while nobody renewed them), of people at work who are in
    no course that would renew them, and from whom nobody has taken the refresher off again; by id."""
    since = OPEN | Q(source=Enrolment.Source.REFRESHER, enrolled_at__gt=OuterRef("recorded_at"))
    renews = Enrolment.objects.filter(since, user=OuterRef("user"), course__competence=OuterRef("competence"))
    rows = Certificate.objects.filter(
        ~Exists(renews),
        revoked_at=None,
        replaced_at=None,
        last_valid_on__lte=on + dt.timedelta(days=ahead_days),
        user__is_active=True,
        user__is_staff=True,
        competence__is_active=True,
        competence__courses__state=Course.State.OPEN,
    ).distinct()
    return (rows if after is None else rows.filter(pk__gt=after)).order_by("pk")


def to_remind(on: dt.date, *, soon_days: int, after: int | None = None) -> QuerySet[Enrolment]:
    """Enrolments whose people have something to be told, and have not been; by id."""
    late, soon = Q(due_on__lt=on) & ~Q(told="late"), Q(due_on__range=(on, on + dt.timedelta(days=soon_days)), told="")
    rows = Enrolment.objects.filter(OPEN & (late | soon), user__is_active=True)
    return (rows if after is None else rows.filter(pk__gt=after)).order_by("pk")


def to_check(user: User) -> QuerySet[Enrolment]:
    """Enrolments that wait for a practical check, of colleagues that the user may assess; never his own.

    They wait once every step before it is done.
    """
    done = StepDone.objects.filter(enrolment=OuterRef(OuterRef("pk")), step=OuterRef("pk"))
    before = CourseStep.objects.filter(course=OuterRef("course"), retired_at=None).exclude(kind=rule.StepKind.CHECK)
    undone = before.filter(~Exists(done))
    checks = CourseStep.objects.filter(course=OuterRef("course"), retired_at=None, kind=rule.StepKind.CHECK)
    rows = Enrolment.objects.filter(OPEN, ~Exists(undone), Exists(checks.filter(~Exists(done)))).exclude(user=user)
    return access.within_scope(rows, user, path="user__employment__store", right="people.assess_practice")
