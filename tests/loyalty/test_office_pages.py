"""The back office of points: a member's ledger as of any instant, adjusting by hand, liability by month, invitations."""

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import Approval, Store, User
from loyalty.models import PointAdjustment, PointTransaction
from loyalty.operations import nightly, points, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member, Referral
from tests import factories
from tests.cards.products import swept
from tests.loyalty.conftest import balances, cause

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
KEY = "7a7d0c54-4c46-4a39-9a40-1d2a65a5a3f1"


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def service(service_agent: User) -> Client:
    return browser(service_agent)


def ledger_of(member: Member) -> str:
    return f"/admin/loyalty/pointtransaction/member/{member.pk}/"


def adjust_of(member: Member) -> str:
    return f"/admin/loyalty/pointadjustment/member/{member.pk}/"


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def bought(member: Member, store: Store, minor: int, key: str) -> None:
    arrival = Arrival("api", key, clock.now(), store=store, receipt_number=key)
    purchases.record(member, [Line(minor)], arrival=arrival)


# the ledger of a member


def test_the_page_of_a_member_leads_to_her_points_and_purchases(service: Client, wanqing: Member, store: Store) -> None:
    bought(wanqing, store, 12_000, "R-7")
    text = service.get(f"/admin/members/member/{wanqing.pk}/").content.decode()
    assert ledger_of(wanqing) in text
    assert adjust_of(wanqing) in text
    assert "R-7" in text


def test_every_transaction_stands_there_with_its_entries_lots_reasons_and_people(
    service: Client, wanqing: Member, store: Store
) -> None:
    bought(wanqing, store, 12_000, "R-7")
    page = service.get(ledger_of(wanqing))
    text = page.content.decode()
    assert "Nanjing Road" in text
    assert "120 points for the amount paid" in text
    assert "issued → pending" in text
    assert "good through" in text
    [(one, [entry])] = page.context["rows"]
    assert (one.row.points, entry.lot.remaining) == (120, 120)


def test_an_instant_shows_balances_and_entries_as_they_were(service: Client, wanqing: Member) -> None:
    points.accrue(wanqing, 500, cause=cause(), waits=False)
    with clock.stopped(clock.now() + dt.timedelta(hours=2)):
        points.spend(wanqing, 200, cause=cause())
        before = service.get(ledger_of(wanqing) + "?at=2026-11-23T13:00")
        assert [one.row.points for one, _ in before.context["rows"]] == [500]
        assert before.context["books"]["available"] == 500
        after = service.get(ledger_of(wanqing) + "?at=2026-11-23T14:00")
        assert [one.row.points for one, _ in after.context["rows"]] == [-200, 500]
        assert after.context["books"]["available"] == 300
        assert service.get(ledger_of(wanqing)).context["books"]["available"] == 300


@pytest.mark.parametrize(
    "query",
    ["at=yesterday", "at=2999-01-01T00:00", "at=0001-01-01T00:00", "before=-1", "before=x", f"before={'9' * 40}"],
)
def test_what_cannot_be_read_is_an_error_on_the_page_and_never_worse(
    service: Client, wanqing: Member, query: str
) -> None:
    assert service.get(f"{ledger_of(wanqing)}?{query}").status_code in (200, 422)


def test_pages_go_by_key_and_ask_as_often_for_many_as_for_few(service: Client, wanqing: Member, store: Store) -> None:
    for number in range(3):
        bought(wanqing, store, 1_000, f"A-{number}")
    few = asked(service, ledger_of(wanqing))
    for _ in range(60):
        points.accrue(wanqing, 1, cause=cause(), waits=False)
    assert asked(service, ledger_of(wanqing)) <= few
    seen: list[int] = []
    address = ledger_of(wanqing)
    while address:
        page = service.get(address)
        seen += [one.row.pk for one, _ in page.context["rows"]]
        found = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = ledger_of(wanqing) + found[1].replace("&amp;", "&") if found else ""
    assert seen == sorted(PointTransaction.objects.values_list("pk", flat=True), reverse=True)


def test_the_ledger_of_nobody_and_of_an_endless_number_is_not_found(service: Client) -> None:
    for number in (999_999, 10**30):
        assert service.get(f"/admin/loyalty/pointtransaction/member/{number}/").status_code == 404
        assert service.get(f"/admin/loyalty/pointadjustment/member/{number}/").status_code == 404


# adjusting


def post(client: Client, member: Member, **changed: str) -> Any:
    given = {"way": "grant", "points": "300", "category": "goodwill", "explanation": "Sorry.", "key": KEY}
    return client.post(adjust_of(member), given | changed)


def test_a_grant_is_one_form_and_sent_twice_it_counts_once(service: Client, wanqing: Member) -> None:
    assert post(service, wanqing).status_code == 302
    assert post(service, wanqing).status_code == 302
    assert balances(wanqing)[0] == 300


