"""Figures of surveys as people write them (SVC-07 · D5.1)."""

from django.utils.translation import gettext as _

from core import show
from service_desk.surveys.policy.figures import Estimate

NOTHING = "—"


def percent(estimate: Estimate | None) -> str:
    """`82 %`"""
    return NOTHING if estimate is None else _per_cent(estimate.value)


def percent_span(estimate: Estimate | None) -> str:
    """`71–90 %`"""
    return NOTHING if estimate is None else f"{round(100 * estimate.low)}–{_per_cent(estimate.high)}"


def score(estimate: Estimate | None) -> str:
    """`4.31`"""
    return NOTHING if estimate is None else f"{estimate.value:.2f}"


def score_span(estimate: Estimate | None) -> str:
    """`4.02–4.60`"""
    return NOTHING if estimate is None else f"{estimate.low:.2f}–{estimate.high:.2f}"


def net(estimate: Estimate | None) -> str:
    """`+38`"""
    return NOTHING if estimate is None else _signed(estimate.value)


def net_span(estimate: Estimate | None) -> str:
    """`+21 … +55`"""
    if estimate is None:
        return NOTHING
    return _("%(low)s to %(high)s") % {"low": _signed(estimate.low), "high": _signed(estimate.high)}


def _per_cent(share: float) -> str:
    return f"{round(100 * share)}\N{NO-BREAK SPACE}%"


def _signed(value: float) -> str:
    whole = round(value)
    return f"+{whole}" if whole > 0 else show.number(whole)
