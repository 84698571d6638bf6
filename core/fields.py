"""Model fields of the house."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import FieldError
from django.db import models
from django.utils.module_loading import import_string

from core import crypto

if TYPE_CHECKING:
    _Text = models.TextField[Any, Any]
    _Char = models.CharField[Any, Any]
else:
    _Text, _Char = models.TextField, models.CharField


class SealedField(_Text):
    """A text that the database only ever sees sealed (SEC-03). It cannot be searched: keep a blind index beside it."""

    @property
    def place(self) -> str:
        """Where its values belong; authenticated with each of them."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None or value == "" else crypto.seal(value, place=self.place)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if not value else crypto.unseal(value, place=self.place)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: each sealing differs, so that a comparison would silently find nothing."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.place} is sealed and cannot be searched by {lookup_name!r}: use its blind index.")
        return super().get_lookup(lookup_name)


class BlindIndexField(_Char):
    """The keyed digest by which a sealed neighbour is found (SEC-03). It follows its neighbour at every save.

    `of` names the neighbour, `purpose` separates equal texts of different meaning (default: the neighbour's name), and
    `normal` is the dotted path of the function that brings a value into the form in which equal values meet.
    """

    def __init__(self, *args: Any, of: str, purpose: str = "", normal: str = "", **kwargs: Any) -> None:
        kwargs["max_length"] = crypto.INDEX_HEX_DIGITS
        kwargs["editable"] = False
        self.of, self.purpose, self.normal = of, purpose or of, normal
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"of": self.of, "purpose": self.purpose, "normal": self.normal}
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            models.signals.pre_save.connect(self._refuse_half, sender=cls)

    def _refuse_half(self, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
        """Saving the value without its index would leave a member who cannot be found: a bug, so it is said."""
        if update_fields is not None and self.of in update_fields and self.name not in update_fields:
            raise ValueError(f"{self.model._meta.label}: save {self.of} together with {self.name}")

    def digest_of(self, value: str | None) -> str | None:
        """The digest under which a value is, or would be, kept; None for no value."""
        if not value:
            return None
        normal: Callable[[str], str] | None = import_string(self.normal) if self.normal else None
        return crypto.blind_index(normal(value) if normal else value, purpose=self.purpose)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        digest = self.digest_of(getattr(model_instance, self.of))
        if digest is None and not self.null:
            digest = ""
        setattr(model_instance, self.attname, digest)
        return digest


def caseless(text: str) -> str:
    """The normal form of texts that are equal whatever their case: e-mail addresses."""
    return text.lower()


def digest_in(model: type[models.Model], index: str, value: str) -> str:
    """The digest to look for in a model's blind index: `digest_in(Member, "phone_index", "+8613…")`."""
    field = cast(BlindIndexField, model._meta.get_field(index))
    return field.digest_of(value) or ""
