"""How many examples properties are tried with: fewer where the slow tests are left out, all in CI's whole runs.

How fast a machine is proves nothing: neither examples nor making them are timed.
"""

import pytest
from hypothesis import HealthCheck, settings

QUICK = 30

settings.register_profile("whole", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("whole"), max_examples=QUICK)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "whole")
