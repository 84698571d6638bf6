"""The door: our own pages under allauth's names, and its pages for second steps and passkeys."""

from allauth.account.views import account_inactive, logout
from django.urls import include, path

from members.views import account, entrance, proof

urlpatterns = [
    path("join/", entrance.join, name="account_signup"),
    path("join/finish/", entrance.finish, name="account_finish"),
    path("welcome/", account.welcome, name="account_welcome"),
    path("login/", entrance.log_in, name="account_login"),
    path("login/code/", entrance.ask_code, name="account_request_login_code"),
    path("login/forgotten/", entrance.ask_code, name="account_reset_password"),
    path("code/", entrance.code, name="account_code"),
    path("code/resend/", entrance.resend_code, name="account_resend_code"),
    path("logout/", logout, name="account_logout"),
    path("inactive/", account_inactive, name="account_inactive"),
    path("prove/", proof.prove, name="account_reauthenticate"),
    path("password/", account.set_password, name="account_set_password"),
    path("sessions/", account.my_sessions, name="usersessions_list"),
    path("second-step/", include("allauth.mfa.urls")),
]
