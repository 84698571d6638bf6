"""Members whom an incident concerns: chosen by a rule, decided by two, each told once (SVC-16)."""

from dataclasses import replace
from typing import Any

import pytest

from cards.models import BenefitUse
from core import approvals, clock, sweeps
from core.models import Message, User
from members.models import Member
from members.policy import member_numbers
from service_desk.incidents.models import IncidentTelling, MemberTold
from service_desk.incidents.operations import announcing, leading, linking, telling
from service_desk.incidents.policy.parameters import IncidentParameters
from service_desk.incidents.policy.states import State
from service_desk.incidents.queries import listing, tellings
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.operations.announcements import Wording
from tests import factories
from tests.service_desk import desk
from tests.service_desk.desk import refused
from tests.service_desk.incidents import crisis

pytestmark = pytest.mark.django_db
FEW = 3


@pytest.fixture
def members(db: None) -> list[Member]:
    return [factories.MemberFactory.create() for _ in range(FEW)]


@pytest.fixture
def lead(db: None) -> User:
    return crisis.lead()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Any:
    """How many members one person alone may write to."""

    def limit(count: int) -> None:
        monkeypatch.setattr(
            f"{telling.__name__}.parameters.in_force", lambda _area: IncidentParameters(tell_alone=count)
        )

    return limit


def sent(row: IncidentTelling) -> list[int]:
    found = Message.objects.filter(
        event="incident.told", channel="inbox", about=f"service_desk.incidenttelling:{row.pk}"
    )
    return sorted(key for key in found.values_list("member_id", flat=True) if key)


def test_few_are_told_at_once_each_in_her_language(members: list[Member], lead: User) -> None:
    members[0].language = "en"
    members[0].save()
    row = crisis.declared()
    made = crisis.asked(row, members, by=lead)
    assert made.state == "sending"
    assert sweeps.run("incidents.tell").done == FEW
    assert sweeps.run("incidents.tell").done == 0
    made.refresh_from_db()
    assert (made.state, made.told) == ("sent", FEW)
    assert sent(made) == sorted(one.pk for one in members)
    kept = Message.objects.filter(event="incident.told", purpose="service")
    assert kept.count() == 3 * FEW
    assert set(kept.filter(member_id=members[0].pk).values_list("language", flat=True)) == {"en"}
    assert crisis.fresh(row).told_at is not None
    assert crisis.broken() == []


def test_a_repeat_of_the_key_is_the_same_message(members: list[Member], lead: User) -> None:
    row = crisis.declared()
    assert crisis.asked(row, members, by=lead) == crisis.asked(row, members, by=lead)
    assert IncidentTelling.objects.count() == 1


def test_many_are_told_once_a_second_person_agrees(members: list[Member], lead: User, alone: Any) -> None:
    alone(FEW - 1)
    made = crisis.asked(crisis.declared(), members, by=lead)
    assert made.state == "waiting"
    assert sweeps.run("incidents.tell").done == 0
    assert made.approval is not None
    with refused("four_eyes"):
        approvals.approve(made.approval, by=lead)
    approvals.approve(made.approval, by=crisis.director())
    assert sweeps.run("incidents.tell").done == FEW


def test_what_is_turned_down_reaches_nobody(members: list[Member], lead: User, alone: Any) -> None:
    alone(0)
    made = crisis.asked(crisis.declared(), members, by=lead)
    assert made.approval is not None
    approvals.reject(made.approval, by=crisis.director(), reason="Too early.")
    assert sweeps.run("incidents.tell").done == 0
    made.refresh_from_db()
    assert made.state == "dropped"
    assert MemberTold.objects.count() == 0


def test_a_drill_tells_no_member_and_takes_no_case(members: list[Member], lead: User, categories: None) -> None:
    row = crisis.declared(is_drill=True)
    with refused("drill_touches_nobody"):
        crisis.asked(row, members, by=lead)
    with refused("drill_touches_nobody"):
        linking.link(row, [desk.complaint(members[0]).pk], by=lead)
    with refused("drill_touches_nobody"):
        announcing.announce(row, {"en": Wording("A", "B")}, by=lead)


def test_who_may_not_tell_and_what_says_nothing_is_refused(members: list[Member], lead: User) -> None:
    row = crisis.declared()
    with refused("not_permitted"):
        crisis.asked(row, members, by=crisis.agent())
    with refused("telling_concerns_nobody"):
        crisis.asked(row, [], by=lead)
    empty = telling.Letter(rule="listed", texts={"en": {"title": "Only this", "body": " "}}, chosen={"members": [1]})
    with refused("telling_needs_words"):
        telling.ask(row, empty, by=lead, key="empty")


def test_whose_membership_is_closed_is_left_alone(members: list[Member], lead: User) -> None:
    members[0].state = Member.State.CLOSED
    members[0].save()
    row = crisis.declared()
    assert tellings.count(row, "listed", {"members": [one.pk for one in members]}) == FEW - 1
    made = crisis.asked(row, members, by=lead)
    members[1].state = Member.State.CLOSED
    members[1].save()
    sweeps.run("incidents.tell")
    assert sent(made) == [members[2].pk]


