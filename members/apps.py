from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """The person: identity, contact, consent, household, and how she gets in."""

    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from members import gate, messages, parameters, wording  # noqa: F401  (they enter themselves in core's registers)

        post_migrate.connect(_publish_shipped_texts, sender=self)


def _publish_shipped_texts(**kwargs: Any) -> None:
    from members.operations import legal  # models are loaded only after ready()

    legal.publish_shipped()
