"""The map of addresses: public site and portal at the root, the counter, the back office."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from cards.views import public

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("members.entrance_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", public.home, name="home"),
    path("counter/", include("cards.urls_counter")),
    path("pay/", include("cards.payments.urls")),
    path("sandbox-pay/", include("cards.payments.sandbox.urls")),
    path("", include("cards.urls")),
    path("", include("core.urls")),
    path("", include("members.urls")),
]
