"""The map of addresses: public site and portal at the root, the counter, the back office."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from cards.views import public

# The back office has no log-in form of its own, which would know nothing of second steps.
admin.site.login = require_safe(secure_admin_login(admin.site.login))  # type: ignore[method-assign]

handler400 = "core.views.faults.bad_request"
handler500 = "core.views.faults.server_error"
urlpatterns = [
    # A password is changed in one place, which asks for a fresh proof and tells the owner.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_set_password")),
    path("admin/", admin.site.urls),
    path("account/", include("members.entrance_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", public.home, name="home"),
    path("counter/", include("cards.urls_counter")),
    path("pay/", include("cards.payments.urls")),
    path("sandbox-pay/", include("cards.payments.sandbox.urls")),
    path("api/v1/", include("core.api.urls")),
    path("", include("cards.urls")),
    path("", include("loyalty.urls")),
    path("", include("service_desk.surveys.urls")),
    path("work/", include("service_desk.people.urls")),
    path("work/", include("service_desk.quality.urls")),
    path("", include("service_desk.knowledge.urls")),
    path("", include("service_desk.channels.urls")),
    path("", include("service_desk.urls")),
    path("", include("core.urls")),
    path("", include("members.urls")),
]
