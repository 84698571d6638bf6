"""Public pages and the portal's pages of cards."""

from django.urls import path

from cards.views import public, social

app_name = "cards"
urlpatterns = [
    path("cards/", public.listing, name="products"),
    path("cards/face/<str:name>", public.face_image, name="face_image"),
    path("cards/<slug:code>/", public.detail, name="product"),
    path("cards/<slug:code>/social.png", social.image, name="social_image"),
    path("questions/", public.questions, name="questions"),
]
