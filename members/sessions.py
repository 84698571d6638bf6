"""How long a session lasts (SEC-01 · A7.3.2): staff 12 hours and 30 idle minutes, a counter 8 hours with a lock after 5
idle minutes, a member 30 days. The numbers are parameters."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from core import clock, parameters
from core.models import User
from members.policy.parameters import SessionParameters

STARTED, SEEN, LOCKED = "session.started", "session.seen", "session.locked"
GRAIN = 30
"""Seconds: a session is written at most that often, and nobody is put out earlier than promised."""
LISTED_EVERY = 300


class Verdict(Enum):
    GOES_ON = "goes on"
    LOCKED = "locked"
    OVER = "over"


@dataclass(frozen=True)
class Rule:
    """Seconds; `idle` ends the session, `lock` pauses it. None: not at all."""

    whole: int
    idle: int | None = None
    lock: int | None = None


def rule_for(user: User, *, at_counter: bool) -> Rule:
    given = parameters.in_force(SessionParameters)
    if not user.is_staff:
        return Rule(whole=given.member_days * 86_400)
    if at_counter:
        return Rule(whole=given.counter_hours * 3600, lock=given.counter_lock_minutes * 60)
    return Rule(whole=given.staff_hours * 3600, idle=given.staff_idle_minutes * 60)


def begin(request: HttpRequest, user: User) -> None:
    """A log-in starts the clocks. The cookie outlives no session: staff's ends with the browser."""
    now = int(clock.now().timestamp())
    request.session[STARTED] = request.session[SEEN] = now
    request.session.pop(LOCKED, None)
    request.session.set_expiry(0 if user.is_staff else rule_for(user, at_counter=False).whole)


def judge(request: HttpRequest, *, at_counter: bool) -> Verdict:
    """What this request finds; notes that somebody is here."""
    user, session = request.user, request.session
    assert isinstance(user, User)  # noqa: S101  (asked only for people who are logged in)
    rule = rule_for(user, at_counter=at_counter)
    now = int(clock.now().timestamp())
    seen = session.get(SEEN, now)
    if now - session.get(STARTED, now) >= rule.whole or (rule.idle and now - seen >= rule.idle + GRAIN):
        return Verdict.OVER
    if session.get(LOCKED) or (rule.lock and now - seen >= rule.lock + GRAIN):
        session[LOCKED] = True
        return Verdict.LOCKED
    if STARTED not in session or now - seen >= GRAIN:
        session.setdefault(STARTED, now)
        session[SEEN] = now
        _list(request)
    return Verdict.GOES_ON


def unlock(request: HttpRequest) -> None:
    request.session.pop(LOCKED, None)
    request.session[SEEN] = int(clock.now().timestamp())


def of(user: User) -> list[UserSession]:
    """Where the user is logged in now, the latest first."""
    rows: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(rows, key=lambda row: row.last_seen_at, reverse=True)


def _list(request: HttpRequest) -> None:
    stale = clock.now() - dt.timedelta(seconds=LISTED_EVERY)
    UserSession.objects.filter(session_key=request.session.session_key, last_seen_at__lt=stale).update(
        last_seen_at=clock.now()
    )
