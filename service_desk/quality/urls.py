"""What quality monitoring says of one's own work (`/work/reviews/`)."""

from django.urls import path

from service_desk.quality.views import own

app_name = "quality"
urlpatterns = [
    path("reviews/", own.home, name="reviews"),
    path("reviews/<int:review>/", own.review, name="review"),
]
