"""The standard of a post, and spot checks against it (SVC-09 · D7.2.1, D7.2.2)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from core import access, audit, clock
from core.messaging import outbox
from core.models import Post, User
from core.refusals import Refusal
from service_desk.models import PostStandard, SpotCheck, SpotCheckMark, StandardCriterion
from service_desk.people.policy import standards as rule
from service_desk.people.queries import reach, standards

CHANGE, CHECK = "people.change_standard", "people.spot_check"


@transaction.atomic
def set_standard(
    post: Post, criteria: Sequence[Mapping[str, Any]], *, starts_on: dt.date, reason: str, by: User
) -> PostStandard:
    """SVC-09 · D7.2.1 — from a day on, work at a post is measured by these criteria (names, `weight`).

    Refuses one without a criterion, one for a day that has passed, and a second one for the same day.
    """
    access.require(by, CHANGE)
    if not criteria:
        raise Refusal("standard_needs_a_criterion", status=422)
    if starts_on < clock.today():
        raise Refusal("standard_backdated", status=422)
    if not reason.strip():
        raise Refusal("reason_needed")
    try:
        with transaction.atomic():
            made = PostStandard.objects.create(
                post=post, starts_on=starts_on, reason=reason.strip()[:300], author=by, created_at=clock.now()
            )
    except IntegrityError as error:
        raise Refusal("standard_set_already") from error
    StandardCriterion.objects.bulk_create(
        StandardCriterion(standard=made, position=place, **words) for place, words in enumerate(criteria, start=1)
    )
    audit.record(
        "service_desk.standard.set",
        subject=made,
        actor=by,
        reason=reason,
        details={"post": post.pk, "starts_on": starts_on, "criteria": [dict(one) for one in criteria]},
    )
    return made


def spot_check(person: User, marks: Mapping[int, int], *, comment: str = "", by: User) -> SpotCheck:
    """SVC-09 · D7.2.2 — mark a colleague seen at work: a criterion of his post's standard → 1 to 5. He is told.

    The same marks again on the same day are the same check. Refuses whoever would mark himself (with an alert), a colleague
    beyond one's reach, a post without a standard, a criterion without a mark, and other marks on the same day.
    """
    access.require(by, CHECK)
    if person.pk == by.pk:
        audit.alert("self_assessed", subject=person, actor=by)
        raise Refusal("not_oneself", status=403)
    if not reach.reaches(by, person, right=CHECK):
        raise Refusal("not_permitted", status=404)
    standard = standards.of_person(person, on=clock.today())
    if standard is None:
        raise Refusal("post_has_no_standard")
    criteria = list(standard.criteria.all())
    given = {one.pk: marks.get(one.pk, 0) for one in criteria}
    if not all(rule.is_mark(mark) for mark in given.values()):
        raise Refusal("standard_not_filled", status=422)
    with transaction.atomic():
        if before := SpotCheck.objects.filter(person=person, assessor=by, checked_on=clock.today()).first():
            return _same(before, given)
        try:
            with transaction.atomic():
                return _write(person, standard, criteria, given, comment=comment, by=by)
        except IntegrityError:
            return _same(SpotCheck.objects.get(person=person, assessor=by, checked_on=clock.today()), given)


def _write(
    person: User,
    standard: PostStandard,
    criteria: Sequence[StandardCriterion],
    given: Mapping[int, int],
    *,
    comment: str,
    by: User,
) -> SpotCheck:
    store, _department = reach.place_of(person)
    check = SpotCheck.objects.create(
        person=person,
        assessor=by,
        standard=standard,
        store=store,
        checked_at=clock.now(),
        checked_on=clock.today(),
        score_bps=rule.score_bps([(one.weight, given[one.pk]) for one in criteria]),
        comment=comment.strip(),
    )
    SpotCheckMark.objects.bulk_create(
        SpotCheckMark(check_of=check, criterion=one, mark=given[one.pk]) for one in criteria
    )
    audit.record(
        "service_desk.spot_check.record",
        subject=check,
        actor=by,
        store_id=check.store_id,
        details={"person": person.pk, "score_bps": check.score_bps},
    )
    outbox.send(
        "people.spot_checked",
        key=str(check.pk),
        to=person,
        context={"assessor": str(by), "checked_on": check.checked_on.isoformat()},
        link=standards.page_of(check),
    )
    return check


def _same(check: SpotCheck, given: Mapping[int, int]) -> SpotCheck:
    """A second click finds what the first one wrote; other marks are another check, which today has no place."""
    if dict(check.marks.values_list("criterion", "mark")) != dict(given):
        raise Refusal("spot_checked_today")
    return check


def see(check: SpotCheck, *, user: User) -> None:
    """SVC-09 · D7.2.3 — the person has opened it; the first time counts."""
    if check.person_id == user.pk and check.seen_at is None:
        SpotCheck.objects.filter(pk=check.pk, seen_at=None).update(seen_at=clock.now())
