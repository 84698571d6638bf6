"""The business hours in force, past and announced, as one calendar (SVC-03 · D4.3.2)."""

import datetime as dt
import hashlib
from functools import lru_cache

from django.conf import settings

from core import business_days, clock, parameters
from service_desk.policy import business_hours, service_levels
from service_desk.policy.business_hours import OpenHours
from service_desk.policy.parameters import BusinessHoursParameters, ServiceLevelParameters

Eras = tuple[tuple[dt.date, BusinessHoursParameters], ...]
YEARS_BACK, YEARS_AHEAD = 10, 2


def in_force() -> OpenHours:
    """SVC-03 · D4.3.2 — business hours as they were, are and will be from the days on which revisions take effect."""
    return _open_hours(_eras(), clock.today().year, str(clock.zone()))


def fingerprint() -> str:
    """SVC-03 · D4.3.2 — what clocks were computed with: other hours or another chain of escalation give another one."""
    chain = service_levels.chain(parameters.in_force(ServiceLevelParameters))
    told = f"{_eras()!r}|{chain!r}|{clock.zone()}|{settings.HOLIDAY_COUNTRY}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _eras() -> Eras:
    days = [dt.date.min, *parameters.days_of_change(BusinessHoursParameters)]
    return tuple((day, parameters.in_force(BusinessHoursParameters, on=day)) for day in days)


@lru_cache(maxsize=8)
def _open_hours(eras: Eras, year: int, _zone: str) -> OpenHours:
    holidays = business_days.public_holidays(settings.HOLIDAY_COUNTRY, range(year - YEARS_BACK, year + YEARS_AHEAD + 1))
    zone = clock.zone()
    made = [(since, business_hours.calendar(one, zone=zone, holidays=holidays)) for since, one in eras]
    return OpenHours(business_hours.dated(made))
