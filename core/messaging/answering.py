"""Where a visitor of the demo answers an e-mail: whoever takes mail in enters the address of his page here."""

from collections.abc import Callable

from core.messaging import events
from core.models import Channel, Message

Address = Callable[[Message], str]
_address: list[Address] = []
_writing: list[Callable[[], str]] = []


def register(address: Address, *, writing: Callable[[], str]) -> None:
    """Called when the app that takes mail in is ready: where a message is answered, and where one writes of one's own."""
    _address[:], _writing[:] = [address], [writing]


def writing() -> str:
    """Where a visitor writes an e-mail of his own; empty where nobody takes mail in."""
    return _writing[0]() if _writing else ""


def address_of(message: Message) -> str:
    """Where a sent e-mail is answered; empty for what nobody can answer. Asks the database nothing."""
    event = events.find(message.event)
    can_be_answered = event is not None and event.headers is not None and message.channel == Channel.EMAIL
    is_sent = message.state == Message.State.SENT
    return _address[0](message) if _address and can_be_answered and is_sent else ""
