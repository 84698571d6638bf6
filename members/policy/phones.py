"""MEM-01 · B3.2 — phone numbers: typed in any usual shape, kept as E.164, shown masked."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from core.rules import RuleBroken

HOME_REGION = "CN"
LONGEST = 40
_REACHED_BY_SMS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_FAULTS = {
    phonenumbers.ValidationResult.TOO_SHORT: "phone_too_short",
    phonenumbers.ValidationResult.TOO_LONG: "phone_too_long",
}


class PhoneRefused(RuleBroken):
    """`phone_missing`, `phone_unreadable`, `phone_too_short`, `phone_too_long`, `phone_not_in_use`,
    `phone_not_mobile`."""


@dataclass(frozen=True)
class Phone:
    """A number that can exist: `e164` is what is stored and matched, `region` its country (ISO 3166, may be empty)."""

    e164: str
    region: str
    takes_sms: bool


def parse(text: str, *, default_region: str = HOME_REGION) -> Phone:
    """MEM-01 · B3.2 — the number that was meant: bare 11 digits, +86, 0086, spaces, brackets, full-width digits.

    A number without a country code belongs to `default_region`. Letters and extensions are refused: no code gets there.
    """
    plain = _plain(text)
    if not plain:
        raise PhoneRefused("phone_missing")
    if len(plain) > LONGEST or re.search(r"[^\W\d_]|[#;,，]", plain):
        raise PhoneRefused("phone_unreadable")
    try:
        number = phonenumbers.parse(plain, default_region)
    except phonenumbers.NumberParseException as error:
        raise PhoneRefused("phone_unreadable") from error
    if not phonenumbers.is_valid_number(number):
        fault = phonenumbers.is_possible_number_with_reason(number)
        raise PhoneRefused(_FAULTS.get(fault, "phone_not_in_use"))
    return Phone(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(number) or "",
        takes_sms=phonenumbers.number_type(number) in _REACHED_BY_SMS,
    )


def normalise(text: str, *, default_region: str = HOME_REGION) -> str:
    """MEM-01 · B3.2 — the number as E.164, whatever it is reached by."""
    return parse(text, default_region=default_region).e164


def normalise_mobile(text: str, *, default_region: str = HOME_REGION) -> str:
    """MEM-01 · B3.2 — the E.164 number of a phone that a one-time code can be sent to."""
    phone = parse(text, default_region=default_region)
    if not phone.takes_sms:
        raise PhoneRefused("phone_not_mobile")
    return phone.e164


def spaced(e164: str) -> str:
    """As people read it: "138 0013 8000" for the mainland's mobiles, else "+852 9123 4567"."""
    number = phonenumbers.parse(e164)
    national = str(number.national_number)
    if number.country_code == 86 and len(national) == 11:
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked(e164: str) -> str:
    """SEC-03 · A7.3.3 — "138****8000" for the mainland's mobiles, else the last four digits: "+852 ****4567"."""
    number = phonenumbers.parse(e164)
    national = str(number.national_number)
    if number.country_code == 86 and len(national) == 11:
        return f"{national[:3]}****{national[-4:]}"
    return f"+{number.country_code} ****{national[-4:]}"


def _plain(text: str) -> str:
    """Width folded, and without what cannot be seen: contacts copied from a phone are wrapped in direction marks."""
    visible = (c for c in unicodedata.normalize("NFKC", text[:200]) if unicodedata.category(c) not in ("Cf", "Cc"))
    return "".join(visible).strip(" '’\"").removeprefix("tel:").strip()
