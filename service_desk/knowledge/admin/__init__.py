"""The editors' desk: articles, what was looked for in vain, topics, announcements."""

from service_desk.knowledge.admin import announcements, articles, searches, topics

__all__ = ["announcements", "articles", "searches", "topics"]
