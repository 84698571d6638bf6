"""Sessions at rest: what a visitor typed into a form that is not finished yet is personal data too (SEC-03)."""

import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.encoding import force_str

from core import crypto
from core.prepared import Prepared

PLACE = "sessions.session.data"
_KEPT = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data", flat=True)
)


class SessionStore(DatabaseSessionStore):
    """Django's database sessions, sealed. A row that does not open counts as no session."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return crypto.seal(json.dumps(session_dict, cls=DjangoJSONEncoder, separators=(",", ":")), place=PLACE)

    def load(self) -> dict[str, Any]:
        kept = _KEPT.first(key=self.session_key, now=timezone.now())
        if kept is None:
            self._session_key = None
            return {}
        return self.decode(kept)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(crypto.unseal(force_str(session_data), place=PLACE))
        except crypto.CannotOpen:
            return {}
        return opened
