"""The counter: look up, redeem, activate, renew, sell, collect (`/counter/`)."""

from django.urls import path

from cards.views.counter import activating, desk, lookup, renewing, selling, using

app_name = "counter"
urlpatterns = [
    path("", lookup.home, name="home"),
    path("store/", desk.choose_store, name="store"),
    path("cards/<uuid:card>/", lookup.card, name="card"),
    path("cards/<uuid:card>/use/<int:benefit>/", using.use, name="use"),
    path("uses/<int:use>/", using.used, name="used"),
    path("uses/<int:use>/undo/", using.undo, name="undo"),
    path("activate/", activating.scan, name="activate"),
    path("cards/<uuid:card>/activate/", activating.activate, name="activate_card"),
    path("cards/<uuid:card>/activate/code/", activating.code, name="activate_code"),
    path("cards/<uuid:card>/activated/", activating.activated, name="activated"),
    path("renew/", renewing.scan, name="renew"),
    path("cards/<uuid:card>/renew/", renewing.renew, name="renew"),
    path("renewed/<str:token>/", renewing.renewed, name="renewed"),
    path("sell/", selling.sell, name="sell"),
    path("sell/<str:token>/", selling.sold, name="sold"),
    path("collect/<str:token>/", selling.collect, name="collect"),
]
