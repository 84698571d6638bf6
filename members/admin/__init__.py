"""Members' pages of the back office."""

from members.admin import consent, legal, people, referrals, sessions

__all__ = ["consent", "legal", "people", "referrals", "sessions"]
