"""How many examples properties are tried with: fewer where the slow tests are left out, all in CI's whole runs."""

import pytest
from hypothesis import settings

QUICK = 30

settings.register_profile("quick", max_examples=QUICK)


def pytest_configure(config: pytest.Config) -> None:
    if "not slow" in config.option.markexpr:
        settings.load_profile("quick")
