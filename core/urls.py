"""Addresses that belong to no part of the membership: appearance, installation, the style guide."""

from django.urls import path

from core.views import inbox, outbox, pwa, status, styleguide, theme

app_name = "core"
urlpatterns = [
    path("healthz", status.healthz, name="healthz"),
    path("status/", status.status, name="status"),
    path("theme/", theme.set_theme, name="set_theme"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("inbox/", inbox.listing, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/<int:pk>/", inbox.message, name="inbox_message"),
    path("inbox/<int:pk>/read/", inbox.read, name="inbox_read"),
    path("outbox/", outbox.page, name="outbox"),
    path("offline/", pwa.offline, name="offline"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", styleguide.styleguide, name="styleguide_page"),
]
