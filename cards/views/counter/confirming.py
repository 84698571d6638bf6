"""The member's yes, as the counter's forms ask for it (LOY-06 · B7.2)."""

from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cards.operations import confirming
from cards.views.counter.desk import Desk
from members.models import Member


class Typed(Protocol):
    """A form of the counter that spends points."""

    @property
    def confirm(self) -> str: ...

    @property
    def spends(self) -> int: ...

    @property
    def sends_code(self) -> bool: ...


def confirmed(form: Typed, member: Member | None, desk: Desk) -> None:
    """Takes what was typed or scanned as her yes to the points of the form, where it is still needed. Refuses what is wrong
    with it; nothing typed says nothing.
    """
    asks = confirming.asked(member, form.spends, clerk=desk.clerk, store=desk.store)
    if member is not None and asks is not None and form.confirm:
        confirming.confirm(member, form.confirm, asks.points, clerk=desk.clerk, store=desk.store)


def code_sent(form: Typed, member: Member | None, desk: Desk) -> str:
    """Where the clerk asks for it, a code goes to the member; what to say of that."""
    asks = confirming.asked(member, form.spends, clerk=desk.clerk, store=desk.store)
    if member is None or asks is None or not form.sends_code:
        return ""
    language = member.language or get_language() or "en"
    confirming.send_code(member, asks.points, clerk=desk.clerk, store=desk.store, language=language)
    return _("A code is on its way to %(address)s. She reads it out.") % {"address": asks.masked}
