"""Many at one case at once, on a server database: nothing done twice, no message lost (invariants.md part 2).

Each race has its negative control: with the case no longer held, it must go wrong.
"""

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from core import sweeps, verify
from core.models import Message, User
from core.refusals import Refusal
from members.models import Member
from service_desk import shipped
from service_desk.models import Case, CaseEntry, CaseEvent
from service_desk.operations import handling, holding, merging, rating, threads
from tests.racing import at_once, unlocked
from tests.service_desk.desk import agent, complaint, fresh, on

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 8


@pytest.fixture
def desk(wanqing: Member) -> tuple[Case, list[User]]:
    """A complaint and two agents who have it open."""
    shipped.lay()
    people = [agent("Ling", on_duty=False), agent("Otto", on_duty=False)]
    return complaint(wanqing), people


def again(user: User) -> User:
    """The user as another process knows him."""
    return User.objects.get(pk=user.pk)


def sound() -> list[str]:
    return [
        one.code
        for one in verify.invariants()
        if one.check.__module__.startswith("service_desk.invariants") and verify.look(one).broken
    ]


def both(*deeds: Callable[[], Any]) -> list[Any]:
    """These at the very same time."""
    gate = threading.Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        gate.wait(timeout=20)
        return deed()

    return at_once(one, deeds, threads=len(deeds))


def closed_by_two(case: Case, people: list[User]) -> tuple[list[Any], int]:
    version = fresh(case).version
    answers = both(
        *[
            lambda user=user: handling.resolve(fresh(case), by=again(user), resolution=f"by {user}", version=version)
            for user in people
        ]
    )
    steps = CaseEvent.objects.filter(case=case, kind="state", after="resolved").count()
    return answers, steps


def test_of_two_agents_who_close_at_once_one_is_told_that_the_other_did(desk: tuple[Case, list[User]]) -> None:
    case, people = desk
    answers, steps = closed_by_two(case, people)
    refusals = [one for one in answers if isinstance(one, Refusal)]
    assert [one.code for one in refusals] == ["case_changed"]
    assert steps == 1
    assert Message.objects.filter(event="case.resolved", channel="inbox").count() == 1
    assert fresh(case).resolution in {"by Ling", "by Otto"}
    assert sound() == []


def test_without_the_lock_both_would_have_closed_it(
    desk: tuple[Case, list[User]], monkeypatch: pytest.MonkeyPatch
) -> None:
    case, people = desk
    met = threading.Barrier(2)
    real = holding.refuse_stale

    def wait_for_the_other(row: Case, version: int | None) -> None:
        real(row, version)
        met.wait(timeout=20)

    monkeypatch.setattr(holding, "refuse_stale", wait_for_the_other)
    with unlocked(monkeypatch, Case.objects):
        _answers, steps = closed_by_two(case, people)
    assert steps == 2


def merge_while_words_arrive(first: Case, second: Case, by: User) -> list[Any]:
    def word(place: int) -> Any:
        return threads.member_wrote(fresh(second), body=f"话 {place}", channel="web", key=f"w{place}")

    words: list[Callable[[], Any]] = [partial(word, place) for place in range(TIMES)]
    return both(*words, lambda: merging.merge(fresh(second), into=fresh(first), by=again(by)))


def lost(cases_: list[Case]) -> tuple[int, int]:
    """How many words were written, and how many stand in a case that was merged away."""
    mine = CaseEntry.objects.filter(case__in=cases_, body__isnull=False, direction="in", external_id__startswith="w")
    return mine.count(), mine.filter(case__state="merged").count()


def test_a_word_that_arrives_while_cases_are_merged_is_where_the_merge_leads(
    desk: tuple[Case, list[User]], wanqing: Member
) -> None:
    first, people = desk
    second = complaint(wanqing, body="还是早餐")
    answers = merge_while_words_arrive(first, second, people[0])
    assert not [one for one in answers if isinstance(one, Exception)]
    assert lost([first, second]) == (TIMES, 0)
    assert {entry.body for entry in first.entries.filter(external_id__startswith="w")} == {
        f"话 {place}" for place in range(TIMES)
    }
    assert sound() == []


