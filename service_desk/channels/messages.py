"""What colleagues are told about the channels (SVC-01 · A6.2.1), by inbox."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.messaging import answering
from core.messaging.events import Event, register
from service_desk.channels.operations import remarks

register(
    Event(
        remarks.EVENT,
        label=_("Remark of the programme in a case"),
        channels=("inbox",),
        sample={"number": "C261123-K7M4Q2", "remark": "Our e-mail did not reach wanqing@example.com."},
    ),
)
answering.register(
    lambda message: reverse("channels:demo_answer", args=[message.pk]), writing=lambda: reverse("channels:demo_write")
)
