"""A project as a picture: everything lies in it, in its order, wide enough to be seen (SVC-13 · B10.3)."""

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from service_desk.quality.policy import timeline
from service_desk.quality.policy.timeline import BAR, HEAD, LEAST, MONTH, ROW, WIDTH, Picture, Span

BEGIN = dt.date(2026, 9, 1)
offsets = st.integers(-400, 1_900)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    starts = BEGIN + dt.timedelta(days=draw(offsets))
    is_milestone = draw(st.booleans())
    ends = starts if is_milestone else starts + dt.timedelta(days=draw(st.integers(0, 900)))
    return Span("x", starts, ends, is_milestone=is_milestone)


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[Span], Picture, dt.date]:
    drawn = draw(st.lists(spans(), max_size=12))
    ends = BEGIN + dt.timedelta(days=draw(st.integers(0, 5 * 366)))
    today = BEGIN + dt.timedelta(days=draw(offsets))
    return drawn, timeline.picture(drawn, starts_on=BEGIN, ends_on=ends, today=today), today


@given(pictures())
def test_nothing_lies_outside_and_everything_can_be_seen(made: tuple[list[Span], Picture, dt.date]) -> None:
    drawn, picture, _today = made
    assert [row.span for row in picture.rows] == drawn
    for row in picture.rows:
        assert 0 <= row.x <= row.x + row.width <= WIDTH
        assert row.span.is_milestone or row.width >= LEAST
        assert HEAD <= row.y <= picture.height - BAR
        assert 0 <= row.label_x <= WIDTH
        assert row.label_y > HEAD
        points = [int(part) for corner in row.diamond.split() for part in corner.split(",")]
        assert not row.span.is_milestone or (min(points) >= 0 and max(points[::2]) <= WIDTH)


@given(pictures())
def test_what_begins_earlier_is_drawn_no_further_right(made: tuple[list[Span], Picture, dt.date]) -> None:
    bars = sorted((row for row in made[1].rows if not row.span.is_milestone), key=lambda row: row.span.starts_on)
    assert all(left.x <= right.x for left, right in itertools.pairwise(bars))


@given(pictures())
def test_months_are_in_order_and_the_first_name_lies_under_no_other(made: tuple[list[Span], Picture, dt.date]) -> None:
    months = made[1].months
    places = [x for x, _day in months]
    assert 1 <= len(months) <= 16
    assert places == sorted(places)
    assert len(places) < 2 or places[1] - places[0] >= 40
    assert all(day.day == 1 for _x, day in months[1:])


@given(pictures())
def test_today_is_drawn_where_it_lies_inside(made: tuple[list[Span], Picture, dt.date]) -> None:
    drawn, picture, today = made
    inside = BEGIN <= today <= max([BEGIN, *(span.ends_on for span in drawn)])
    if inside:
        assert picture.today is not None
    if picture.today is not None:
        assert 0 <= picture.today <= WIDTH


def test_a_plan_of_ten_days_in_numbers() -> None:
    rows = (
        Span("first", BEGIN, BEGIN),
        Span("second", BEGIN + dt.timedelta(days=5), BEGIN + dt.timedelta(days=9)),
        Span("end", BEGIN + dt.timedelta(days=9), BEGIN + dt.timedelta(days=9), is_milestone=True),
    )
    picture = timeline.picture(rows, starts_on=BEGIN, ends_on=BEGIN + dt.timedelta(days=9), today=BEGIN)
    first, second, end = picture.rows
    assert (first.x, first.width, second.x, second.width) == (0, 100, 500, 500)
    assert (end.x, picture.today, picture.height) == (WIDTH - BAR // 2, 0, HEAD + 3 * ROW + 8)
    assert (second.is_right, end.is_right) == (False, True)
    assert picture.months == ((0, BEGIN),)


def test_a_line_that_begins_late_in_a_month_names_the_next_one_only() -> None:
    begin = dt.date(2026, 9, 29)
    picture = timeline.picture([], starts_on=begin, ends_on=begin + dt.timedelta(days=99), today=begin)
    assert picture.months[0][1] == dt.date(2026, 10, 1)
    assert picture.months[0][0] < MONTH


def test_years_are_named_where_there_are_many() -> None:
    picture = timeline.picture([], starts_on=BEGIN, ends_on=dt.date(2031, 8, 1), today=dt.date(2020, 1, 1))
    assert [day for _x, day in picture.months] == [dt.date(year, 1, 1) for year in range(2027, 2032)]
    assert picture.today is None
