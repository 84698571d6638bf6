"""Model fields of the house."""

from typing import Any

from django.db import models

from core import crypto


class SealedField(models.TextField):
    """A text that the database only ever sees sealed (SEC-03). It cannot be searched: keep a blind index beside it."""

    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None or value == "" else crypto.seal(value, place=self._place())

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if not value else crypto.unseal(value, place=self._place())

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in {"isnull", "exact"}:
            return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
        return None
