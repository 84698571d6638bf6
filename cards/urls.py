"""Public pages and the portal's pages of cards."""

from django.urls import path

from cards.views import activating, buying, orders, portal, public, renewing, social

app_name = "cards"
urlpatterns = [
    path("cards/", public.listing, name="products"),
    path("cards/face/<str:name>", public.face_image, name="face_image"),
    path("cards/<slug:code>/", public.detail, name="product"),
    path("cards/<slug:code>/social.png", social.image, name="social_image"),
    path("questions/", public.questions, name="questions"),
    path("cards/<slug:code>/buy/", buying.buy, name="buy"),
    path("orders/", orders.listing, name="orders"),
    path("orders/<str:token>/", orders.detail, name="order"),
    path("orders/<str:token>/state/", orders.state, name="order_state"),
    path("orders/<str:token>/pay/", orders.pay, name="order_pay"),
    path("orders/<str:token>/cancel/", orders.cancel, name="order_cancel"),
    path("orders/<str:token>/code/", orders.reveal_code, name="order_code"),
    path("orders/<str:token>/receipt/", orders.receipt, name="order_receipt"),
    path("orders/<str:token>/receipt.pdf", orders.receipt_pdf, name="order_receipt_pdf"),
    path("activate/", activating.activate, name="activate"),
    path("activate/code/", activating.code, name="activate_code"),
    path("activate/code/resend/", activating.resend, name="activate_resend"),
    path("activate/done/<uuid:card>/", activating.done, name="activated"),
    path("me/", portal.portal_card, name="wallet"),
    path("me/cards/<uuid:card>/", portal.portal_card, name="portal_card"),
    path("me/cards/<uuid:card>/code/", portal.code, name="portal_code"),
    path("me/cards/<uuid:card>/changed/", portal.changed, name="portal_changed"),
    path("me/cards/<uuid:card>/uses/", portal.uses, name="portal_uses"),
    path("me/cards/<uuid:card>/uses.csv", portal.uses_csv, name="portal_uses_csv"),
    path("me/cards/<uuid:card>/agreement.txt", portal.contract, name="portal_contract"),
    path("me/cards/<uuid:card>/card.pdf", portal.printable, name="portal_print"),
    path("renew/off/<str:token>/", renewing.off, name="renew_off"),
    path("renew/<str:card>/", renewing.renew, name="renew"),
    path("renew/<str:card>/auto/", renewing.automatic, name="renew_auto"),
    path("renew/<str:card>/auto/off/", renewing.automatic_off, name="renew_auto_off"),
    path("me/benefits/", portal.benefits, name="benefits"),
]
