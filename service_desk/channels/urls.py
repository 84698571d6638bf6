"""Where the channels are reached."""

from django.urls import path

from service_desk.channels.views import chat, demo, hooks

app_name = "channels"
urlpatterns = [
    path("hooks/mail/", hooks.mail, name="mail_hook"),
    path("hooks/social/<slug:network>/", hooks.social, name="social_hook"),
    path("me/service/chat/", chat.portal, name="chat"),
    path("chat/", chat.public, name="public_chat"),
    path("chat/poll/", chat.poll, name="chat_poll"),
    path("chat/say/", chat.say, name="chat_say"),
    path("chat/typing/", chat.typing, name="chat_typing"),
    path("chat/leave/", chat.leave, name="chat_leave"),
    path("chat/files/<slug:token>/", chat.file, name="chat_file"),
    path("outbox/write/", demo.write, name="demo_write"),
    path("outbox/<int:pk>/answer/", demo.answer, name="demo_answer"),
]
