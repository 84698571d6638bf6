import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import approvals, clock, sweeps
from core.models import Approval, JobRun
from loyalty.jobs.simulations import Simulate
from loyalty.models import EarnRule, Simulation, SimulationMove
from loyalty.operations import earn_rules, purchases, simulations
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
ADD = "/admin/loyalty/simulation/add/"


@pytest.fixture
def office(planner) -> Client:
    browser = Client()
    browser.force_login(planner)
    return browser


@pytest.fixture
def simulated(wanqing, stranger, planner, store) -> Simulation:
    """Wanqing falls from gold to silver when gold asks for more."""
    for number, (member, days, minor) in enumerate(
        ((wanqing, 300, 400_000), (wanqing, 40, 410_000), (stranger, 9, 900))
    ):
        at = clock.now() - dt.timedelta(days=days)
        with clock.stopped(at):
            purchases.record(member, [Line(minor)], arrival=Arrival("api", str(number), at, store=store))
    with clock.stopped(clock.now() + dt.timedelta(minutes=1)):
        ladder = [
            {"code": "normal"},
            {"code": "silver", "spend_minor": 200_000},
            {"code": "gold", "spend_minor": 900_000},
        ]
        row = simulations.ask({"tiers": {"ladder": ladder}, "points": {"lapse_months": 6}}, months=12, author=planner)
        sweeps.run(Simulate())
    row.refresh_from_db()
    return row


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:loyalty_simulation_{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def form_of(office: Client) -> dict[str, str]:
    """What the browser would send if nothing were touched."""
    shown = office.get(ADD).context
    found: dict[str, str] = {"months": "12"}
    for _title, form, _parts in shown["areas"]:
        found |= {name: str("" if form[name].value() is None else form[name].value()) for name in form.fields}
    for form in shown["rules"]:
        found |= {form.add_prefix(name): str(form[name].value() or "") for name in form.fields if name != "ends"}
    return found


def test_an_untouched_form_changes_nothing_and_says_so(office) -> None:
    answer = office.post(ADD, form_of(office))
    assert (answer.status_code, Simulation.objects.count()) == (422, 0)
    assert "Nothing would change." in text(answer)


def test_what_was_changed_on_the_form_is_asked_and_a_worker_is_wanted(office) -> None:
    answer = office.post(ADD, form_of(office) | {"lapse_months": "18", "ladder-2-spend_minor": "9,000.00"})
    row = Simulation.objects.get()
    assert answer.headers["Location"] == page("change", row.pk)
    assert (row.question["points"], row.before["points"]) == ({"lapse_months": 18}, {"lapse_months": 24})
    assert [tier["spend_minor"] for tier in row.question["tiers"]["ladder"]] == [0, 200_000, 900_000, 2_000_000]
    assert JobRun.objects.get(job="loyalty.simulate").state == "waiting"
    waiting = text(office.get(page("change", row.pk)))
    assert "Waiting for a worker" in waiting
    assert page("progress", row.pk) in waiting


def test_a_tier_is_added_and_one_is_taken_away(office) -> None:
    gone = {f"ladder-1-{name}": "" for name in ("code", "spend_minor", "visits", "activity", "points_bps")}
    new = {"ladder-4-code": "diamond", "ladder-4-spend_minor": "50000", "ladder-4-points_bps": "300"}
    office.post(ADD, form_of(office) | gone | new)
    row = Simulation.objects.get()
    assert [tier["code"] for tier in row.question["tiers"]["ladder"]] == ["normal", "gold", "platinum", "diamond"]
    told = text(office.get(page("change", row.pk)))
    assert "diamond" in told
    assert "no tier" in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"lapse_months": "0"}, "greater than or equal to 1"),
        ({"lapse_months": "x\x00"}, "Enter a whole number"),
        ({"base_points": "9" * 5_000}, "Enter a whole number"),
        ({"value_points": "9" * 30}, "must lie between"),
        ({"ladder-0-spend_minor": "1e309"}, "Write an amount like"),
        ({"ladder-0-spend_minor": "5"}, "The lowest tier asks nothing"),
        ({"ladder-1-code": "gold"}, "Two tiers have the same code."),
        ({"ladder-1-code": "<b>"}, "Each tier needs a code of its own"),
        ({"months": "7"}, "Select a valid choice"),
        ({f"ladder-{n}-{name}": "" for n in range(4) for name in ("code", "spend_minor", "visits", "activity", "points_bps")},
         "A ladder needs at least one tier."),
    ],
)  # fmt: skip
def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(office, typed: dict[str, str], said: str) -> None:
    answer = office.post(ADD, form_of(office) | {"grace_days": "31"} | typed)
    assert (answer.status_code, Simulation.objects.count()) == (422, 0)
    assert said in text(answer)
    assert 'value="31"' in text(answer)


def test_an_earn_rule_is_changed_or_ended_on_the_form(office, planner, director) -> None:
    double = {"kind": "purchase", "effect": "multiply", "bps": 20_000, "which_categories": ["wine"]}
    for code in ("wine", "tea"):
        rule = EarnRule.objects.create(code=code, name=f"Double {code}")
        asked = earn_rules.propose(rule, double, effective_at=clock.now(), reason="so", author=planner)
        approvals.approve(asked, by=director)
    tea, wine = EarnRule.objects.order_by("code")
    office.post(ADD, form_of(office) | {f"rule-{wine.pk}-bps": "300", f"rule-{tea.pk}-ends": "on"})
    row = Simulation.objects.get()
    assert row.question["rules"] == {"tea": None, "wine": double | {"bps": 30_000}}
    told = text(office.get(page("change", row.pk)))
    assert "Double wine · Multiplies points by" in told
    assert "ended" in told


