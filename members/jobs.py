"""What the door leaves behind is swept away; the clocks stand in `config/tasks.py`."""

from celery import shared_task
from django.contrib.sessions.models import Session

from core import clock
from members.operations import codes


@shared_task(name="members.tidy_entrance")
def tidy_entrance() -> None:
    """One-time codes after 24 hours, and sessions that have ended."""
    codes.forget_old()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
