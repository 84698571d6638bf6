"""What is waiting in the inbox: `{% load messaging %}`."""

from django import template
from django.utils.text import capfirst

from core.messaging import events, inbox
from core.models import User

register = template.Library()


@register.filter
def told(code: str) -> str:
    """What an event of messages is called: `{{ message.event|told }}`."""
    event = events.find(code)
    return capfirst(str(event.label)) if event else code


@register.simple_tag(takes_context=True)
def unread_messages(context: template.Context) -> str:
    """`{% unread_messages as unread %}`: how many the reader has not opened: "", "3" or "99+"."""
    user = context.get("user")
    count = inbox.unread_count(user) if isinstance(user, User) else 0
    if not count:
        return ""
    return str(count) if count <= inbox.UNREAD_SHOWN else f"{inbox.UNREAD_SHOWN}+"
