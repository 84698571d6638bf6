"""The counter's pages."""

from django.urls import path

from cards.views import counter_sell

app_name = "counter"
urlpatterns = [
    path("sell/", counter_sell.sell, name="sell"),
    path("sell/<str:token>/", counter_sell.sold, name="sold"),
    path("collect/<str:token>/", counter_sell.collect, name="collect"),
]
