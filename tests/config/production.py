"""The environment of a production deployment, for tests that start a process in it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.config.embedded import ROOT, environment

SECRETS = ("SECRET_KEY", "TESSERA_DATA_KEYS", "TESSERA_INDEX_KEY", "TESSERA_AUDIT_KEY", "TESSERA_CODE_KEYS")


def fresh_secrets() -> dict[str, str]:
    """What `new_secrets.py` prints."""
    printed = subprocess.run(
        [sys.executable, "config/deploy/new_secrets.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return dict(line.split("=", 1) for line in printed.stdout.splitlines())


def settings(home: Path) -> dict[str, str]:
    places = {
        "TESSERA_MODE": "production",
        "ALLOWED_HOSTS": "membership.example.com",
        "TESSERA_SITE_URL": "https://membership.example.com",
        "DATABASE_URL": f"sqlite:///{home / 'production.sqlite3'}",
        "REDIS_URL": "redis://127.0.0.1:6379",
        "TESSERA_EMAIL_PROVIDER": "core.messaging.providers.DjangoEmail",
        "EMAIL_URL": "smtp+tls://tessera:password@mail.example.com:587",
        "TESSERA_SMS_PROVIDER": "core.messaging.providers.HttpSms",
        "TESSERA_SMS_URL": "https://sms.example.com/send",
        "TESSERA_SMS_SECRET": "whsec_" + "c2VjcmV0" * 6,
    }
    carriers = {
        "TESSERA_EMAIL_PROVIDER": "core.messaging.providers.DjangoEmail",
        "EMAIL_URL": "smtp+tls://tessera:secret@mail.example.com:587",
        "TESSERA_SMS_PROVIDER": "core.messaging.providers.HttpSms",
        "TESSERA_SMS_URL": "https://sms.example.com/send",
        "TESSERA_SMS_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }
    return environment(home, 8000) | places | carriers | fresh_secrets()


def manage(*command: str, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
