"""Public pages and the portal's pages of cards."""

from django.urls import path

from cards.views import buying, orders, public, social

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
]
