import importlib
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

REGISTERS = (
    "parameters",
    "wording",
    "messages",
    "wording.complaints",
    "complaint_messages",
    "complaint_decisions",
    "queries.finding",
    "jobs",
    "panels",
    "counter_verbs",
    "channels.parameters",
    "channels.wording",
    "channels.messages",
    "channels.jobs",
    "channels.checks",
    "knowledge.parameters",
    "knowledge.wording",
    "knowledge.messages",
    "knowledge.decisions",
    "knowledge.jobs",
    "knowledge.places",
    "quality.parameters",
    "quality.wording",
    "quality.messages",
    "quality.jobs",
    "quality.review_parameters",
    "quality.review_wording",
    "quality.review_messages",
    "quality.review_decisions",
    "quality.review_jobs",
    "incidents.parameters",
    "incidents.wording",
    "incidents.messages",
    "incidents.decisions",
    "incidents.jobs",
    "people.parameters",
    "people.wording",
    "people.messages",
    "people.decisions",
    "people.jobs",
    "people.launching",
    "people.teaching",
    "surveys.parameters",
    "surveys.wording",
    "surveys.messages",
    "surveys.decisions",
    "surveys.jobs",
    "surveys.panels",
    "surveys.invariants",
)


class ServiceDeskConfig(AppConfig):
    """Every contact with a member, and the people who serve: cases, surveys, knowledge, training, quality, emergencies."""

    name = "service_desk"
    verbose_name = _("Service desk")

    def ready(self) -> None:
        for module in REGISTERS:
            importlib.import_module(f"service_desk.{module}")
        post_migrate.connect(_lay_what_is_shipped, sender=self)


def _lay_what_is_shipped(**kwargs: Any) -> None:
    from service_desk import shipped, shipped_causes  # models are loaded only after ready()
    from service_desk.incidents import shipped as emergencies
    from service_desk.knowledge.operations import shipped as articles

    shipped.lay()
    shipped_causes.lay()
    emergencies.lay()
    articles.publish_shipped()
