"""Whether messages can leave the house: said by `manage.py check --deploy`, before members wait for a code."""

import binascii
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from core.messaging import providers, rendering


@checks.register("messages", deploy=True)
def check_providers(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for channel, path in settings.MESSAGE_PROVIDERS.items():
        try:
            provider = import_string(path)
        except ImportError as error:
            found.append(checks.Error(f"The provider of {channel} cannot be loaded: {error}", id="messages.E001"))
            continue
        if provider is providers.OutboxPage and not settings.DEMO:
            hint = f"Set TESSERA_{channel.upper()}_PROVIDER (see .env.example)."
            found.append(
                checks.Warning(f"Nobody carries {channel}: its messages will be given up.", hint, id="messages.W001")
            )
        if provider is providers.HttpSms:
            found += _check_http()
    return found


def _check_http() -> list[checks.CheckMessage]:
    if not settings.SMS_HTTP_URL.startswith("https://") and not settings.SMS_HTTP_ALLOW_PRIVATE:
        return [checks.Error("TESSERA_SMS_URL must be an https address.", id="messages.E002")]
    try:
        providers.signature(settings.SMS_HTTP_SECRET, "", "", b"")
    except (ValueError, binascii.Error):
        return [checks.Error("TESSERA_SMS_SECRET must be base64, and not empty.", id="messages.E003")]
    return []


@checks.register("messages")
def check_wording(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    return [checks.Warning(f"templates/{path} is missing.", id="messages.W002") for path in rendering.missing_wording()]
