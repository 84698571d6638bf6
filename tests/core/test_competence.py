"""Certificates and what asks for them (SVC-08, CARD-26)."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core import certifying, clock, competence
from core.competence import NotCertified
from core.models import AuditRecord, Certificate, Competence, CompetenceRequirement, Message, User
from core.refusals import Refusal
from members.models import Member

SELL = "counter.sell"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def selling(db: None) -> Competence:
    return Competence.objects.create(code="selling", name="Selling", name_zh_hans="销售", valid_months=12)


@pytest.fixture
def required(selling: Competence, director: User) -> CompetenceRequirement:
    return certifying.demand(selling, right=SELL, starts_on=clock.today(), reason="Mistakes", by=director)


def test_a_fresh_house_asks_for_no_certificate(clerk: User) -> None:
    competence.require(clerk, SELL, "city")
    assert competence.missing(clerk, SELL) == []


@pytest.mark.usefixtures("required")
def test_who_lacks_the_certificate_is_told_which(clerk: User) -> None:
    with pytest.raises(NotCertified) as refused:
        competence.require(clerk, SELL, "city")
    assert refused.value.code == "not_certified"
    assert "“Selling”" in str(refused.value)
    assert [one.competence.code for one in refused.value.missing] == ["selling"]


@pytest.mark.usefixtures("required")
def test_a_certificate_opens_the_right_at_once(clerk: User, selling: Competence, director: User) -> None:
    assert competence.missing(clerk, SELL)
    certifying.award_by_hand(clerk, selling, awarded_on=clock.today(), reason="Shown", by=director)
    competence.require(clerk, SELL, "city")
    assert Message.objects.filter(event="certificate.awarded", recipient=clerk).count() == 2


@pytest.mark.usefixtures("required")
def test_revoking_shuts_it_at_the_next_request(clerk: User, selling: Competence, director: User) -> None:
    given_ = certifying.award_by_hand(clerk, selling, awarded_on=clock.today(), reason="Shown", by=director)
    certifying.revoke(given_, by=director, reason="Cards sold unseen")
    again = User.objects.get(pk=clerk.pk)
    with pytest.raises(NotCertified):
        competence.require(again, SELL)
    assert certifying.revoke(given_, by=director, reason="twice").revoked_because == "Cards sold unseen"
    assert AuditRecord.objects.filter(action="core.certificate.revoke").count() == 1


def test_a_requirement_begins_and_ends_on_its_days(clerk: User, selling: Competence, director: User) -> None:
    tomorrow = clock.today() + dt.timedelta(days=1)
    row = certifying.demand(selling, right=SELL, starts_on=tomorrow, reason="New rule", by=director)
    assert competence.missing(clerk, SELL) == []
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        competence.forget(clerk)
        assert competence.missing(clerk, SELL)
        certifying.waive(row, by=director, reason="Lifted")
        competence.forget(clerk)
        assert competence.missing(clerk, SELL) == []
        assert competence.required(SELL) == []


@pytest.mark.usefixtures("required")
def test_a_certificate_holds_through_its_last_day(clerk: User, selling: Competence, director: User) -> None:
    given_ = certifying.award_by_hand(clerk, selling, awarded_on=clock.today(), reason="Shown", by=director)
    last = given_.last_valid_on
    assert last is not None
    for days, is_shut in ((0, False), (1, True)):
        with clock.stopped(dt.datetime.combine(last + dt.timedelta(days=days), dt.time(23, 59), tzinfo=clock.zone())):
            competence.forget(clerk)
            assert bool(competence.missing(clerk, SELL)) is is_shut


@pytest.mark.usefixtures("required")
def test_the_first_question_asks_the_database_once_and_a_want_twice_more(clerk: User, selling: Competence) -> None:
    with CaptureQueriesContext(connection) as asked:
        for _ in range(5):
            competence.missing_for(clerk, SELL, "city")
            competence.missing_for(clerk, "counter.activate", "city")
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        competence.missing(clerk, SELL)
    assert len(asked) <= 2


@pytest.mark.usefixtures("required")
def test_what_the_subject_is_is_asked_only_where_something_is_lacking(clerk: User) -> None:
    def never() -> str:
        raise AssertionError

    assert competence.missing(clerk, "counter.activate", never) == []


def test_nobody_certifies_himself(director: User, selling: Competence) -> None:
    with pytest.raises(Refusal) as refused:
        certifying.award_by_hand(director, selling, awarded_on=clock.today(), reason="I know it", by=director)
    assert refused.value.code == "not_oneself"
    assert AuditRecord.objects.filter(action="core.alert.self_certified").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(user=director, competence=selling, source="x", awarded_by=director)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "reason_needed"),
        ({"awarded_on": dt.date(2999, 1, 1)}, "certificate_awarded_in_the_future"),
    ],
)
def test_what_cannot_be_awarded(
    clerk: User, selling: Competence, director: User, change: dict[str, object], code: str
) -> None:
    told = {"awarded_on": clock.today(), "reason": "Shown", "by": director} | change
    with pytest.raises(Refusal) as refused:
        certifying.award_by_hand(clerk, selling, **told)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_member_is_certified_for_nothing(wanqing: Member, selling: Competence, director: User) -> None:
    assert wanqing.user is not None
    with pytest.raises(Refusal) as refused:
        certifying.award_by_hand(wanqing.user, selling, awarded_on=clock.today(), reason="x", by=director)
    assert refused.value.code == "not_on_the_staff"


def test_a_clerk_awards_and_requires_nothing(clerk: User, other_clerk: User, selling: Competence) -> None:
    with pytest.raises(Refusal):
        certifying.award_by_hand(other_clerk, selling, awarded_on=clock.today(), reason="x", by=clerk)
    with pytest.raises(Refusal):
        certifying.demand(selling, right=SELL, starts_on=clock.today(), reason="x", by=clerk)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"right": "counter.look_up"}, "right_asks_no_certificate"),
        ({"subject": "no-such-product"}, "right_asks_no_certificate"),
        ({"right": "cards.refund_payment", "subject": "city"}, "right_asks_no_certificate"),
        ({"starts_on": dt.date(2020, 1, 1)}, "requirement_backdated"),
        ({"reason": ""}, "reason_needed"),
    ],
)
def test_what_cannot_be_required(selling: Competence, director: User, change: dict[str, object], code: str) -> None:
    told = {"right": SELL, "starts_on": clock.today(), "reason": "x", "by": director} | change
    with pytest.raises(Refusal) as refused:
        certifying.demand(selling, **told)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.usefixtures("required")
def test_the_same_is_required_once(selling: Competence, director: User) -> None:
    with pytest.raises(Refusal) as refused:
        certifying.demand(selling, right=SELL, starts_on=clock.today(), reason="again", by=director)
    assert refused.value.code == "competence_required_already"


def test_a_newer_certificate_replaces_the_current_one(clerk: User, selling: Competence, director: User) -> None:
    first = certifying.award_by_hand(clerk, selling, awarded_on=clock.today(), reason="Shown", by=director)
    second = certifying.award(clerk, selling, source="course 1")
    assert certifying.award(clerk, selling, source="course 1") == second, "the same source gives the same certificate"
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "valid")
    with pytest.raises(Refusal) as refused:
        certifying.revoke(first, by=director, reason="x")
    assert refused.value.code == "certificate_was_replaced"
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(user=clerk, competence=selling, source="y")


def test_who_renews_early_loses_nothing() -> None:
    before = TODAY + dt.timedelta(days=20)
    assert certifying.last_day(TODAY, months=12) == dt.date(2027, 11, 23)
    assert certifying.last_day(TODAY, months=12, before=before) == dt.date(2027, 12, 13)
    assert certifying.last_day(TODAY, months=12, before=TODAY - dt.timedelta(days=1)) == dt.date(2027, 11, 23)
    assert certifying.last_day(dt.date(2028, 2, 29), months=12) == dt.date(2029, 2, 28)
    assert certifying.last_day(TODAY, months=None, before=before) is None


@given(
    day=st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)),
    months=st.integers(1, 120),
    ahead=st.none() | st.integers(-400, 4_000),
)
def test_a_renewal_is_never_shorter_and_never_piles_up(day: dt.date, months: int, ahead: int | None) -> None:
    before = None if ahead is None else day + dt.timedelta(days=ahead)
    plain = certifying.last_day(day, months=months)
    renewed = certifying.last_day(day, months=months, before=before)
    assert plain is not None
    assert renewed is not None
    assert plain <= renewed <= plain + dt.timedelta(days=certifying.EARLY_DAYS + 4)
