"""Who carries an answer to a social network (SVC-01 · A6.2.1). Exchangeable by `settings.SOCIAL_NETWORKS`, one per network.

A network's own interface lies behind `answer`: it may be called again with the same key, and answers the same then.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, str | Promise] = {
    "wechat": _("WeChat"), "weibo": _("Weibo"), "xiaohongshu": _("Xiaohongshu"), "douyin": _("Douyin"),
    "facebook": "Facebook", "instagram": "Instagram", "x": "X", "other": _("another network"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """An answer on its way. `key` is the same at every try: the network, or whoever speaks to it, may know it by that."""

    key: str
    network: str
    thread: str
    handle: str
    text: str


@dataclass(frozen=True)
class Sent:
    """Where an answer stands at the network: its number there, and where it can be seen."""

    external_id: str
    link: str = ""


class NotTaken(Exception):
    """The network did not take the answer. `permanent` means that trying again cannot help."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


class Network(Protocol):
    """Anything but NotTaken that it raises counts as a passing failure."""

    def answer(self, message: Outgoing) -> Sent: ...


class Sandbox:
    """The demo's network: an answer is taken by being shown on the demo's page. The same key gives the same number."""

    def answer(self, message: Outgoing) -> Sent:
        if not settings.DEMO:
            raise NotTaken("the sandbox is no network outside the demo")
        return Sent(f"sandbox-{hashlib.sha256(message.key.encode()).hexdigest()[:24]}")


def carries(network: str) -> bool:
    """Whether answers to this network leave from here; else a colleague answers there himself."""
    return network in settings.SOCIAL_NETWORKS


def of(network: str) -> Network:
    found: Network = import_string(settings.SOCIAL_NETWORKS[network])()
    return found


def name(network: str) -> str:
    """What a network is called; one that nobody worded is shown by its code."""
    return str(NAMES.get(network, network))
