import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import renewal, validity
from cards.policy.parameters import RenewalParameters, TermParameters
from cards.policy.validity import CalendarMonths, Rolling, Season, State, Term
from core import periods

A_YEAR = Rolling(12)
GRACE = RenewalParameters().grace_days
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
VALIDITIES = st.one_of(
    st.builds(Rolling, st.integers(1, 36)),
    st.builds(Season, st.integers(1, 3), st.integers(1, 12), st.integers(1, 31), st.just(11), st.integers(1, 30)),
    st.builds(CalendarMonths, st.integers(1, 12), st.none() | st.integers(2, 31)),
)


def last(day: date, *, first_day_counts: bool = False, kind: validity.Validity = A_YEAR, times: int = 1) -> date:
    return validity.last_day(day, validity=kind, first_day_counts=first_day_counts, times=times)


def renew(last_valid_on: date, renewed_on: date, *, first_day_counts: bool = False, kind=A_YEAR, times=1, anchor=None):
    return renewal.renewed_term(
        last_valid_on, renewed_on=renewed_on, validity=kind, first_day_counts=first_day_counts, grace_days=GRACE,
        times=times, anchor_day=anchor,
    )  # fmt: skip


def test_a_year_from_21_january_ends_on_21_january_or_where_the_first_day_counts_on_the_20th():
    assert last(date(2026, 1, 21)) == date(2027, 1, 21)
    assert last(date(2026, 1, 21), first_day_counts=True) == date(2027, 1, 20)
    assert TermParameters().first_day_counts is False


@pytest.mark.parametrize("first_day_counts", [False, True])
def test_a_year_from_29_february_ends_on_28_february_in_both_ways(first_day_counts):
    assert last(date(2028, 2, 29), first_day_counts=first_day_counts) == date(2029, 2, 28)


def test_a_year_that_ends_in_a_leap_february_reaches_its_last_day():
    assert last(date(2027, 3, 1), first_day_counts=True) == date(2028, 2, 29)
    assert last(date(2027, 2, 28)) == date(2028, 2, 28)
    assert last(date(2028, 2, 29), times=4) == date(2032, 2, 29)


def test_a_season_ends_by_the_calendar_and_who_comes_after_rollover_gets_the_next_one_too():
    season = Season(1, start_month=3, start_day=1, rollover_month=11, rollover_day=11)
    assert last(date(2008, 11, 10), kind=season) == date(2009, 2, 28)
    assert last(date(2008, 11, 11), kind=season) == date(2010, 2, 28)
    assert last(date(2009, 2, 28), kind=season, first_day_counts=True) == date(2010, 2, 28)
    assert last(date(2009, 3, 1), kind=season) == date(2010, 2, 28)
    assert validity.season_start(date(2009, 1, 21), season=season) == date(2008, 3, 1)


def test_a_season_without_rollover_ends_with_itself():
    assert last(date(2026, 12, 30), kind=Season(1, 1, 1)) == date(2026, 12, 31)
    assert last(date(2028, 2, 29), kind=Season(1, 2, 29)) == date(2029, 2, 27)


def test_calendar_months_end_with_the_month():
    assert last(date(2018, 1, 14), kind=CalendarMonths(6, rollover_day=15)) == date(2018, 6, 30)
    assert last(date(2018, 1, 15), kind=CalendarMonths(6, rollover_day=15)) == date(2018, 7, 31)
    assert last(date(2028, 2, 10), kind=CalendarMonths(1)) == date(2028, 2, 29)


@pytest.mark.parametrize("days_from_expiry", [-300, -30, 0, 1, GRACE])
def test_until_the_end_of_grace_a_renewal_extends_from_the_old_expiry(days_from_expiry):
    old = date(2027, 1, 21)
    assert renew(old, old + timedelta(days=days_from_expiry)) == Term(date(2027, 1, 22), date(2028, 1, 21))


def test_after_grace_a_renewal_starts_afresh():
    renewed_on = date(2027, 1, 21) + timedelta(days=GRACE + 1)
    assert renew(date(2027, 1, 21), renewed_on) == Term(renewed_on, date(2028, 2, 6))
    assert renewal.starts_afresh(date(2027, 1, 21), renewed_on=renewed_on, grace_days=GRACE)


def test_three_years_at_once_are_one_term_three_years_long():
    assert renew(date(2027, 1, 21), date(2026, 12, 1), times=3) == Term(date(2027, 1, 22), date(2030, 1, 21))


def test_a_card_renewed_into_a_season_that_ends_soon_is_given_the_next_one():
    season = Season(1, 3, 1, rollover_month=11, rollover_day=1)
    assert renew(date(2027, 1, 21), date(2027, 1, 1), kind=season) == Term(date(2027, 1, 22), date(2028, 2, 29))