def test_without_the_lock_a_word_would_be_left_behind(
    desk: tuple[Case, list[User]], wanqing: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word looks where the case lives, then the merge passes by, then the word is written as if it had not."""
    first, people = desk
    second = complaint(wanqing, body="还是早餐")
    looked, merged = threading.Event(), threading.Event()
    real = holding.locked_root

    def slowly(case: Case) -> Case:
        row = real(case)
        looked.set()
        merged.wait(timeout=20)
        return row

    monkeypatch.setattr(holding, "locked_root", slowly)

    def merge() -> None:
        looked.wait(timeout=20)
        try:
            merging.merge(fresh(second), into=fresh(first), by=again(people[0]))
        finally:
            merged.set()

    with unlocked(monkeypatch, Case.objects):
        both(lambda: threads.member_wrote(fresh(second), body="话", channel="web", key="w0"), merge)
    assert {"43", "43a"} & set(sound())


def test_merges_both_ways_end_with_one_of_them(desk: tuple[Case, list[User]], wanqing: Member) -> None:
    first, people = desk
    second = complaint(wanqing, body="还是早餐")
    answers = both(
        lambda: merging.merge(fresh(second), into=fresh(first), by=again(people[0])),
        lambda: merging.merge(fresh(first), into=fresh(second), by=again(people[1])),
    )
    assert sorted(getattr(one, "code", "done") for one in answers) == ["case_merged", "done"]
    assert sorted([fresh(first).state, fresh(second).state]) == ["merged", "new"]
    assert sound() == []


def test_the_same_form_sent_many_times_opens_one_case(desk: tuple[Case, list[User]], wanqing: Member) -> None:
    answers = both(*[lambda: complaint(Member.objects.get(pk=wanqing.pk), key="form").pk for _ in range(TIMES)])
    assert len(set(answers)) == 1
    assert Case.objects.filter(key="form").count() == 1
    assert CaseEntry.objects.filter(external_id="form").count() == 1


def test_the_same_mail_fetched_many_times_is_one_entry(desk: tuple[Case, list[User]]) -> None:
    case, _people = desk
    answers = both(
        *[
            lambda: (
                threads.member_wrote(fresh(case), body="还在等", channel="email", key="<m@x>", message_id="<m@x>").pk
            )
            for _ in range(TIMES)
        ]
    )
    assert len(set(answers)) == 1
    assert CaseEvent.objects.filter(case=case, kind="member-wrote").count() == 1


def test_a_case_is_taken_by_one(desk: tuple[Case, list[User]]) -> None:
    case, people = desk
    answers = both(*[lambda user=user: handling.take(fresh(case), by=again(user)) for user in people])
    assert Counter(getattr(one, "code", "taken") for one in answers) == {"taken": 1, "case_of_another": 1}


def test_a_case_is_rated_once(desk: tuple[Case, list[User]]) -> None:
    case, people = desk
    handling.resolve(case, by=people[0], resolution="done", tell=False)
    answers = both(*[lambda score=score: rating.rate(fresh(case), score=score) for score in (1, 2, 3, 4, 5)])
    assert Counter(getattr(one, "code", "rated") for one in answers) == {"rated": 1, "case_rated": 4}
    assert CaseEvent.objects.filter(case=case, kind="rated").count() == 1


def test_two_sweeps_warn_once(wanqing: Member) -> None:
    shipped.lay()
    agent("Ling", on_duty=True)
    with on("23 10:00"):
        case = complaint(wanqing)

    def sweep() -> Any:
        with on("23 12:01"):
            return sweeps.run("cases.watch")

    both(sweep, sweep)
    assert CaseEvent.objects.filter(case=case, kind="breached").count() == 1
    assert CaseEvent.objects.filter(case=case, kind="warned").count() == 1
    assert Message.objects.filter(event="case.overdue").count() == 1


def test_the_search_is_answered_by_its_index(wanqing: Member) -> None:
    shipped.lay()
    case = complaint(wanqing, body="落地灯在哪里买")
    assert list(Case.objects.filter(search__tokens__holds_all=["a" * 10])) == []
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT case_id FROM service_desk_casesearch WHERE case_words(tokens) @@ to_tsquery('simple', %s)",
            ["aaaaaaaaaa & bbbbbbbbbb"],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = on")
    assert "case_search_words" in plan
    assert case.search.tokens
