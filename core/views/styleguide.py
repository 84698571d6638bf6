"""Every component with sample data, for whoever builds a page. Demo mode only."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock, face

FACES: tuple[dict[str, Any], ...] = (
    {"from": "#0f5a60", "to": "#07282f", "accent": "#e6c78e", "pattern": "waves", "name": "Harbour", "tier": ""},
    {"from": "#5c2434", "to": "#260d18", "accent": "#f0c9a4", "pattern": "guilloche", "name": "Garnet", "tier": ""},
    {
        "from": "#274060",
        "to": "#101d33",
        "accent": "#d3dae6",
        "pattern": "lattice",
        "name": "Silver Court",
        "tier": "silver",
    },
    {
        "from": "#6d4a12",
        "to": "#2e1d05",
        "accent": "#ecca80",
        "pattern": "tessellation",
        "name": "Golden Year",
        "tier": "gold",
    },
    {
        "from": "#3b3159",
        "to": "#15111f",
        "accent": "#d4c9f4",
        "pattern": "rings",
        "name": "Night Garden",
        "tier": "platinum",
    },
    {"from": "#f3ede0", "to": "#d9cdb6", "accent": "#8b5a2b", "pattern": "plain", "name": "Paper", "tier": ""},
)


PAGES = {
    "kit": "core/styleguide.html",
    "portal": "core/styleguide_portal.html",
    "counter": "core/styleguide_counter.html",
    "fault": "500.html",
}


class SampleForm(forms.Form):
    name = forms.CharField(label="Name as in the document", help_text="As printed on the ID card or passport.")
    phone = forms.CharField(label="Mobile phone")
    document = forms.ChoiceField(label="Document", choices=[("id", "居民身份证"), ("passport", "Passport")])
    how = forms.ChoiceField(
        label="Delivery", widget=forms.RadioSelect, choices=[("post", "By post"), ("store", "At a store")]
    )
    note = forms.CharField(label="Message to the recipient", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="I have read the membership agreement")


@require_safe
def styleguide(request: HttpRequest, page: str = "kit") -> HttpResponse:
    if not settings.DEMO or page not in PAGES:
        raise Http404
    today = clock.today()
    months = [(today.replace(day=1) + dt.timedelta(days=31 * step)).replace(day=1) for step in range(7)]
    return render(
        request,
        PAGES[page],
        {
            "faces": FACES,
            "patterns": face.PATTERNS,
            "today": today,
            "until": today + dt.timedelta(days=364),
            "now": clock.now(),
            "months": [
                {"label": f"{on:%b}", "value": value, "soft": value < 200}
                for on, value in zip(months, (120, 840, 0, 400, 90, 1600, 320), strict=True)
            ],
            "form": SampleForm({"name": "", "phone": "138"}) if "invalid" in request.GET else SampleForm(),
            "tones": ("ok", "warn", "bad", "info", "quiet"),
        },
    )
