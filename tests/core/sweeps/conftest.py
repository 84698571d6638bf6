"""One sweep is registered, and no other."""

import pytest

from core import sweeps
from tests.core.sweeping import NameDepartments


@pytest.fixture(autouse=True)
def sweep(monkeypatch):
    monkeypatch.setattr(sweeps, "_sweeps", {})
    return sweeps.register(NameDepartments())
