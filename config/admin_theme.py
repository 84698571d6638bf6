"""How the back office looks: the settings of the admin theme."""

from typing import Any

UNFOLD: dict[str, Any] = {"SITE_TITLE": "Tessera", "SITE_HEADER": "Tessera", "SHOW_HISTORY": False}
