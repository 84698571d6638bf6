import csv
import gzip
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.policy import names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 王  小明\u3000", "王 小明"),
        ("\t李明\n", "李明"),
        ("李\u0000明", "李 明"),
        ("李\u202e明\u202c", "李明"),
        ("李\u200b\u200d明", "李明"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提 . 吐尔逊", "买买提·吐尔逊"),
        ("マイケル・ジャクソン", "マイケル・ジャクソン"),
        ("J. R. Smith", "J. R. Smith"),
        ("e\u0301va", "éva"),
        ("李𠮷", "李𠮷"),
        ("李𪚥\U0003134a", "李𪚥\U0003134a"),
        ("محمد عبد الله", "محمد عبد الله"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("O'Brien", "O'Brien"),
        ("Null", "Null"),
    ],
)
def test_a_name_is_kept_as_written_without_what_cannot_be_seen(typed, kept):
    assert names.normalise(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_missing"),
        (" \u200b\u3000\u0000", "name_missing"),
        ("{{7*7}}", "name_without_letters"),
        ("👨‍👩‍👧", "name_without_letters"),
        ("13800138000", "name_without_letters"),
        ("李" * 101, "name_too_long"),
        ("A" * 10_000_000, "name_too_long"),
        ("李\ud842", "name_unreadable"),
        ("李\ufffd明", "name_unreadable"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(typed, code):
    with pytest.raises(names.NameRefused, match=f"^{code}$"):
        names.normalise(typed)


def test_a_name_of_a_hundred_rare_characters_fits():
    assert len(names.normalise("𠮷" * 100)) == 100


@given(st.text(max_size=120))
def test_a_normalised_name_stays_as_it_is_and_can_be_stored_and_masked(text):
    try:
        name = names.normalise(text)
    except names.NameRefused:
        return
    assert names.normalise(name) == name == unicodedata.normalize("NFC", name)
    assert 1 <= len(name) <= names.LONGEST
    assert "\x00" not in name
    assert name.encode("utf-8")
    assert "*" in names.masked(name)
    assert names.masked(name) != name or "***" in name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("一", "一*"), ("王伟", "王*"), ("王小明", "王*明"), ("司马相如", "司**如"), ("买买提·吐尔逊", "买***逊"),
        ("李𠮷明", "李*明"), ("김민준", "김*준"), ("John Smith", "J*** S***"), ("e\u0301va", "e\u0301***"),
    ],
)  # fmt: skip
def test_staff_see_a_masked_name(name, masked):
    assert names.masked(name) == masked


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＬＩＵ", "liu"), ("葛\U000e0100", "葛"), ("买买提·吐尔逊", "买买提吐尔逊"), ("John  SMITH", "johnsmith")],
)
def test_two_spellings_of_one_name_share_a_key(one, other):
    assert names.matching_key(one) == names.matching_key(other)


def test_variants_that_are_different_names_do_not_match():
    assert names.matching_key("李昇") != names.matching_key("李升")
    assert names.matching_key("İstanbul") != names.matching_key("istanbul")


# From the shared table: these hold no letter, or are too long for any name.
REFUSED = {"👨‍👩‍👧‍👦", "🇨🇳", "{{7*7}}", "+86 13800138000", " "}


def test_the_shared_table_of_names(shared_data: Path):
    for case in json.loads((shared_data / "cases/names_unicode.json").read_text())["cases"]:
        name = case["name"]
        if name in REFUSED or case["code_points"] > names.LONGEST:
            with pytest.raises(names.NameRefused):
                names.normalise(name)
            continue
        kept = names.normalise(name)
        if case["category"] in ("han", "minority/transliterated", "rare character"):
            assert kept == name, case
        if "should_match" in case:
            assert kept == case["should_match"], case
        if "pair" in case:
            same = names.matching_key(kept) == names.matching_key(case["pair"])
            assert same is (case["why"] != "Turkish dotted I: lower() gives 2 code points"), case


def test_every_standard_character_survives_in_a_name(shared_data: Path):
    with (shared_data / "nasty/han/general_standard_8105.csv").open(encoding="utf-8") as file:
        characters = [row["char"] for row in csv.DictReader(file)]
    assert len(characters) == 8_105
    for character in characters:
        assert names.normalise(f"李{character}") == f"李{character}"
        assert names.masked(f"王{character}明") == "王*明"


def test_every_surname_and_historical_name_survives(shared_data: Path):
    with (shared_data / "nasty/han/family_names.csv").open(encoding="utf-8") as file:
        surnames = [row["surname"] for row in csv.DictReader(file)]
    with gzip.open(shared_data / "nasty/han/ancient_names_250k.txt.gz", "rt", encoding="utf-8") as lines:
        historical = [line.strip() for line in lines][::10]
    assert len(historical) > 25_000
    changed = [name for name in (*surnames, *historical) if names.normalise(name) != unicodedata.normalize("NFC", name)]
    assert changed == []
