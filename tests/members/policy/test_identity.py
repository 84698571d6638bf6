import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.policy import identity, identity_checks
from members.policy.identity import Identity, IdentityRefused, Kind, Sex

TODAY = date(2026, 11, 22)
WOMAN = Identity(Kind.RESIDENT_ID, "11010519491231002X", date(1949, 12, 31), Sex.FEMALE)


def parse(text: str, kind: Kind = Kind.RESIDENT_ID, **options) -> Identity:
    return identity.parse(text, kind=kind, today=TODAY, **options)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "'11010519491231002X",
    ],
)
def test_a_resident_id_is_read_as_people_type_it_and_tells_birth_and_sex(typed):
    assert parse(typed) == WOMAN


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_missing"),
        ("1.10105E+17", "id_wrong_shape"),
        ("1101051949123100", "id_wrong_shape"),
        ("11010519491231002Х", "id_wrong_shape"),
        ("1" * 10_000, "id_wrong_shape"),
        ("110105194912310020", "id_mistyped"),
        ("11010519490231002X", "id_impossible_birth_date"),
        ("11010520270101002X", "id_impossible_birth_date"),
        ("990426199112010074", "id_unknown_region"),
        ("130503670401001", "id_first_generation"),
        ("130503671301001", "id_impossible_birth_date"),
    ],
)
def test_a_bad_number_is_refused_by_reason_and_never_repeated(typed, code):
    with pytest.raises(IdentityRefused, match=f"^{code}$") as refused:
        parse(typed)
    assert refused.value.params == {}
    assert not typed or typed not in str(refused.value)


def test_a_number_of_the_first_generation_matches_the_same_persons_later_one():
    old = parse("130503670401001", accept_first_generation=True)
    assert old == parse("130503196704010016")
    assert old.sex is Sex.MALE


def test_a_permit_typed_into_the_wrong_box_is_told_what_it_is():
    with pytest.raises(IdentityRefused, match="id_of_another_kind") as refused:
        parse("810000199408230021")
    assert refused.value.params == {"kind": Kind.RESIDENCE_PERMIT}
    assert parse("810000199408230021", Kind.RESIDENCE_PERMIT).born_on == date(1994, 8, 23)


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("h12345678", Kind.TRAVEL_PERMIT_HK_MACAU, "H12345678"),
        ("12345678", Kind.TRAVEL_PERMIT_TAIWAN, "12345678"),
        ("E12345678", Kind.PASSPORT, "E12345678"),
        ("Z0977986", Kind.HONG_KONG_ID, "Z097798(6)"),
        ("1234567(8)", Kind.MACAU_ID, "1234567(8)"),
        ("CAN110081080310", Kind.FOREIGN_PERMANENT_RESIDENT, "CAN110081080310"),
    ],
)
def test_other_documents_have_their_own_shapes(typed, kind, number):
    assert parse(typed, kind).number == number


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("H123456789", Kind.TRAVEL_PERMIT_HK_MACAU, "id_wrong_shape"),
        ("PASSPORT", Kind.PASSPORT, "id_wrong_shape"),
        ("Z0977987", Kind.HONG_KONG_ID, "id_mistyped"),
        ("A185034995", Kind.TAIWAN_ID, "id_mistyped"),
        ("CAN110081130310", Kind.FOREIGN_PERMANENT_RESIDENT, "id_wrong_shape"),
    ],
)
def test_other_documents_are_refused_by_reason(typed, kind, code):
    with pytest.raises(IdentityRefused, match=f"^{code}$"):
        parse(typed, kind)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_every_well_made_number_is_read_and_a_single_wrong_digit_is_not(birth, sequence, place, change):
    body = f"110105{birth:%Y%m%d}{sequence:03d}"
    found = parse(body + identity_checks.gb_11643(body))
    assert (found.born_on, found.sex) == (birth, Sex.MALE if sequence % 2 else Sex.FEMALE)
    wrong = body[:place] + str((int(body[place]) + change) % 10) + body[place + 1 :]
    with pytest.raises(IdentityRefused):
        parse(wrong + identity_checks.gb_11643(body))


@pytest.mark.parametrize(
    ("number", "masked"), [("11010519491231002X", "****002X"), ("Z097798(6)", "****7986"), ("AB1234", "****34")]
)
def test_staff_see_the_last_characters(number, masked):
    assert identity.masked(number) == masked


KINDS = {
    "CN_RIC18": Kind.RESIDENT_ID, "CN_RIC15": Kind.RESIDENT_ID, "CN_HKMT_RESIDENCE": Kind.RESIDENCE_PERMIT,
    "CN_FPR2023": Kind.FOREIGN_PERMANENT_RESIDENT, "CN_FPR_OLD": Kind.FOREIGN_PERMANENT_RESIDENT,
    "HK_MO_TRAVEL_PERMIT": Kind.TRAVEL_PERMIT_HK_MACAU, "TW_TRAVEL_PERMIT": Kind.TRAVEL_PERMIT_TAIWAN,
    "HKID": Kind.HONG_KONG_ID, "MACAU_ID": Kind.MACAU_ID, "TW_NID": Kind.TAIWAN_ID, "TW_ARC": Kind.TAIWAN_ID,
}  # fmt: skip
NO_PERSONS_DOCUMENT = {"CN_USCC"}  # a company's credit code; cards are sold to people
DIFFERS_BY_POLICY = {"CN_RIC15": "void since 2013: refused for a new record, read only to match an old one"}


def test_the_shared_table_of_identity_numbers(shared_data: Path):
    for case in json.loads((shared_data / "cases/national_ids.json").read_text())["cases"]:
        if case["doc_type"] in NO_PERSONS_DOCUMENT:
            continue
        expected = case["valid"] if case["valid"] is not None else case["policy"] != "reject"
        try:
            found = parse(case["value"], KINDS[case["doc_type"]], accept_first_generation=True)
        except IdentityRefused:
            assert expected is False, case
            continue
        assert expected is True, case
        assert found.number == case.get("normalised", case.get("upgrades_to", found.number)), case
        if "birth_date" in case:
            assert str(found.born_on) == case["birth_date"], case
        if "sex" in case:
            assert found.sex is (Sex.FEMALE if case["sex"] == "F" else Sex.MALE), case
        if case["doc_type"] in DIFFERS_BY_POLICY:
            with pytest.raises(IdentityRefused, match="id_first_generation"):
                parse(case["value"])
