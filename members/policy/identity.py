"""MEM-03 · C2.1, CARD-12 · A4.1.2 — identity documents, each by its own rule. No refusal repeats the number."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import RuleBroken
from members.policy import identity_checks as checks


class Kind(StrEnum):
    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_PERMIT_HK_MACAU = "travel_permit_hk_macau"
    TRAVEL_PERMIT_TAIWAN = "travel_permit_taiwan"
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"
    PASSPORT = "passport"
    HONG_KONG_ID = "hong_kong_id"
    MACAU_ID = "macau_id"
    TAIWAN_ID = "taiwan_id"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class Identity:
    """A document number as it is stored and matched, and what the number itself says of its holder."""

    kind: Kind
    number: str
    born_on: date | None = None
    sex: Sex | None = None


class IdentityRefused(RuleBroken):
    """`id_missing`, `id_wrong_shape`, `id_mistyped`, `id_impossible_birth_date`, `id_unknown_region`,
    `id_first_generation`, `id_of_another_kind` (param: kind)."""


def parse(text: str, *, kind: Kind, today: date, accept_first_generation: bool = False) -> Identity:
    """CARD-12 · A4.1.2 — the document that was typed or scanned; `today` bounds the birth date.

    Full-width characters, spaces, hyphens and a spreadsheet's leading apostrophe are forgiven. A 15-digit number of
    the first generation (void since 2013) is recognised: refused for new records, and with
    `accept_first_generation` read as the 18-digit number of the same person, so that old records still match.
    """
    number = checks.plain(text)
    if not number:
        raise IdentityRefused("id_missing")
    if kind in _GB_11643_REGIONS:
        return _citizen(number, kind, today, accept_first_generation)
    return _shaped(number, kind)


def born_on(number: str, *, kind: Kind, today: date) -> date | None:
    """MEM-03 · C2.1 — the birth date that a recorded number states; None where it states none."""
    try:
        return parse(number, kind=kind, today=today).born_on
    except IdentityRefused:
        return None


def masked(number: str) -> str:
    """SEC-03 · A7.3.3 — the last four characters, of a short number the last two."""
    characters = re.sub(r"[^0-9A-Z]", "", number)
    return "****" + characters[-4 if len(characters) > 6 else -2 :]


def _citizen(number: str, kind: Kind, today: date, accept_first_generation: bool) -> Identity:
    """The 18 digits of GB 11643: region, birth date, sequence (odd for men), check character."""
    if kind is Kind.RESIDENT_ID and re.fullmatch(r"[0-9]{15}", number):
        identity = _citizen(checks.upgrade_first_generation(number), kind, today, accept_first_generation)
        if accept_first_generation:
            return identity
        raise IdentityRefused("id_first_generation")
    if kind is Kind.FOREIGN_PERMANENT_RESIDENT and re.fullmatch(checks.OLD_FOREIGN_PERMANENT_RESIDENT, number):
        return Identity(kind, number)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentityRefused("id_wrong_shape")
    belongs = next((k for k, regions in _GB_11643_REGIONS.items() if re.match(regions, number)), None)
    if belongs is None:
        raise IdentityRefused("id_unknown_region")
    born_on = checks.day_in(number[6:14])
    if born_on is None or born_on > today:
        raise IdentityRefused("id_impossible_birth_date")
    if checks.gb_11643(number[:17]) != number[17]:
        raise IdentityRefused("id_mistyped")
    if belongs is not kind:
        raise IdentityRefused("id_of_another_kind", kind=belongs)
    return Identity(kind, number, born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _shaped(number: str, kind: Kind) -> Identity:
    """A document without a date in its number: a shape, and where it is public a check digit."""
    shape, check = _SHAPES[kind]
    found = re.fullmatch(shape, number)
    if found is None:
        raise IdentityRefused("id_wrong_shape")
    if not check("".join(found.groups())):
        raise IdentityRefused("id_mistyped")
    if kind in (Kind.HONG_KONG_ID, Kind.MACAU_ID):
        return Identity(kind, "{}({})".format(*found.groups()))
    if kind is Kind.TAIWAN_ID:
        return Identity(kind, number, sex=Sex.MALE if number[1] in "18AC" else Sex.FEMALE)
    return Identity(kind, number)


def _no_check(number: str) -> bool:
    return True


_GB_11643_REGIONS: Mapping[Kind, str] = {
    Kind.RESIDENT_ID: checks.PROVINCES,
    Kind.RESIDENCE_PERMIT: r"8[123]0000",
    Kind.FOREIGN_PERMANENT_RESIDENT: rf"9(?:{checks.MAINLAND})[0-9]{{3}}",
}
_SHAPES: Mapping[Kind, tuple[str, Callable[[str], bool]]] = {
    Kind.TRAVEL_PERMIT_HK_MACAU: (r"([HM][0-9]{8}(?:[0-9]{2})?)", _no_check),
    Kind.TRAVEL_PERMIT_TAIWAN: (r"([0-9]{8}(?:[0-9]{2})?)", _no_check),
    Kind.PASSPORT: (r"((?=.*[0-9])[A-Z0-9]{5,15})", _no_check),
    Kind.HONG_KONG_ID: (r"([A-Z]{1,2}[0-9]{6})[(\[]?([0-9A])[)\]]?", checks.hong_kong),
    Kind.MACAU_ID: (r"([157][0-9]{6})[(\[]?([0-9])[)\]]?", _no_check),
    Kind.TAIWAN_ID: (r"([A-Z][1289A-D][0-9]{8})", checks.taiwan),
}