def test_with_its_anchor_a_card_of_the_31st_returns_to_the_31st():
    ends, expected = date(2027, 1, 31), ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    for day in expected:
        ends = renew(ends, ends, kind=Rolling(1), anchor=31).last_valid_on
        assert ends.isoformat() == day
    assert renew(date(2031, 2, 28), date(2031, 2, 1), anchor=29).last_valid_on == date(2032, 2, 29)


@given(VALIDITIES, DAYS, st.booleans(), st.lists(st.tuples(st.integers(-400, 15), st.integers(1, 3)), max_size=6))
def test_renewals_in_time_leave_no_gap_and_no_overlap(kind, activated_on, first_day_counts, renewals):
    term = validity.first_term(activated_on, validity=kind, first_day_counts=first_day_counts)
    for offset, times in renewals:
        renewed_on = term.last_valid_on + timedelta(days=offset)
        following = renew(
            term.last_valid_on, renewed_on, first_day_counts=first_day_counts, kind=kind, times=times,
            anchor=activated_on.day,
        )  # fmt: skip
        assert following.starts_on == term.last_valid_on + timedelta(days=1)
        assert following.last_valid_on >= following.starts_on
        term = following


@given(VALIDITIES, DAYS, DAYS, st.booleans())
def test_who_joins_later_never_ends_earlier(kind, one, other, first_day_counts):
    earlier, later = sorted((one, other))
    assert last(earlier, kind=kind, first_day_counts=first_day_counts) <= last(
        later, kind=kind, first_day_counts=first_day_counts
    )


@given(DAYS, st.integers(1, 60))
def test_counting_the_first_day_takes_away_one_day_or_none(day, months):
    lost = last(day, kind=Rolling(months)) - last(day, kind=Rolling(months), first_day_counts=True)
    assert lost.days in (0, 1)


def test_a_card_is_active_through_its_last_day_then_in_grace_then_expired():
    term = Term(date(2026, 1, 21), date(2027, 1, 21))
    days = {
        date(2026, 1, 20): State.NOT_STARTED,
        date(2026, 1, 21): State.ACTIVE,
        date(2027, 1, 21): State.ACTIVE,
        date(2027, 1, 22): State.IN_GRACE,
        date(2027, 2, 5): State.IN_GRACE,
        date(2027, 2, 6): State.EXPIRED,
    }
    assert {day: validity.state_on(day, term=term, grace_days=GRACE) for day in days} == days
    assert validity.state_on(date(2027, 1, 22), term=term, grace_days=0) is State.EXPIRED


def test_no_days_are_left_on_the_last_day_and_ever_after():
    assert validity.days_left(date(2027, 1, 20), last_valid_on=date(2027, 1, 21)) == 1
    assert validity.days_left(date(2027, 1, 21), last_valid_on=date(2027, 1, 21)) == 0
    assert validity.days_left(date(2027, 3, 1), last_valid_on=date(2027, 1, 21)) == 0


# The peers' case tables. They count the first day, so they hold with that parameter at yes.

NOT_A_RULE_OF_TERMS = {
    "CV13": "an end date that staff type in", "CV14": "an end date that staff type in",
    "CV15": "saving a record without dates", "CV16": "a form's date field", "CV17": "a form's contact",
    "CV18": "a form's membership type", "CVSf1": "a form", "CVSf2": "a form", "CVSf5": "a form",
    "CVSo1": "an override of the state, which we do not have", "CVSo3": "an override of the state",
    "PX1": "terms in days, which no card has", "PX4": "months and days mixed", "PX6": "event tickets",
    "PX8": "event tickets", "PX9": "event tickets", "PX10": "event tickets", "PX12": "event tickets",
    "PX13": "event tickets", "PX14": "event tickets", "PX18": "event tickets", "PX21": "payment before card",
    "OC1": "terms in days", "OC2": "terms in weeks", "OC8": "an entry fee", "OC9": "an entry fee",
    "OC10": "invoice states", "OC11": "invoice states", "OC17": "a form", "OC18": "deleting a person",
}  # fmt: skip
DIFFERS_BY_POLICY = {"CV12": "the end is never typed in: a season ends by its calendar, with rollover on 2010-02-28"}


