"""The clocks of the service desk: a module for each part."""

from service_desk.jobs import cases, complaints

__all__ = ["cases", "complaints"]
