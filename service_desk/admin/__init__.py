"""The back office of the service desk: cases and complaints, what they are told by, and a folder for each part."""

from service_desk.admin import cases, catalogue, complaints, improvement_lists, improvements
from service_desk.admin.desk import tasks
from service_desk.channels import admin as channels
from service_desk.incidents import admin as incidents
from service_desk.knowledge import admin as knowledge
from service_desk.people import admin as people
from service_desk.quality import admin as quality
from service_desk.surveys import admin as surveys

__all__ = [
    "cases",
    "catalogue",
    "channels",
    "complaints",
    "improvement_lists",
    "improvements",
    "incidents",
    "knowledge",
    "people",
    "quality",
    "surveys",
    "tasks",
]
