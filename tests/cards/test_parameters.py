"""No inert setting: each value of the policy that staff can change is read somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from core import parameters

ROOT = Path(__file__).resolve().parents[2]
READERS = "\n".join(
    path.read_text()
    for app in ("core", "members", "risk", "cards", "loyalty", "service_desk")
    for path in (ROOT / app).rglob("*.py")
    if path.name != "parameters.py" and "migrations" not in path.parts
)


@pytest.mark.parametrize("area", parameters.areas(), ids=lambda area: area.code)
def test_every_parameter_is_read_somewhere(area: parameters.Area) -> None:
    assert [field.name for field in fields(area.cls) if not re.search(rf"\b{field.name}\b", READERS)] == []
