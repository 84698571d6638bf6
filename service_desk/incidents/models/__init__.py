from service_desk.incidents.models.incidents import (
    Incident,
    IncidentCall,
    IncidentCase,
    IncidentEntry,
    IncidentStep,
    IncidentYear,
)
from service_desk.incidents.models.learning import IncidentMeasure, IncidentReview
from service_desk.incidents.models.plans import EmergencyPlan, PlanCall, PlanStep, PlanVersion
from service_desk.incidents.models.telling import IncidentTelling, MemberTold

__all__ = [
    "EmergencyPlan",
    "Incident",
    "IncidentCall",
    "IncidentCase",
    "IncidentEntry",
    "IncidentMeasure",
    "IncidentReview",
    "IncidentStep",
    "IncidentTelling",
    "IncidentYear",
    "MemberTold",
    "PlanCall",
    "PlanStep",
    "PlanVersion",
]