def test_members_with_cases_of_the_incident(members: list[Member], lead: User, categories: None) -> None:
    row, other = crisis.declared(), crisis.declared(key="other")
    cases = [desk.complaint(member) for member in members]
    assert linking.link(row, [case.pk for case in cases[:2]], by=lead) == 2
    assert linking.link(row, [case.pk for case in cases[:2]], by=lead) == 0
    assert linking.link(other, [case.pk for case in cases], by=lead) == 1
    found = tellings.concerned(row, "cases", {})
    assert set(found) == set(members[:2])
    linking.unlink(row, cases[0], by=lead)
    assert tellings.count(row, "cases", {}) == 1


def test_whoever_used_a_card_at_a_store_in_a_period(members: list[Member]) -> None:
    row = crisis.declared()
    day = clock.today().isoformat()
    chosen = {"stores": [factories.StoreFactory.create().pk], "from": day, "through": day}
    assert BenefitUse.objects.count() == 0
    assert tellings.count(row, "visitors", chosen) == 0
    assert tellings.count(row, "holders", {"products": []}) == 0


def test_a_list_names_every_line_that_holds_nothing(members: list[Member]) -> None:
    members[2].state = Member.State.CLOSED
    members[2].save()
    for place, one in enumerate(members):
        one.number = f"90000001{place}" + str(member_numbers.check_digit(f"90000001{place}"))
        one.save()
    numbers = [one.number for one in members]
    found = listing.read("\n".join(["number", numbers[0], "hello9", numbers[1], "1000000008", numbers[2], numbers[0]]))
    assert found.members == {members[0].pk, members[1].pk}
    assert found.faults == [(3, "line_is_no_number"), (5, "line_is_unknown"), (6, "line_is_closed")]


def _crashing(monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """The process is killed while it writes its last words: after so many batches."""
    real, batches = telling.tell, [0]

    def tell(key: int, chosen: Any) -> int:
        if batches[0] == after:
            raise KeyboardInterrupt
        batches[0] += 1
        return real(key, chosen)

    monkeypatch.setattr("service_desk.incidents.jobs.telling.tell", tell)
    monkeypatch.setattr(sweeps.get("incidents.tell"), "batch", 1)


def test_killed_midway_and_run_again_each_member_is_told_once(
    members: list[Member], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = crisis.asked(crisis.declared(), members, by=lead)
    with monkeypatch.context() as killed:
        _crashing(killed, after=2)
        with pytest.raises(KeyboardInterrupt):
            sweeps.run("incidents.tell")
    assert len(sent(made)) == 2
    sweeps.run("incidents.tell")
    made.refresh_from_db()
    assert sent(made) == sorted(one.pk for one in members)
    assert (made.told, MemberTold.objects.count()) == (FEW, FEW)
    assert crisis.broken() == []


def test_without_what_remembers_who_was_told_they_are_told_twice(
    members: list[Member], lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a run that begins anew, no memory of members, no key of the message."""
    made = crisis.asked(crisis.declared(), members, by=lead)
    turns = iter(range(1_000))
    real = telling._drafts

    def forgetful(row: IncidentTelling, chosen: Any) -> Any:
        return [replace(one, key=f"{next(turns)}") for one in real(row, chosen)]

    monkeypatch.setattr(telling, "_drafts", forgetful)
    nobody = MemberTold.objects.none()
    monkeypatch.setattr(MemberTold.objects, "filter", lambda **_: nobody)
    monkeypatch.setattr(MemberTold.objects, "bulk_create", lambda *_, **__: None)
    for _turn in range(2):
        telling.tell(made.pk, [one.pk for one in members])
    assert len(sent(made)) == 2 * FEW


def test_a_notice_is_published_by_two_and_ends_with_the_incident(lead: User) -> None:
    planner, director = crisis.planner(), crisis.director()
    row = crisis.declared()
    words = {"en": Wording("Cards rest", "Cards cannot be shown.", "Cards cannot be shown.")}
    notice = announcing.announce(row, words, by=planner)
    with refused("incident_is_announced"):
        announcing.announce(row, words, by=planner)
    asked = Announcement.objects.get(pk=notice.pk).approval
    assert asked is not None
    approvals.approve(asked, by=director)
    assert Announcement.objects.live(clock.now()).count() == 1
    with crisis.after(5):
        leading.move(row, State.RESOLVED, text="Over.", by=lead)
        assert Announcement.objects.live(clock.now()).count() == 0
    assert crisis.fresh(row).entries.filter(kind="announced").count() == 2


def test_a_notice_still_waiting_when_it_is_over_can_no_longer_be_published(lead: User) -> None:
    row = crisis.declared()
    planner, director = crisis.planner(), crisis.director()
    notice = announcing.announce(row, {"en": Wording("Cards rest", "Cards rest.")}, by=planner)
    leading.move(row, State.RESOLVED, text="Over.", by=lead)
    asked = Announcement.objects.get(pk=notice.pk).approval
    assert asked is not None
    with refused("news_is_over"):
        approvals.approve(asked, by=director)
    approvals.reject(asked, by=director, reason="Over.")


def test_an_answer_lies_ready_for_agents(lead: User) -> None:
    row = crisis.declared()
    announcing.prepare_answer(row, {"en": " We know. ", "zh-hans": ""}, by=lead)
    assert crisis.fresh(row).answers == {"en": "We know."}