def test_a_large_one_waits_and_is_decided_in_the_inbox_of_approvals(
    service: Client, wanqing: Member, finance: User
) -> None:
    post(service, wanqing, points="4000")
    [approval] = Approval.objects.all()
    deciding = browser(finance)
    address = f"/admin/core/approval/{approval.pk}/"
    text = deciding.get(f"{address}change/").content.decode()
    assert "+4,000" in text
    assert "Goodwill" in text or "goodwill" in text
    deciding.post(f"{address}decide/", {"decision": "approve"})
    assert balances(wanqing)[0] == 4_000


@pytest.mark.parametrize(
    "changed",
    [{"points": "0"}, {"points": "-5"}, {"points": "1e309"}, {"points": "9" * 30}, {"points": "\x00"}, {"points": ""},
     {"way": "keep"}, {"category": "friendship"}, {"explanation": ""}, {"explanation": "\x00"}, {"explanation": "x" * 201},
     {"key": "again"}],
)  # fmt: skip
def test_what_is_no_adjustment_is_an_error_and_nothing_is_lost(
    service: Client, wanqing: Member, changed: dict[str, str]
) -> None:
    answer = post(service, wanqing, **changed)
    assert (answer.status_code, PointAdjustment.objects.count()) == (422, 0)
    if "explanation" not in changed:
        assert "Sorry." in answer.content.decode()


def test_taking_more_than_there_is_says_so_on_the_form(service: Client, wanqing: Member) -> None:
    answer = post(service, wanqing, way="take")
    assert (answer.status_code, PointAdjustment.objects.count()) == (409, 0)
    assert "There are 0 points; 300 are needed." in answer.content.decode()


def test_who_may_not_adjust_is_refused(wanqing: Member, finance: User, auditor: User) -> None:
    for user in (finance, auditor):
        assert post(browser(user), wanqing).status_code == 403
    assert not PointAdjustment.objects.exists()


# liability


@pytest.fixture
def a_year(wanqing: Member) -> Member:
    now = clock.now()
    for months in range(12, 0, -1):
        with clock.stopped(now - dt.timedelta(days=30 * months)):
            points.accrue(wanqing, 1_000, cause=cause(), waits=False)
            points.spend(wanqing, 300, cause=cause())
    swept("points.sum_up")
    return wanqing


def test_finance_sees_each_month_in_points_and_money_and_each_figure_leads_to_its_rows(
    a_year: Member, finance: User
) -> None:
    page = browser(finance).get("/admin/loyalty/pointmonth/liability/")
    rows = page.context["rows"]
    assert (rows[0].month.closing, rows[0].worth_minor) == (8_400, 8_400)
    assert sum(row.month.issued for row in rows) == 12_000
    row = next(row for row in rows if row.month.issued)
    rows_of_figure = browser(finance).get(row.cells[0][1])
    assert rows_of_figure.status_code == 200
    assert rows_of_figure.context["cl"].result_count == row.month.issued // 1_000
    assert "<polyline" in page.content.decode()


def test_the_file_is_the_page_and_no_cell_is_a_formula(a_year: Member, finance: User) -> None:
    answer = browser(finance).get("/admin/loyalty/pointmonth/liability.csv")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["Month", "Opening balance", "Issued"]
    assert rows[-1][-2:] == ["8400", "84.00"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_before_the_first_night_the_page_says_what_to_do(finance: User) -> None:
    assert browser(finance).get("/admin/loyalty/pointmonth/liability/").status_code == 200
    assert browser(finance).get("/admin/loyalty/pointmonth/liability.csv").status_code == 200


def test_the_page_reads_sums_and_never_the_ledger(a_year: Member, finance: User) -> None:
    client = browser(finance)
    client.get("/admin/loyalty/pointmonth/liability/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/admin/loyalty/pointmonth/liability/")
    assert not [one for one in seen.captured_queries if "loyalty_pointentry" in one["sql"] or "pointlot" in one["sql"]]


def test_expected_lapses_stand_beside_what_is_left(wanqing: Member, finance: User) -> None:
    other: Member = factories.MemberFactory.create()
    points.accrue(other, 1_000, cause=cause(), waits=False, earned_on=dt.date(2024, 10, 5))
    nightly.lapse([other.pk], on=clock.today())
    points.accrue(wanqing, 800, cause=cause(), waits=False)
    swept("points.sum_up")
    page = browser(finance).get("/admin/loyalty/pointmonth/liability/")
    assert [(one.remaining, one.lapsing) for one, _ in page.context["ahead"]] == [(800, 800)]
    assert page.context["share"] == "100.0 %"


# invitations


def test_held_invitations_wait_on_the_worklist_and_are_decided_with_a_reason(
    service: Client, wanqing: Member, stranger: Member
) -> None:
    row = Referral.objects.create(
        referrer=wanqing, friend=stranger, joined_on=clock.today(), state="held", because=["same-device"]
    )
    assert "state__exact=held" in service.get("/admin/").content.decode()
    text = service.get("/admin/members/referral/?state__exact=held").content.decode()
    assert "inviting member’s browser" in text
    address = f"/admin/members/referral/{row.pk}/decide/release/"
    assert service.post(address, {"reason": ""}).status_code == 422
    assert service.post(address, {"reason": "One tablet for the family."}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.review_reason) == ("joined", "One tablet for the family.")
