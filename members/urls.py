"""Me, and the texts that everybody may read."""

from django.urls import path

from members.views import account, entrance, legal, proof

app_name = "members"
urlpatterns = [
    path("me/profile/", account.profile, name="profile"),
    path("me/change/<slug:kind>/", account.change_address, name="change_address"),
    path("me/confirm/", account.confirm_address, name="confirm_address"),
    path("me/preferences/", account.preferences, name="preferences"),
    path("me/security/", account.security, name="security"),
    path("me/pin/", proof.counter_pin, name="counter_pin"),
    path("counter/locked/", proof.counter_lock, name="counter_lock"),
    path("r/<str:code>/", entrance.invited, name="invited"),
    path("unsubscribe/<str:token>/", account.unsubscribe, name="unsubscribe"),
    path("legal/privacy/", legal.text, {"kind": "privacy"}, name="privacy"),
    path("legal/terms/", legal.text, {"kind": "terms"}, name="terms"),
    path("legal/<slug:kind>/", legal.text, name="legal"),
    path("legal/<slug:kind>/<int:version>/", legal.text, name="legal_version"),
]
