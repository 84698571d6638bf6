"""The portal's pages of loyalty, and its verbs at the counter."""

from django.urls import path

from loyalty.views import (
    counter,
    counter_benefits,
    inviting,
    portal,
    portal_benefits,
    redeeming,
    rewards,
    tier,
)

app_name = "loyalty"
urlpatterns = [
    path("me/points/", portal.points, name="points"),
    path("me/tier/", tier.tier, name="tier"),
    path("me/rewards/", rewards.catalogue, name="rewards"),
    path("me/rewards/mine/", rewards.mine, name="my_rewards"),
    path("me/rewards/mine/<str:code>/cancel/", rewards.cancel, name="reward_cancel"),
    path("me/rewards/<slug:code>/", rewards.detail, name="reward"),
    path("me/invite/", inviting.invite, name="invite"),
    path("me/cards/<uuid:card>/reserve/<slug:benefit>/", portal_benefits.reserve, name="reserve"),
    path("me/reservations/<int:reservation>/cancel/", portal_benefits.cancel, name="reservation_cancel"),
    path("counter/cards/<uuid:card>/benefits/<int:version>/", counter_benefits.benefit, name="counter_benefit"),
    path("counter/cards/<uuid:card>/grants/<int:grant>/", counter_benefits.benefit, name="counter_grant"),
    path(
        "counter/cards/<uuid:card>/reservations/<int:reservation>/",
        counter_benefits.reservation,
        name="counter_reservation",
    ),
    path(
        "counter/cards/<uuid:card>/reservations/<int:reservation>/cancel/",
        counter_benefits.cancel,
        name="counter_reservation_cancel",
    ),
    path("counter/redemptions/<int:redemption>/", counter_benefits.redemption, name="counter_redemption"),
    path("counter/redemptions/<int:redemption>/undo/", counter_benefits.undo, name="counter_redemption_undo"),
    path("counter/cards/<uuid:card>/purchase/", counter.purchase, name="counter_purchase"),
    path("counter/purchases/<int:purchase>/", counter.purchased, name="counter_purchased"),
    path("counter/returns/", counter.returns, name="counter_returns"),
    path("counter/returns/<int:done>/", counter.returned, name="counter_returned"),
    path("counter/purchases/<int:purchase>/return/", counter.take_back, name="counter_take_back"),
    path("counter/purchases/<int:purchase>/undo/", counter.undo, name="counter_purchase_undo"),
    path("counter/cards/<uuid:card>/rewards/", redeeming.listing, name="counter_rewards"),
    path("counter/cards/<uuid:card>/rewards/<int:reward>/", redeeming.redeem, name="counter_redeem"),
    path("counter/gifts/", redeeming.scan, name="counter_gifts"),
    path("counter/gifts/<int:order>/", redeeming.gift, name="counter_gift"),
    path("counter/gifts/<int:order>/undo/", redeeming.undo, name="counter_gift_undo"),
]
