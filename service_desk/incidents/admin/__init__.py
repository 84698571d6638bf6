"""Emergencies in the back office: incidents and their rooms, plans, reviews, figures, and what waits for whom."""

from service_desk.incidents.admin import incidents, plans, worklists

__all__ = ["incidents", "plans", "worklists"]
