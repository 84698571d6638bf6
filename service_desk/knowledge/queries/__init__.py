"""Reads of the knowledge base. Other parts of the service desk ask `suggest` and `audience_of`."""

from service_desk.knowledge.queries.articles import Head, audience_of
from service_desk.knowledge.queries.finding import search, suggest

__all__ = ["Head", "audience_of", "search", "suggest"]
