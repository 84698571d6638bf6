"""Surveys in the back office: drawn up, published, asked, told in figures."""

from service_desk.surveys.admin import responses, surveys

__all__ = ["responses", "surveys"]
