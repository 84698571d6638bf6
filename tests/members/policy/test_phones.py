import json
from pathlib import Path

import pytest

from members.policy import phones

MOBILE = "+8613800138000"


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000", "+86 138 0013 8000", "0086-138-0013-8000", "(+86)13800138000", "１３８００１３８０００",
        "'13800138000", "138\u200b00138000", "\u202d13800138000\u202c", "tel:+8613800138000", "8613800138000",
    ],
)  # fmt: skip
def test_a_mainland_mobile_is_read_as_people_type_it(typed):
    assert phones.normalise_mobile(typed) == MOBILE


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [("51234567", "HK", "+85251234567"), ("66123456", "MO", "+85366123456"), ("0912345678", "TW", "+886912345678")],
)
def test_a_number_without_country_code_belongs_to_the_default_region(typed, region, e164):
    assert phones.parse(typed, default_region=region) == phones.Phone(e164, region, takes_sms=True)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_missing"),
        ("\u200b '", "phone_missing"),
        ("abc", "phone_unreadable"),
        ("1-800-FLOWERS", "phone_unreadable"),
        ("13800138000,13900139000", "phone_unreadable"),
        ("0755-26712345#801", "phone_unreadable"),
        ("0755 2671 2345 转 801", "phone_unreadable"),
        ("1.38E+10", "phone_unreadable"),
        ("1" * 10_000, "phone_unreadable"),
        ("138", "phone_too_short"),
        ("+86 138001380001234", "phone_too_long"),
        ("14000138000", "phone_not_in_use"),
    ],
)
def test_what_is_no_phone_number_is_refused_with_its_reason(typed, code):
    with pytest.raises(phones.PhoneRefused, match=f"^{code}$") as refused:
        phones.parse(typed)
    assert refused.value.params == {}


def test_a_code_is_not_sent_to_a_landline():
    assert phones.normalise("010-62551111") == "+861062551111"
    with pytest.raises(phones.PhoneRefused, match="phone_not_mobile"):
        phones.normalise_mobile("010-62551111")


@pytest.mark.parametrize(
    ("e164", "masked"),
    [(MOBILE, "138****8000"), ("+85251234567", "+852 ****4567"), ("+861062551111", "+86 ****1111")],
)
def test_staff_see_a_masked_number(e164, masked):
    assert phones.masked(e164) == masked


DIFFERS_BY_POLICY = {
    "0755-26712345 ext. 801": "an extension is refused: neither a code nor a message reaches it",
    "tel:+86-138-0013-8000;ext=12": "an extension is refused",
    "1-800-FLOWERS": "letters are refused: in a phone field they are a mistake",
}


def test_the_shared_table_of_phones(shared_data: Path):
    cases = json.loads((shared_data / "cases/phones.json").read_text())["cases"]
    assert len(cases) >= 128
    for case in cases:
        expected = case["e164"] if case["parses"] and case["valid"] else None
        try:
            found = phones.normalise(case["raw"], default_region=case["default_region"])
        except phones.PhoneRefused:
            found = None
        assert (found == expected) is (case["raw"] not in DIFFERS_BY_POLICY), case


@pytest.mark.parametrize(
    ("stored", "read"),
    [("+8613800138000", "138 0013 8000"), ("+85291234567", "+852 9123 4567"), ("+886912345678", "+886 912 345 678")],
)
def test_a_number_is_written_as_people_read_it(stored, read):
    assert phones.spaced(stored) == read
