"""Standards of posts, spot checks, and objections to them and to figures (SVC-09, SVC-10)."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from core import clock, verify
from core.models import AuditRecord, Message, Store, User
from service_desk.models import Objection, PostStandard, ScoreFigure, SpotCheck, SpotCheckMark
from service_desk.people.operations import objections, standards
from service_desk.people.queries import scorecards
from service_desk.people.queries import standards as written
from tests import factories
from tests.service_desk import desk
from tests.service_desk.desk import refused
from tests.service_desk.people import office
from tests.service_desk.people.office import OCTOBER, card_of, check, figure, write

pytestmark = pytest.mark.django_db


def told(event: str, user: User) -> int:
    return Message.objects.filter(event=event, recipient=user, channel="inbox").count()


def test_a_spot_check_is_scored_by_the_standard_of_the_post_and_told(
    clerk: User, manager: User, standard: PostStandard, store: Store
) -> None:
    made = check(clerk, 5, 4, by=manager, comment="Calm.")
    assert made.score_bps == (1 * 4 + 3 * 3) * 10_000 // 16
    assert (made.store, made.standard, made.comment) == (store, standard, "Calm.")
    assert told("people.spot_checked", clerk) == 1
    assert AuditRecord.objects.filter(action="service_desk.spot_check.record").count() == 1


def test_the_same_click_twice_is_one_check_and_other_marks_wait_until_tomorrow(
    clerk: User, manager: User, standard: PostStandard
) -> None:
    assert check(clerk, 5, 4, by=manager) == check(clerk, 5, 4, by=manager)
    with refused("spot_checked_today"):
        check(clerk, 1, 1, by=manager)
    with desk.on("24 10:00"):
        check(clerk, 1, 1, by=manager)
    assert SpotCheck.objects.count() == 2


def test_nobody_checks_himself_or_another_stores_colleague_or_without_a_standard_or_half(
    clerk: User, manager: User, other_clerk: User, standard: PostStandard, trainer: User, director: User
) -> None:
    with refused("not_permitted"):
        check(other_clerk, 3, 3, by=manager)
    office.set_standard(manager.employment.post, trainer=trainer)
    with refused("not_oneself"):
        check(manager, 5, 5, by=manager)
    assert AuditRecord.objects.filter(action="core.alert.self_assessed").count() == 1
    with refused("standard_not_filled"):
        check(clerk, 5, by=manager)
    with refused("standard_not_filled"):
        check(clerk, 5, 6, by=manager)
    with refused("post_has_no_standard"):
        standards.spot_check(trainer, {}, by=director)
    assert not SpotCheck.objects.exists()


def test_the_newest_standard_that_has_begun_holds_and_none_changes(
    clerk: User, standard: PostStandard, trainer: User
) -> None:
    post = clerk.employment.post
    later = standards.set_standard(
        post,
        [{"name": "Smiles", "weight": 1}],
        starts_on=clock.today() + dt.timedelta(days=7),
        reason="New",
        by=trainer,
    )
    assert written.of_person(clerk, on=clock.today()) == standard
    assert written.of_person(clerk, on=later.starts_on) == later == written.of_post(post, on=later.starts_on)
    with refused("standard_set_already"):
        office.set_standard(post, trainer=trainer)
    with refused("standard_backdated"):
        standards.set_standard(
            post, [{"name": "Smiles", "weight": 1}], starts_on=dt.date(2026, 11, 1), reason="x", by=trainer
        )
    with refused("standard_needs_a_criterion"):
        standards.set_standard(post, [], starts_on=clock.today(), reason="x", by=trainer)
    with pytest.raises(DatabaseError), transaction.atomic():
        PostStandard.objects.filter(pk=standard.pk).update(reason="Other")


def test_marks_and_scores_never_change(clerk: User, manager: User, standard: PostStandard) -> None:
    made = check(clerk, 5, 4, by=manager)
    for change in (
        lambda: SpotCheck.objects.filter(pk=made.pk).update(score_bps=0),
        lambda: SpotCheckMark.objects.update(mark=1),
        lambda: SpotCheckMark.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    standards.see(made, user=manager)
    made.refresh_from_db()
    assert made.seen_at is None
    standards.see(made, user=clerk)
    made.refresh_from_db()
    assert made.seen_at == clock.now()


def test_an_objection_that_is_upheld_voids_the_check(
    clerk: User, manager: User, director: User, standard: PostStandard
) -> None:
    made = check(clerk, 1, 1, by=manager)
    raised = objections.to_spot_check(made, words="It was somebody else.", by=clerk)
    objections.decide(raised, upheld=True, answer="True.", by=director)
    made.refresh_from_db()
    raised.refresh_from_db()
    assert made.void_at is not None
    assert (raised.state, raised.decided_by, raised.answer) == ("upheld", director, "True.")
    assert told("people.objection_decided", clerk) == 1
    write()
    assert not ScoreFigure.objects.filter(kpi="spot_checks").exists()
    with refused("already_decided"):
        objections.decide(raised, upheld=False, answer="No.", by=director)
    assert not [one for one in verify.invariants() if one.code in ("T6", "T8", "T9") and verify.look(one).broken]


def test_who_scored_or_objects_does_not_decide(
    clerk: User, manager: User, head: User, other_clerk: User, standard: PostStandard
) -> None:
    raised = objections.to_spot_check(check(clerk, 2, 2, by=manager), words="No.", by=clerk)
    with refused("four_eyes"):
        objections.decide(raised, upheld=False, answer="It stays.", by=manager)
    with refused("not_permitted"):
        objections.decide(raised, upheld=False, answer="It stays.", by=other_clerk)
    elsewhere = factories.StaffFactory.create(roles={"department_head": None})
    with refused("not_permitted"):
        objections.decide(raised, upheld=False, answer="It stays.", by=elsewhere)
    with refused("reason_needed"):
        objections.decide(raised, upheld=False, answer=" ", by=head)
    objections.decide(raised, upheld=False, answer="It stays.", by=head)
    assert SpotCheck.objects.get().void_at is None
    assert AuditRecord.objects.filter(action="core.alert.four_eyes").count() == 1


def test_one_objects_once_in_time_with_words_and_only_for_oneself(
    clerk: User, manager: User, other_clerk: User, standard: PostStandard
) -> None:
    made = check(clerk, 2, 2, by=manager)
    with refused("not_permitted"):
        objections.to_spot_check(made, words="No.", by=other_clerk)
    with refused("reason_needed"):
        objections.to_spot_check(made, words="  ", by=clerk)
    objections.to_spot_check(made, words="No.", by=clerk)
    with refused("objected_already"):
        objections.to_spot_check(made, words="No!", by=clerk)
    with desk.on("24 10:00"):
        late = check(clerk, 2, 2, by=manager)
    with clock.stopped(clock.now() + dt.timedelta(days=32)), refused("objection_too_late"):
        objections.to_spot_check(late, words="No.", by=clerk)


def test_a_figure_that_was_wrong_gets_the_right_value_beside_it(
    clerk: User, store: Store, manager: User, planner: User, director: User
) -> None:
    with desk.on("01 09:00"), clock.stopped(clock.now() - dt.timedelta(days=31)):
        office.target("sales_count", 4, planner=planner, director=director)
    office.sale(clerk, store, clock.now() - dt.timedelta(days=30))
    write(OCTOBER)
    with refused("score_card_still_moves"):
        objections.to_figure(figure(clerk, "sales_count", OCTOBER), words="Two more.", by=clerk)
    write(OCTOBER, closes=True)
    wrong = figure(clerk, "sales_count", OCTOBER)
    raised = objections.to_figure(wrong, words="Two more were booked on a colleague.", by=clerk)
    with refused("right_value_needed"):
        objections.decide(raised, upheld=True, answer="Right.", by=manager)
    objections.decide(raised, upheld=True, answer="Right.", value=3, by=manager)
    wrong.refresh_from_db()
    assert (wrong.value, wrong.stands, wrong.corrected_by) == (1, 3, manager)
    shown = scorecards.shown(scorecards.cards().get(pk=card_of(clerk, OCTOBER).pk))
    assert shown.card.total_bps == 2_500
    assert shown.total_bps == 7_500
    assert Objection.objects.get().answer == "Right."
