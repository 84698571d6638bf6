"""Two cases that are one, and one that is two (SVC-02 · invariant 43): no message is lost, both numbers lead somewhere."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Department, User
from core.rules import RuleBroken
from members.models import Member
from service_desk.models import Case, CaseEntry, CaseLink
from service_desk.operations import handling, merging, tasks, threads
from service_desk.operations.attachments import Upload
from service_desk.policy.codes import Promise
from service_desk.queries import cases as looked_up
from service_desk.queries import finding
from tests.service_desk.desk import complaint, enquiry, fresh, looked_into, on, ran, refused
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories", "sound")]


@pytest.fixture
def two(wanqing: Member, ling: User) -> tuple[Case, Case]:
    """The same breakfast, by web at ten and by telephone at eleven."""
    with on("23 10:00"):
        first = complaint(wanqing)
    with on("23 11:00"):
        return first, complaint(wanqing, channel="hotline", by=ling, body="她打电话来催")


def test_every_word_goes_to_the_other_case_and_whatever_is_said_later_follows(
    two: tuple[Case, Case], ling: User
) -> None:
    first, second = two
    with on("23 11:10"):
        merging.merge(second, into=first, by=ling)
        threads.member_wrote(second, body="再说一句", channel="web")
    assert [entry.merged_from for entry in first.entries.all()] == [None, second, second]
    assert not second.entries.exists()
    assert (fresh(second).state, fresh(second).merged_into) == ("merged", first)
    assert looked_up.leading_to(fresh(second)) == first
    with refused("case_merged"):
        threads.reply(second, body="x", by=ling)


def test_merging_again_changes_nothing(two: tuple[Case, Case], ling: User) -> None:
    first, second = two
    merging.merge(second, into=first, by=ling)
    version = fresh(first).version
    merging.merge(second, into=first, by=ling)
    assert fresh(first).version == version
    assert CaseLink.objects.count() == 1


def test_what_waits_for_an_answer_is_waited_for_over_there(wanqing: Member, ling: User) -> None:
    with on("23 10:00"):
        first, second = complaint(wanqing), enquiry(wanqing)
    with on("23 10:10"):
        threads.reply(first, body="我们在了解", by=ling, waits=True)
    with on("23 11:00"):
        merging.merge(second, into=first, by=ling)
    row = fresh(first)
    assert (row.state, row.unanswered_since) == ("open", moment("23 10:00"))
    clock = ran(first, Promise.NEXT_RESPONSE)
    assert (clock.started_at, clock.due_at) == (moment("23 10:00"), moment("23 12:00"))
    assert ran(second, Promise.FIRST_RESPONSE).stopped_at == moment("23 11:00")


def test_a_merge_is_undone_with_what_was_said_since(
    two: tuple[Case, Case], ling: User, lead: User, finance_department: Department
) -> None:
    first, second = two
    with on("23 11:05"):
        tasks.ask(second, department=finance_department, question="?", by=ling)
    with on("23 11:10"):
        merging.merge(second, into=first, by=ling)
        threads.member_wrote(second, body="其实是另一件事", channel="web")
        threads.member_wrote(first, body="第一件事", channel="web")
    with refused("not_permitted"):
        merging.undo(second, by=ling, reason="mistake")
    with refused("reason_needed"):
        merging.undo(second, by=lead, reason="")
    with on("23 12:00"):
        merging.undo(second, by=lead, reason="two different mornings")
    assert [entry.body for entry in second.entries.all()] == ["她打电话来催", "其实是另一件事"]
    assert [entry.body[-4:] for entry in first.entries.all()] == ["态度冷漠。"[-4:], "第一件事"]
    assert (fresh(second).state, fresh(second).merged_into) == ("inside", None)
    assert second.tasks.count() == 1
    assert ran(second, Promise.RESOLUTION).due_at == moment("25 11:50")  # fifty minutes fell away
    with refused("case_not_merged"):
        merging.undo(second, by=lead, reason="again")


def test_a_merge_into_what_is_merged_further_is_undone_level_by_level(wanqing: Member, ling: User, lead: User) -> None:
    a, b, c = (complaint(wanqing, body=f"第{name}句话") for name in "一二三")
    merging.merge(a, into=b, by=ling)
    merging.merge(b, into=c, by=ling)
    assert looked_up.leading_to(fresh(a)) == c
    assert c.entries.count() == 3
    merging.undo(b, by=lead, reason="b is its own")
    assert sorted(entry.body for entry in b.entries.all()) == ["第一句话", "第二句话"]
    assert looked_up.leading_to(fresh(a)) == b
    merging.undo(a, by=lead, reason="a too")
    assert [case.entries.count() for case in (a, b, c)] == [1, 1, 1]


def test_undoing_the_lower_of_two_merges_takes_its_words_from_where_they_are(
    wanqing: Member, ling: User, lead: User
) -> None:
    a, b, c = (complaint(wanqing, body=f"第{name}句话") for name in "一二三")
    merging.merge(a, into=b, by=ling)
    merging.merge(b, into=c, by=ling)
    merging.undo(a, by=lead, reason="a alone")
    assert [case.entries.count() for case in (a, b, c)] == [1, 0, 2]


def test_what_cannot_become_one_is_refused(two: tuple[Case, Case], stranger: Member, ling: User) -> None:
    first, second = two
    foreign = enquiry(stranger)
    with refused("cases_of_two_people"):
        merging.merge(foreign, into=first, by=ling)
    with refused("case_with_itself"):
        merging.merge(first, into=first, by=ling)
    handling.resolve(second, by=ling, resolution="done", tell=False)
    looked_into(second, ling)
    handling.close(second, by=ling)
    with refused("case_closed"):
        merging.merge(second, into=first, by=ling)


def test_a_case_does_not_go_round_in_a_ring(two: tuple[Case, Case], ling: User) -> None:
    first, second = two
    merging.merge(second, into=first, by=ling)
    with refused("case_merged"):
        merging.merge(first, into=second, by=ling)


def test_the_words_of_a_merged_case_lead_to_the_other(two: tuple[Case, Case], ling: User) -> None:
    first, second = two
    assert finding.find("打电话来催") == [second.pk]
    merging.merge(second, into=first, by=ling)
    assert finding.find("打电话来催") == [second.pk, first.pk]


def test_followers_come_along(two: tuple[Case, Case], ling: User, otto: User) -> None:
    first, second = two
    handling.follow(second, by=otto)
    merging.merge(second, into=first, by=ling)
    assert [one.user for one in first.followers.all()] == [otto]


def test_a_part_becomes_a_case_of_its_own_and_stays_here_too(wanqing: Member, ling: User) -> None:
    with on("23 10:00"):
        case = complaint(wanqing)
    with on("23 10:30"):
        other = threads.member_wrote(
            case, body="另外，我想退卡", channel="email", key="<2@m>", attachments=[Upload("card.txt", b"No. 42")]
        )
    with on("23 11:00"):
        part = merging.split(case, entries_of=[other], subject="退卡", by=ling, kind="request")
    assert part != case
    assert (part.kind, part.member, part.opened_at) == ("request", wanqing, moment("23 10:30"))
    assert [entry.body for entry in part.entries.all()] == ["另外，我想退卡"]
    assert part.entries.get().attachments.get().name == "card.txt"
    assert case.entries.count() == 2
    link = CaseLink.objects.get(case=part)
    assert (link.kind, link.other) == ("split-from", case)


def test_only_words_of_this_case_can_be_split_off(two: tuple[Case, Case], ling: User) -> None:
    first, second = two
    foreign = second.entries.get()
    note = threads.note(first, body="note", by=ling)
    with refused("entries_of_another_case"):
        merging.split(first, entries_of=[foreign], subject="x", by=ling)
    with refused("split_begins_with_the_member"):
        merging.split(first, entries_of=[note], subject="x", by=ling)


def test_cases_are_linked_and_the_link_removed(two: tuple[Case, Case], ling: User) -> None:
    first, second = two
    link = merging.link(first, other=second, by=ling, kind="duplicate")
    assert merging.link(first, other=second, by=ling, kind="duplicate").pk == link.pk
    with refused("link_unknown"):
        merging.link(first, other=second, by=ling, kind="merged-into")
    merging.unlink(link, by=ling)
    assert looked_up.whole(first).links == []


DEEDS = st.lists(
    st.tuples(st.sampled_from(["word", "merge", "undo", "answer", "resolve"]), st.integers(0, 3), st.integers(0, 3)),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_whatever_is_merged_and_undone_no_word_is_lost(
    wanqing: Member, ling: User, lead: User, deeds: list[tuple[str, int, int]]
) -> None:
    """Every word is in exactly one case, and a case that was merged away holds none."""
    rows = [complaint(wanqing, body=f"开头 {place}") for place in range(4)]
    said = {f"开头 {place}" for place in range(4)}
    for place, (deed, one, other) in enumerate(deeds):
        try:
            if deed == "word":
                threads.member_wrote(rows[one], body=f"话 {place}", channel="web")
                said.add(f"话 {place}")
            elif deed == "merge":
                merging.merge(rows[one], into=rows[other], by=ling)
            elif deed == "undo":
                merging.undo(rows[one], by=lead, reason="r")
            elif deed == "answer":
                threads.reply(rows[one], body=f"答 {place}", by=ling)
            else:
                handling.resolve(rows[one], by=ling, resolution="s", tell=False)
        except RuleBroken:
            continue
    mine = CaseEntry.objects.filter(case__in=rows)
    assert {entry.body for entry in mine.filter(direction="in")} == said
    assert not mine.filter(case__state="merged").exists()
    for row in Case.objects.filter(pk__in=[one.pk for one in rows]):
        assert (row.state == "merged") == (row.merged_into is not None)
