"""The member's tier: how far to the next, what keeps this one, what each gives, and why it is what it is (LOY-03 · B8.2)."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.models import User
from loyalty.queries import tier_benefits, tiers
from loyalty.wording import standing
from members.models import Member

A_PAGE = 10


@require_safe
@login_required
@never_cache
def tier(request: HttpRequest) -> HttpResponse:
    """Rings of progress, the promise, what the next tier brings, and every decision with its figures."""
    member = Member.objects.filter(user=request.user).first() if isinstance(request.user, User) else None
    if member is None:
        return render(request, "loyalty/portal/tier.html", {"progress": None})
    today = clock.today()
    found = tiers.progress(member, on=today)
    page = Paginator(tiers.history(member), A_PAGE).get_page(request.GET.get("page"))
    gained = tier_benefits.difference(found.tier.code, found.following.code, on=today)[0] if found.following else []
    context = {
        "progress": found,
        "codes": found.codes,
        "told": standing.told(found),
        "mine": tier_benefits.of(found.tier.code, on=today),
        "gained": gained,
        "activities": standing.activities(found),
        "page": page,
        "changes": standing.explained(list(page.object_list)),
    }
    return render(request, "loyalty/portal/tier.html", context)