def test_the_shared_table_of_fixed_and_rolling_terms(shared_data: Path):
    seen = set()
    for case in _periods(shared_data)["civicrm_dates"]:
        given_, expected = case["given"], case["expect"]
        if case["id"] in NOT_A_RULE_OF_TERMS or case["id"].startswith("CVR"):
            continue
        seen.add(case["id"])
        kind, joined = _validity(given_), date.fromisoformat(given_["join"])
        agrees = last(joined, kind=kind, first_day_counts=True).isoformat() == expected["end"]
        assert agrees is (case["id"] not in DIFFERS_BY_POLICY), case
        if isinstance(kind, Season) and "start" not in given_:
            assert validity.season_start(joined, season=kind).isoformat() == expected["start"], case
    assert seen >= {"CV01", "CV02", "CV04", "CV05", "CV06", "CV07", "CV12", "CVG1", "CVG3", "CVG5", "CVG7"}


def test_the_shared_table_of_renewals(shared_data: Path):
    cases = {case["id"]: case for case in _periods(shared_data)["civicrm_dates"]}
    current = cases["CVR1"]
    old_end = date.fromisoformat(current["given"]["end"])
    for first_day_counts in (False, True):
        extended = renew(old_end, old_end - timedelta(days=100), first_day_counts=first_day_counts)
        assert extended.last_valid_on.isoformat() == current["expect"]["end"]
    assert cases["CVR2"]["expect"]["start"] == "<renewal day>"
    assert renew(old_end, date(2008, 5, 1)).starts_on == date(2008, 5, 1)
    today = date(2026, 11, 22)
    joined = periods.add_months(today, -6)
    assert cases["CVR3"]["expect"]["end"] == "old end + 1 year"
    first_end = last(joined, first_day_counts=True)
    assert renew(first_end, today, first_day_counts=True).last_valid_on == periods.add_years(first_end, 1)


def test_the_shared_table_of_states(shared_data: Path):
    expected = {"New": State.ACTIVE, "Current": State.ACTIVE, "Expired": State.EXPIRED}
    today = date(2026, 11, 22)
    for case in _periods(shared_data)["civicrm_status"]:
        if case["id"] not in NOT_A_RULE_OF_TERMS:
            joined = today + timedelta(days=case["given"]["join_offset_days"])
            term = validity.first_term(joined, validity=A_YEAR, first_day_counts=True)
            assert validity.state_on(today, term=term, grace_days=GRACE) is expected[case["expect_status"]], case


def test_the_shared_tables_of_ticket_and_association_software(shared_data: Path):
    tables = _periods(shared_data)
    berlin = ZoneInfo("Europe/Berlin")
    for case in (*tables["pretix"]["cases"], *tables["oca"]["cases"]):
        if case["id"] in NOT_A_RULE_OF_TERMS:
            continue
        if case["id"] == "OC7":
            term = Term(date(2014, 1, 1), date(2014, 12, 31))
            assert validity.state_on(date(2015, 7, 1), term=term, grace_days=GRACE) is State.EXPIRED
        elif isinstance(case["given"], dict):
            day = date.fromisoformat(case["given"]["at"][:10])
            ends_on = last(day, kind=Rolling(case["given"]["months"]), first_day_counts=True)
            end = periods.last_moment(ends_on, berlin) - timedelta(microseconds=1)
            assert end.astimezone(berlin).isoformat() == case["expect"][1], case
        else:
            count, unit, _, start = case["given"].split()
            kind = Rolling(int(count) * {"month": 1, "year": 12}[unit])
            assert last(date.fromisoformat(start), kind=kind, first_day_counts=True).isoformat() == case["expect"][1], (
                case
            )


def test_where_the_last_month_lacks_the_day_our_term_ends_with_that_month(shared_data: Path):
    """Differs by policy from the table's "clamp, then one day back": Civil Code 202 gives the month's last day."""
    table = json.loads((shared_data / "cases/dates_timezones.json").read_text())["add_months_years"]
    differing = 0
    for case in table:
        months, start = case["n"] * (12 if case["unit"] == "year" else 1), date.fromisoformat(case["start"])
        if months < 0:
            continue
        end = last(start, kind=Rolling(months), first_day_counts=True)
        if date.fromisoformat(case["clamp_next"]).day == start.day:
            assert end.isoformat() == case["clamp_inclusive_end"], case
        else:
            differing += 1
            assert end.isoformat() != case["clamp_inclusive_end"], case
            assert end == periods.month_end(end), case
    assert differing > 0


def _validity(given_) -> validity.Validity:
    interval, roll = given_.get("interval", 1), given_.get("roll_day")
    if given_["period"] == "rolling":
        return Rolling(interval * (12 if given_["unit"] == "year" else 1))
    if given_["unit"] == "month":
        return CalendarMonths(interval, roll)
    start_month, start_day = divmod(given_["start_day"], 100)
    return Season(interval, start_month, start_day, *divmod(roll, 100))


def _periods(shared_data: Path):
    return json.loads((shared_data / "cases/membership_periods.json").read_text())
