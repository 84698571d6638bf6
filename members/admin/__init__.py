"""Members' pages of the back office."""

from members.admin import consent, legal, people, sessions

__all__ = ["consent", "legal", "people", "sessions"]
