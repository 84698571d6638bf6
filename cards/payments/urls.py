"""Where payment providers call back."""

from django.urls import path

from cards.payments import views

app_name = "payments"
urlpatterns = [path("<slug:gateway>/callback/", views.callback, name="callback")]
