"""The classes that somebody can come to, and who comes to one (SVC-08 · D7.1.3)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from core import clock
from core.models import User
from service_desk.models import ClassSeat, ClassSession, CourseStep, Enrolment

MOST = 12


@dataclass(frozen=True)
class Offered:
    """A class to come, and the seat that somebody has in it."""

    session: ClassSession
    seat: ClassSeat | None

    @property
    def left(self) -> int:
        return self.session.seats - self.session.taken


def offered(step: CourseStep, *, enrolment: Enrolment) -> list[Offered]:
    """The next classes of a step, with one's own seats. Two queries."""
    rows = step.sessions.filter(state=ClassSession.State.PLANNED, starts_at__gt=clock.now()).select_related("trainer")
    coming = list(rows.order_by("starts_at", "pk")[:MOST])
    seats = {
        seat.session_id: seat
        for seat in ClassSeat.objects.filter(session__in=coming, enrolment=enrolment, state=ClassSeat.State.BOOKED)
    }
    return [Offered(one, seats.get(one.pk)) for one in coming]


def seats_of(session: ClassSession) -> list[ClassSeat]:
    """Who has a seat, by name."""
    rows = session.booked.exclude(state=ClassSeat.State.GIVEN_UP).select_related("enrolment__user")
    return list(rows.order_by("enrolment__user__display_name", "pk"))


def to_mark(user: User) -> QuerySet[ClassSession]:
    """Classes that the user held and whose attendance nobody has taken yet."""
    return ClassSession.objects.filter(
        trainer=user, state=ClassSession.State.PLANNED, starts_at__lte=clock.now(), taken__gt=0
    )
