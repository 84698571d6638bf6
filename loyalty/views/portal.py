"""The member's points: what there is, what waits, what lapses when, and why each came or went (LOY-05, LOY-07 · B7)."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock, parameters, show
from core.models import User
from loyalty.policy import redeeming
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import balances
from loyalty.wording import guide, reasons
from members.models import Member

A_PAGE = 25
SHOWN = 5


@require_safe
@login_required
@never_cache
def points(request: HttpRequest) -> HttpResponse:
    """Balance, pending, a small chart of what lapses, every entry with its why."""
    member = Member.objects.filter(user=request.user).first() if isinstance(request.user, User) else None
    if member is None:
        return render(request, "loyalty/portal/points.html", {"account": None})
    today, account = clock.today(), balances.account_of(member)
    policy = parameters.in_force(PointsParameters, on=today)
    page = Paginator(balances.statement(member), A_PAGE).get_page(request.GET.get("page"))
    lapsing = balances.lapsing_by_month(member, on=today)
    ways = guide.ways(member, at=clock.now())
    context = {
        "account": account,
        "worth": redeeming.worth(account.available, parameters=policy) if account else 0,
        "lapsing": [{"label": show.month(month), "value": points} for month, points in lapsing.items()],
        "next_lapse": balances.next_lapse(member, on=today),
        "page": page,
        "rows": reasons.explained(list(page.object_list)),
        "ways": ways[:SHOWN],
        "more_ways": ways[SHOWN:],
    }
    return render(request, "loyalty/portal/points.html", context)
