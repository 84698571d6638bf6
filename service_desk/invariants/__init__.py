"""What must always hold of the service desk, checked by `manage.py verify`: a module for each part."""

from service_desk.incidents import invariants as incidents
from service_desk.invariants import cases, compensation, complaints
from service_desk.knowledge import invariants as knowledge
from service_desk.people import invariants as people
from service_desk.quality import invariants as quality
from service_desk.quality import review_invariants as reviews

__all__ = ["cases", "compensation", "complaints", "incidents", "knowledge", "people", "quality", "reviews"]
