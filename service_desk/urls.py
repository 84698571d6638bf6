"""Service and complaints in the portal, writing to us without an account, and contacts at the counter."""

from django.urls import path

from service_desk.views import complaints, contact, counter, portal

app_name = "service_desk"
urlpatterns = [
    path("me/complaints/<str:number>/", complaints.complaint, name="complaint"),
    path("complaints/<slug:token>/", complaints.follow_up, name="complaint_follow_up"),
    path("service/", contact.contact, name="contact"),
    path("service/received/", contact.contacted, name="contacted"),
    path("me/service/", portal.cases, name="cases"),
    path("me/service/new/", portal.ask, name="ask"),
    path("me/service/claim/", portal.claim, name="claim"),
    path("me/service/files/<str:token>/", portal.attachment, name="attachment"),
    path("me/service/<str:number>/", portal.case, name="case"),
    path("me/service/<str:number>/answer/", portal.answer, name="answer"),
    path("me/service/<str:number>/settle/", portal.settle, name="settle"),
    path("me/service/<str:number>/rate/", portal.rate, name="rate"),
    path("counter/contact/", counter.contact, name="counter_contact"),
    path("counter/cards/<uuid:card>/contact/", counter.contact, name="counter_case"),
    path("counter/contact/<str:number>/", counter.opened, name="counter_opened"),
]
