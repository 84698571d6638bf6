"""Where members answer surveys."""

from django.urls import path

from service_desk.surveys.views import answering

app_name = "surveys"
urlpatterns = [
    path("s/<str:token>/", answering.answer, name="answer"),
    path("me/surveys/<uuid:public_id>/", answering.own, name="own"),
]
