"""The sandbox provider's payment page. It stands outside our own look on purpose: it plays somebody else's site."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cards.models import SandboxCharge
from cards.payments.sandbox import provider
from core import clock


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=[("paid", _("Pay")), ("declined", _("Decline")), ("cancelled", _("Cancel"))])
    callback = forms.ChoiceField(
        label=_("The shop is told"),
        initial=provider.Callback.NOW,
        widget=forms.RadioSelect,
        choices=[
            (provider.Callback.NOW, pgettext_lazy("when", "at once")),
            (provider.Callback.LATE, _("30 seconds late")),
            (provider.Callback.TWICE, _("twice")),
            (provider.Callback.NEVER, _("never")),
        ],
    )
    later_charges_fail = forms.BooleanField(label=_("Later charges to this card are declined"), required=False)


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    charge = get_object_or_404(SandboxCharge, token=token)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        provider.decide(
            charge,
            form.cleaned_data["outcome"],
            callback=form.cleaned_data["callback"],
            later_charges_fail=form.cleaned_data["later_charges_fail"],
        )
        return redirect(charge.return_url)
    is_open = charge.state == SandboxCharge.State.OPEN and clock.now() < charge.closes_at
    return render(request, "cards/sandbox/pay.html", {"charge": charge, "form": form, "is_open": is_open})
