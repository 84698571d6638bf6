"""What is told about complaints (SVC-04 · D6.1, D6.2): to the member by inbox and e-mail, or by SMS."""

from django.urls import reverse

from core import clock, show
from core.messaging import outbox
from core.models import User
from loyalty.policy import spoken_codes
from service_desk.models import Case, Compensation, ComplaintFollowUp, ImprovementMeasure
from service_desk.operations import letters
from service_desk.policy.compensation import Means

ACKNOWLEDGED, COMPENSATED, FOLLOW_UP = "complaint.acknowledged", "complaint.compensated", "complaint.follow_up"
ASSIGNED, DUE_SOON, OVERDUE, REVIEW_DUE = (
    f"improvement.{word}" for word in ("assigned", "due_soon", "overdue", "review_due")
)


def acknowledged(case: Case) -> bool:
    """SVC-04 · D6.1 — we took it as a complaint; whether there was an address to tell."""
    return letters.to_member(ACKNOWLEDGED, case, key=f"{case.pk}:{case.version}", context={"number": case.number})


def compensated(case: Case, given: Compensation) -> bool:
    """SVC-04 · D6.2 — what the member was given, and where she finds it."""
    coupon = given.coupon
    context = {
        "number": case.number,
        "means": given.means,
        "points": show.number(given.points or 0),
        "amount": show.money(given.amount_minor, given.currency),
        "coupon": coupon.offer.worded("name", case.language) if coupon else "",
        "code": spoken_codes.spell(coupon.code) if coupon else "",
        "until": coupon.last_valid_on.isoformat() if coupon and coupon.last_valid_on else "",
    }
    link = {Means.POINTS: "/me/points/", Means.COUPON: "/me/rewards/mine/"}.get(Means(given.means), page_of(case))
    return letters.to_member(COMPENSATED, case, key=str(given.pk), context=context, link=link)


def follow_up(asked: ComplaintFollowUp) -> bool:
    """SVC-04 · D6.2.4 — whether she is satisfied, with the address at which she says so; needs no log-in."""
    case = asked.complaint.case
    link = reverse("service_desk:complaint_follow_up", args=[asked.token])
    context = {"number": case.number, "until": clock.day_of(asked.open_until).isoformat()}
    return letters.to_member(FOLLOW_UP, case, key=str(asked.pk), context=context, link=link)


def page_of(case: Case) -> str:
    """Where the member reads what became of her complaint."""
    return reverse("service_desk:complaint", args=[case.number])


def measure_assigned(measure: ImprovementMeasure) -> None:
    """SVC-05 · D6.3.3 — a measure was agreed: its owner has it to do."""
    _to_colleague(ASSIGNED, measure, measure.owner)


def measure_due_soon(measure: ImprovementMeasure) -> None:
    _to_colleague(DUE_SOON, measure, measure.owner)


def measure_overdue(measure: ImprovementMeasure) -> None:
    """SVC-05 · D6.3.3 — the deadline has passed: told to the owner and to whoever agreed it."""
    for person in {measure.owner, measure.agreed_by} - {None}:
        _to_colleague(OVERDUE, measure, person)


def review_due(measure: ImprovementMeasure) -> None:
    """SVC-05 · D6.3.4 — the days to compare have passed: told to whoever agreed it, who may confirm the verdict."""
    _to_colleague(REVIEW_DUE, measure, measure.agreed_by)


def _to_colleague(event: str, measure: ImprovementMeasure, person: User | None) -> None:
    if person is None:
        return
    link = reverse("admin:service_desk_improvementmeasure_change", args=[measure.pk])
    context = {"title": measure.title, "due_on": measure.due_on.isoformat()}
    occasion = measure.done_on if event == REVIEW_DUE else measure.due_on
    outbox.send(event, key=f"{measure.pk}:{occasion}:{person.pk}", to=person, context=context, link=link)
