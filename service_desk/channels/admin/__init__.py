"""The channels in the back office."""

from service_desk.channels.admin import chats, mails, social

__all__ = ["chats", "mails", "social"]
