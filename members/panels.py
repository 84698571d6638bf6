"""What other apps show on a member's page (MEM-03): they stand above members, so they enter themselves here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from core import access
from core.models import User
from members.models import Member


@dataclass(frozen=True)
class Panel:
    """A part of the page: `facts(member)` fills `template` in a constant number of queries; `right` is who may see it."""

    code: str
    title: str | Promise
    template: str
    facts: Callable[[Member], Mapping[str, Any]]
    right: str
    order: int = 50


@dataclass(frozen=True)
class Shown:
    panel: Panel
    facts: Mapping[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Called in `<app>.apps.ready()`."""
    if panel.code in _panels:
        raise ValueError(f"registered twice: {panel.code}")
    _panels[panel.code] = panel


def shown(member: Member, *, to: User) -> list[Shown]:
    """The panels that this colleague may see, filled."""
    allowed = [panel for panel in _panels.values() if access.allows(to, panel.right)]
    return [Shown(panel, panel.facts(member)) for panel in sorted(allowed, key=lambda panel: (panel.order, panel.code))]
