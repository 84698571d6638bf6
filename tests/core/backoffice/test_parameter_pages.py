"""The pages of the policy's parameters."""

import datetime as dt

import pytest
from django.urls import reverse

from core import approvals, clock, parameter_revisions, parameters
from core.models import (
    Approval,
)
from tests.core.backoffice.conftest import AREA

pytestmark = pytest.mark.django_db


def form(**changes):
    told = {"alert_above_an_hour": "20", "refuse_above_a_day": "100", "reason": "because"}
    return told | {"effective_on": clock.today().isoformat()} | changes


def send(client, **changes):
    return client.post(reverse("admin:core_parameters_area", args=[AREA]), form(**changes))


def test_every_registered_area_has_its_page(planner, client):
    client.force_login(planner)
    text = client.get(reverse("admin:core_parameters")).content.decode()
    for area in parameters.areas():
        assert str(area.title) in text
        assert client.get(reverse("admin:core_parameters_area", args=[area.code])).status_code == 200


def test_the_form_asks_for_an_approval(planner, client):
    client.force_login(planner)
    answer = send(client, alert_above_an_hour="25")
    asked = Approval.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:core_approval_change", args=[asked.pk])
    assert (asked.before, asked.after) == ({"alert_above_an_hour": 20}, {"alert_above_an_hour": 25})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alert_above_an_hour": "0"}, "greater than or equal to 1"),
        ({"alert_above_an_hour": "x"}, "Enter a whole number"),
        ({"alert_above_an_hour": ""}, "This field is required"),
        ({"alert_above_an_hour": "20"}, "Nothing would change."),
        ({"alert_above_an_hour": "25", "effective_on": "2020-01-01"}, "cannot take effect before today"),
        ({"alert_above_an_hour": "25", "effective_on": "soon"}, "Enter a valid date"),
        ({"alert_above_an_hour": "25", "reason": "  "}, "This field is required"),
        ({"alert_above_an_hour": "9" * 30}, "less than or equal to 1000"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(planner, client, changes, said):
    client.force_login(planner)
    answer = send(client, **changes)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Approval.objects.exists()


def test_whoever_may_only_look_has_no_form_and_is_refused(director, clerk, client):
    client.force_login(director)
    assert client.get(reverse("admin:core_parameters_area", args=[AREA])).context["form"] is None
    assert send(client, alert_above_an_hour="25").status_code == 403
    client.force_login(clerk)
    for name, args in (("admin:core_parameters", []), ("admin:core_parameters_area", [AREA])):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_history_and_the_next_change_are_shown(asked, director, planner, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(asked, by=director)
    later = parameter_revisions.propose(
        AREA,
        values={"alert_above_an_hour": 40},
        effective_on=clock.today() + dt.timedelta(days=30),
        reason="even more",
        author=planner,
    )
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(later, by=director)
    client.force_login(planner)
    answer = client.get(reverse("admin:core_parameters_area", args=[AREA]))
    row = answer.context["rows"][0]
    assert (row["value"], row["default"], row["next"]) == ("30", "20", "40")
    text = answer.content.decode()
    assert "asked by Ye Qing, approved by Fang Wei" in text


def test_an_unknown_area_does_not_exist(planner, client):
    client.force_login(planner)
    assert client.get(reverse("admin:core_parameters_area", args=["nothing"])).status_code == 404


def test_an_amount_of_money_is_typed_as_people_write_it(planner, client):
    client.force_login(planner)
    address = reverse("admin:core_parameters_area", args=["points"])
    shown = client.get(address).context["form"]
    typed = {name: shown[name].value() for name in shown.fields} | {"value_minor": "1.50", "reason": "worth more"}
    assert client.post(address, typed).status_code == 302
    assert Approval.objects.get().after == {"value_minor": 150}
    again = client.post(address, typed | {"value_minor": "1" * 40})
    assert (again.status_code, "at most 30" in again.content.decode()) == (422, True)
