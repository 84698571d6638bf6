"""The parts of a card face: colours that cannot be anything but colours, text that fits, ids that never collide."""

import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from core import colour

PATTERNS = ("waves", "guilloche", "lattice", "tessellation", "rings", "plain")
DEFAULTS = {"from": "#0e4c52", "to": "#0a2e35", "accent": "#e3c48b"}
FOILS = {"silver": "#d3dae6", "gold": "#ecca80", "platinum": "#d4c9f4"}
ISOLATE, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def parts(face: Mapping[str, Any], *, tier: str, name: str, holder: str, number: str, **rest: str) -> dict[str, Any]:
    """What templates/cards/_face.html draws. Whatever is not `#rrggbb` falls back to the house colours."""
    tint = {key: face[key] if colour.is_colour(face.get(key)) else default for key, default in DEFAULTS.items()}
    if tier in FOILS:
        tint["accent"] = FOILS[tier]
    ink = face["ink"] if colour.is_colour(face.get("ink")) else colour.readable_ink(tint["from"], tint["to"])
    image = str(face.get("image") or "")
    return rest | {
        "uid": secrets.token_hex(4),
        "start": tint["from"],
        "end": tint["to"],
        "accent": tint["accent"],
        "ink": ink,
        "pattern": face["pattern"] if face.get("pattern") in PATTERNS else "plain",
        "image": image if image.startswith("/") and not image.startswith("//") else "",
        "tier": tier,
        "name": _fit(name, width=500, size=56, least=34),
        "holder": _fit(holder, width=510, size=36, least=24),
        "number": _grouped(number),
        "spoken": [part for part in (rest["wordmark"], name, holder, number) if part],
    }


def _grouped(number: str) -> str:
    digits = "".join(str(number).split())
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _fit(text: str, *, width: int, size: int, least: int) -> dict[str, Any]:
    """The text, isolated from its surroundings' direction, at the largest size that fits; cut with … if none does."""
    text = " ".join(str(text).split())
    fitting = min(size, int(width / max(_ems(text), 1.0)))
    if fitting < least:
        while _ems(text) * least > width - least:
            text = text[:-1]
        text, fitting = text.rstrip() + "…", least
    return {"text": f"{ISOLATE}{text}{POP}" if text else "", "size": fitting}


def _ems(text: str) -> float:
    return sum(
        1.0 if unicodedata.east_asian_width(c) in "WF" else 0.0 if unicodedata.combining(c) else 0.56 for c in text
    )
