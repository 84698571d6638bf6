"""Standards, score-cards and rewards in the demo, made by the real operations: half a year of how people stood.

A visitor who logs in as `clerk` finds his score-card with an objection that waits, a plan to agree to and a contest; as
`manager` the people of his store; as `director` what waits for a second person.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from core import approvals, clock, periods, sweeps
from core.models import Department, Post, Store, User
from service_desk.models import CareerLevel, Contest
from service_desk.people import demo_words as words
from service_desk.people.operations import careers, contests, incentives, objections, plans, standards, targets
from service_desk.people.operations.targets import For
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Span
from service_desk.people.queries import standards as written

MONTHS = 6
DIRECTORS = {"service": "lead", "operations": "director", "stores": "director"}


def load() -> None:
    """Loading again changes nothing: the career levels come first."""
    if CareerLevel.objects.exists():
        return
    for code, login in DIRECTORS.items():
        Department.objects.filter(code=code).update(director=colleague(login))
    for rank, (code, named) in enumerate(words.LEVELS.items(), start=1):
        CareerLevel.objects.create(code=code, rank=rank, **named)
    with ago(months=MONTHS):
        _agree_on_standards()
        _agree_on_targets()
    for back in reversed(range(MONTHS)):
        with ago(months=back, day=4):
            _spot_checks(back)
        with ago(months=back, day=8):
            sweeps.run("performance.score")
    _objections()
    _rewards()
    _contests()
    sweeps.run("performance.score")


def colleague(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


@contextmanager
def ago(*, months: int = 0, days: int = 0, day: int = 0) -> Iterator[None]:
    """As if it were so long ago, on a day of that month; never later than now."""
    now = clock.now()
    on = periods.add_months(clock.today(), -months) - dt.timedelta(days=days)
    moment = dt.datetime.combine(on.replace(day=day) if day else on, dt.time(16, 20), tzinfo=clock.zone())
    with clock.stopped(min(moment, now)):
        yield


def _agree_on_standards() -> None:
    trainer = colleague("trainer")
    for login, criteria in words.STANDARDS.items():
        post = Post.objects.get(holders__user=colleague(login))
        standards.set_standard(post, criteria, starts_on=clock.today(), reason=words.STANDARD_REASON, by=trainer)


def _agree_on_targets() -> None:
    """What is to be reached from the next month on: by every clerk and agent, by every store."""
    planner, director = colleague("planner"), colleague("director")
    for login, kpi, value in words.TARGETS:
        post = Post.objects.get(holders__user=colleague(login)) if login else None
        asked = targets.propose(
            kpi,
            kind=Subject.PERSON if post else Subject.STORE,
            span=Span.MONTH,
            value=value,
            starts_on=clock.today(),
            reason=words.TARGET_REASON,
            whom=For(post=post),
            by=planner,
        )
        approvals.approve(asked, by=director)


def _spot_checks(back: int) -> None:
    """Every month somebody looks; it gets better."""
    for assessor, person in (("manager", "clerk"), ("lead", "service")):
        who = colleague(person)
        standard = written.of_person(who, on=clock.today())
        if standard is None:
            continue
        best = 5 - back // 2
        marks = {one.pk: max(best - place % 2, 1) for place, one in enumerate(standard.criteria.all())}
        standards.spot_check(
            who, marks, comment=words.COMMENTS[back // 2 % len(words.COMMENTS)], by=colleague(assessor)
        )


def _objections() -> None:
    """One that a director has decided, one that waits."""
    clerk, agent = colleague("clerk"), colleague("service")
    raised = objections.to_spot_check(agent.spot_checks.latest("pk"), words=words.OBJECTIONS[0], by=agent)
    objections.decide(raised, upheld=True, answer=words.ANSWER, by=colleague("director"))
    objections.to_spot_check(clerk.spot_checks.latest("pk"), words=words.OBJECTIONS[1], by=clerk)


def _rewards() -> None:
    manager, director, clerk = colleague("manager"), colleague("director"), colleague("clerk")
    with ago(months=2):
        step = careers.propose(
            clerk, CareerLevel.objects.get(code="clerk"), starts_on=clock.today(), reason=words.CAREER, by=manager
        )
        approvals.approve(step, by=director)
    with ago(days=20):
        praise = incentives.propose(clerk, kind="praise", title=words.PRAISE, reason=words.PRAISE_REASON, by=manager)
        if praise.approval:
            approvals.approve(praise.approval, by=director)
        incentives.give(praise, by=manager)
    incentives.propose(
        clerk, kind="bonus", title=words.BONUS, amount_minor=50_000, reason=words.BONUS_REASON, by=manager
    )
    due = clock.today() + dt.timedelta(days=21)
    with ago(days=12):
        agreed = plans.propose(colleague("service"), **words.PLANS[0], due_on=due, by=colleague("lead"))
        plans.agree(agreed, by=colleague("service"))
    plans.propose(clerk, **words.PLANS[1], due_on=due, by=manager)


def _contests() -> None:
    """One of last month, closed with its places; one of the store that still runs."""
    last = periods.add_months(clock.today().replace(day=1), -1)
    with ago(months=1, day=1):
        contests.call(
            words.CONTESTS[0], kpi="spot_checks", kind=Subject.PERSON, starts_on=last, last_on=periods.month_end(last),
            prize=words.PRIZES[0], by=colleague("planner"),
        )  # fmt: skip
    contests.close(Contest.objects.get(closed_at=None))
    with ago(days=10):
        contests.call(
            words.CONTESTS[1], kpi="activations", kind=Subject.PERSON, starts_on=clock.today(),
            last_on=clock.today() + dt.timedelta(days=30), store=Store.objects.get(code="SH1"),
            prize=words.PRIZES[1], by=colleague("manager"),
        )  # fmt: skip
