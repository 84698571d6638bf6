"""Sessions at rest: what a visitor typed into a form that is not finished yet is personal data too (SEC-03)."""

import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.encoding import force_str

from core import crypto

PLACE = "sessions.session.data"


class SessionStore(DatabaseSessionStore):
    """Django's database sessions, sealed. A row that does not open counts as no session."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return crypto.seal(json.dumps(session_dict, cls=DjangoJSONEncoder, separators=(",", ":")), place=PLACE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(crypto.unseal(force_str(session_data), place=PLACE))
        except crypto.CannotOpen:
            return {}
        return opened
