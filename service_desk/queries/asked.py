"""What departments and their people are asked about cases (SVC-02, SVC-13 · A6.2.2, B10)."""

from django.db.models import Q, QuerySet

from core.models import Employment, User
from service_desk.models import CaseTask


def of(user: User) -> QuerySet[CaseTask]:
    """SVC-02 · A6.2.2 — every question to somebody himself, or to the department he works in."""
    here = Employment.objects.filter(user=user, ended_on__isnull=True).values("post__department")
    return CaseTask.objects.filter(Q(owner=user) | Q(department__in=here))


def waiting(user: User) -> QuerySet[CaseTask]:
    """SVC-02 · A6.2.2 — those that wait for his answer: his own, and those that nobody in particular was asked."""
    return of(user).filter(Q(owner=user) | Q(owner__isnull=True), state=CaseTask.State.OPEN)