def test_the_result_tells_numbers_moves_and_what_it_assumes(office, simulated) -> None:
    told = text(office.get(page("change", simulated.pk)))
    for said in ("equal to the point", "↓ 1", "Members buy, return and redeem exactly as they did", "Gold · Spend"):
        assert said in told, said
    assert "1 member loses Gold" in told
    assert "style=" not in told.split("<main", 1)[-1]


def test_the_list_of_members_is_narrowed_by_tier_and_found_by_number(office, simulated, wanqing) -> None:
    address = page("moves", simulated.pk)
    for query in ("", "?from=gold&to=silver", f"?q={wanqing.number}"):
        assert wanqing.number in text(office.get(address + query))
    for query in ("?from=silver", "?q=999", "?from=gold&to=silver&q=nobody"):
        assert "Nobody moves this way." in text(office.get(address + query))
    assert office.get(address + "?page=99999999999999999999&from=nothing").status_code == 200


def test_the_tables_come_as_files_in_which_no_formula_works(office, simulated, wanqing) -> None:
    months = b"".join(office.get(page("csv", simulated.pk, "months"))).decode()
    members = b"".join(office.get(page("csv", simulated.pk, "members"))).decode()
    assert months.splitlines()[0].startswith("\ufeffMonth,Points issued (today)")
    assert len(months.splitlines()) == 13
    assert f"{wanqing.number},Gold,Silver," in members
    assert ",-" not in months
    assert office.get(page("csv", simulated.pk, "nothing")).status_code == 404


def test_one_click_sends_it_for_approval_and_the_request_leads_back(office, simulated, director) -> None:
    told = {"effective_on": "2026-12-01", "reason": "Gold costs too much"}
    first = office.post(page("propose", simulated.pk), told)
    again = office.post(page("propose", simulated.pk), told)
    assert first.headers["Location"] == again.headers["Location"] == page("change", simulated.pk)
    assert Approval.objects.count() == 2
    decider = Client()
    decider.force_login(director)
    for approval in Approval.objects.all():
        shown = text(decider.get(approvals.page_of(approval)))
        assert page("change", simulated.pk) in shown
    assert "waiting for decision" in text(office.get(page("change", simulated.pk)))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"effective_on": "2020-01-01", "reason": "x"}, "A change cannot take effect before today."),
        ({"effective_on": "soon", "reason": "x"}, "Enter a valid date."),
        ({"effective_on": "2026-12-01", "reason": ""}, "This field is required."),
        ({"effective_on": "2026-12-01", "reason": "y" * 600}, "at most 500"),
    ],
)
def test_a_proposal_that_cannot_be_made_is_said_on_the_page(office, simulated, typed, said: str) -> None:
    answer = office.post(page("propose", simulated.pk), typed)
    assert (answer.status_code, Approval.objects.count()) == (422, 0)
    assert said in text(answer)


def test_who_may_only_look_is_offered_nothing_and_refused_everything(simulated, director) -> None:
    analyst = Client()
    analyst.force_login(factories.StaffFactory.create(roles={"data_analyst": None}))
    told = text(analyst.get(page("change", simulated.pk)))
    assert "equal to the point" in told
    assert page("propose", simulated.pk) not in told
    assert analyst.get(ADD).status_code == 403
    assert analyst.post(page("cancel", simulated.pk)).status_code == 403
    decider = Client()
    decider.force_login(director)
    assert decider.post(page("propose", simulated.pk), {}).status_code == 403
    assert decider.get(ADD).status_code == 200


def test_it_is_watched_cancelled_and_begun_again_from_where_it_was(office, planner) -> None:
    row = simulations.ask({"points": {"lapse_months": 18}}, months=6, author=planner)
    assert "HX-Refresh" not in office.get(page("progress", row.pk)).headers
    office.post(page("cancel", row.pk))
    assert office.get(page("progress", row.pk)).headers["HX-Refresh"] == "true"
    assert "It was cancelled" in text(office.get(page("change", row.pk)))
    assert 'value="18"' in text(office.get(f"{ADD}?like={row.pk}"))
    for strange in ("x", "9" * 40, "-1"):
        assert office.get(f"{ADD}?like={strange}").status_code == 200


@pytest.mark.parametrize("name", ["changelist", "change", "moves", "csv"])
def test_a_page_asks_as_often_for_thirty_rows_as_for_one(office, planner, simulated, name: str) -> None:
    args = {"changelist": (), "csv": (simulated.pk, "members")}.get(name, (simulated.pk,))
    asked = []
    for count in (0, 30):
        for _ in range(count):
            member = factories.MemberFactory.create()
            more = {"spend_minor": 1, "visits": 1, "points_today": 1, "points_changed": 1}
            SimulationMove.objects.create(
                simulation=simulated, member=member, from_tier="gold", to_tier="silver", **more
            )
            simulations.ask({"points": {"lapse_months": 18}}, months=6, author=planner)
        office.get(page(name, *args))
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            answer = office.get(page(name, *args))
            assert answer.status_code == 200
            _told = b"".join(answer)
        asked.append(len(seen))
    assert asked[1] <= asked[0] <= 20
