"""Inviting friends (MEM-10 · E1.4): the code, the link, the picture to scan, and what became of whom."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock, parameters
from core.models import User
from loyalty.queries import invitations
from members.models import Member
from members.policy.parameters import ReferralParameters
from members.queries import referrals

A_PAGE = 25


@require_safe
@login_required
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """MEM-10 — what both get and when; friends by masked name only."""
    member = Member.objects.filter(user=request.user).first() if isinstance(request.user, User) else None
    policy = parameters.in_force(ReferralParameters)
    if member is None or not member.invite_code:
        return render(request, "loyalty/portal/invite.html", {"policy": policy})
    page = Paginator(invitations.of(member), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "policy": policy,
        "code": f"{member.invite_code[:5]} {member.invite_code[5:]}",
        "link": f"{settings.SITE_URL}{reverse('members:invited', args=[member.invite_code])}",
        "friends": invitations.shown(list(page.object_list), parameters=policy),
        "page": page,
        "rewarded": referrals.rewarded_in(clock.today().year, referrer=member),
    }
    return render(request, "loyalty/portal/invite.html", context)
