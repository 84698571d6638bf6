"""What waits for somebody in an emergency, and before the next one (SVC-16 · D12)."""

from django.utils.translation import gettext_lazy as _

from core import worklists
from service_desk.incidents.operations.plans import PROPOSE
from service_desk.incidents.queries import planned, rooms
from service_desk.incidents.queries.chains import LEAD

INCIDENTS = "admin:service_desk_incident_changelist"

worklists.register(
    worklists.Worklist(
        code="incidents.unanswered", label=_("Emergencies that call you"), rows=rooms.unanswered_by, url=INCIDENTS,
        query="whose=calls", icon="emergency", urgent=True,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="incidents.led", label=_("Incidents that I lead"), rows=rooms.led_by, url=INCIDENTS, query="whose=mine",
        icon="shield_person",
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="incidents.to_report", label=_("Reports owed to the authority"), rows=rooms.to_report, url=INCIDENTS,
        query="whose=owed", right=LEAD, icon="gavel", urgent=True,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="incidents.plans", label=_("Emergency plans to go over or to drill"), rows=planned.due,
        url="admin:service_desk_emergencyplan_changelist", query="due=yes", right=PROPOSE, icon="assignment_late",
    )
)  # fmt: skip
