"""Who may do what in an incident (SVC-16 · D12)."""

from core import access
from core.models import User
from core.refusals import Refusal
from service_desk.incidents.models import Incident, IncidentCall
from service_desk.incidents.queries.chains import LEAD


def held(incident: Incident) -> Incident:
    """The incident as it stands, held until the transaction ends."""
    return Incident.objects.select_for_update(of=("self",)).select_related("kind", "commander").get(pk=incident.pk)


def may_lead(incident: Incident, user: User) -> bool:
    """Whoever leads it, and whoever may lead every incident."""
    return incident.commander_id == user.pk or access.allows(user, LEAD)


def may_work(incident: Incident, user: User) -> bool:
    """Whoever may lead, whoever was called, and whoever declared it."""
    if may_lead(incident, user) or incident.declared_by_id == user.pk:
        return True
    return was_called(incident, user)


def was_called(incident: Incident, user: User) -> bool:
    return IncidentCall.objects.filter(incident=incident, person=user).exists()


def require_lead(incident: Incident, user: User) -> None:
    if not may_lead(incident, user):
        raise Refusal("not_permitted", status=403)


def require_work(incident: Incident, user: User) -> None:
    if not may_work(incident, user):
        raise Refusal("not_permitted", status=403)


def require_not_closed(incident: Incident) -> None:
    if incident.state == Incident.State.CLOSED:
        raise Refusal("incident_is_closed")
