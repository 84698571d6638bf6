"""Writing to us without an account (SVC-01 · A6.2.1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import limits, masking
from core.limits import Limit
from core.models import User
from core.request import address_of, posted
from core.rules import RuleBroken
from members.models import Member
from service_desk.forms.portal import KINDS, ContactForm
from service_desk.models import Case
from service_desk.operations.cases import Contact, open_case
from service_desk.policy.codes import Channel

HOUR, DAY = 3_600, 86_400
PER_ADDRESS = (Limit("contact-address-hour", 3, HOUR), Limit("contact-address-day", 6, DAY))
# A shop's guests share one address on the internet.
PER_ORIGIN = (Limit("contact-origin-hour", 20, HOUR), Limit("contact-origin-day", 60, DAY))
ALL = Limit("contact-budget-day", 1_000, DAY)
"""Each receipt is an SMS or a mail to an address that nobody has confirmed."""
SENT = "service_desk.contacted"


@require_http_methods(["GET", "POST"])
@never_cache
def contact(request: HttpRequest) -> HttpResponse:
    """A short form; whoever is logged in as a member has a better one. The same answer whether we know the address or not."""
    if isinstance(request.user, User) and Member.objects.filter(user=request.user).exists():
        return redirect("service_desk:ask")
    form = ContactForm(posted(request))
    if request.method == "POST" and form.is_valid() and (opened := _open(request, form)):
        request.session[SENT] = [opened.number, masking.address(form.cleaned_data["address"].value)]
        return redirect("service_desk:contacted")
    context = {"form": form, "kinds": KINDS}
    return render(request, "service_desk/public/contact.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def contacted(request: HttpRequest) -> HttpResponse:
    """The number, and where the answer goes."""
    sent = request.session.get(SENT)
    if not sent:
        return redirect("service_desk:contact")
    return render(request, "service_desk/public/contacted.html", {"number": sent[0], "address": sent[1]})


def _open(request: HttpRequest, form: ContactForm) -> Case | None:
    given = form.cleaned_data
    address, origin = given["address"], address_of(request) or "unknown"
    person = Contact(
        name=given["name"],
        phone=address.value if address.channel == "sms" else "",
        email=address.value if address.channel == "email" else "",
    )
    try:
        limits.require(
            *((limit, address.value) for limit in PER_ADDRESS), *((limit, origin) for limit in PER_ORIGIN), (ALL, "all")
        )
        return open_case(
            kind=given["kind"],
            channel=Channel.WEB,
            subject=given["subject"],
            body=given["text"],
            contact=person,
            language=get_language() or "",
            key=f"contact:{given['key']}",
        )
    except RuleBroken as broken:
        form.refuse(broken)
        return None
