"""What training and performance say no with, and what their actions in the audit trail are called (SVC-08 to SVC-11)."""

from django.utils.translation import gettext_lazy as _

from core import refusals, show, words
from service_desk.people.policy import kpis

refusals.word(
    {
        "course_code_taken": _("Another course has this code."),
        "course_retired": _("This course is retired."),
        "course_not_ready": _("This course is not ready yet. The checklist shows what is missing."),
        "course_not_open": _("This course cannot be taken at the moment."),
        "course_needs_a_step": _("An open course keeps one step at least."),
        "course_is_done": _("This course is done."),
        "course_was_withdrawn": _("This course was taken off the list."),
        "step_is_not_here": _("There is no such step in this course."),
        "step_comes_later": _("This step opens when those before it are done."),
        "step_is_done": _("This step is done already."),
        "due_in_the_past": _("The due day has passed already."),
        "question_cannot_be_asked": _(
            "A question needs a right answer that exists, and beside a right choice one that is wrong."
        ),
        "quiz_passed": _("You have passed this quiz."),
        "quiz_tries_used_up": _("All tries are used up. Please speak to your trainer."),
        "quiz_waits": _("Take a breath: the next try is open a little later."),
        "quiz_is_over": _("This try is over; nothing can be answered any more."),
        "class_in_the_past": _("A class begins in the future."),
        "class_is_over": _("This class has begun or does not take place."),
        "class_is_full": _("All seats of this class are taken."),
        "class_was_cancelled": _("This class does not take place."),
        "class_has_not_begun": _("Attendance is taken once the class has begun."),
        "check_sheet_not_filled": _("Please mark every line of the check sheet."),
        "rule_is_for_a_post_or_a_role": _("Choose either a post or a role."),
        "standard_needs_a_criterion": _("A standard has one criterion at least."),
        "standard_backdated": _("A standard holds from today on, or later."),
        "standard_set_already": _("This post has a standard from this day on already."),
        "standard_not_filled": _("Please give every criterion a mark."),
        "post_has_no_standard": _("The post of this colleague has no standard yet."),
        "spot_checked_today": _("You have checked this colleague today already."),
        "objection_too_late": _("The time to object has passed."),
        "objected_already": _("There is an objection to this already."),
        "score_card_still_moves": _("This score-card is still written anew every night; object once it is closed."),
        "right_value_needed": _("Please enter the right value."),
        "beyond_your_people": _("This is not one of your people, stores or departments."),
        "target_makes_no_sense": _("This figure has no such target."),
        "target_out_of_range": _("A target is nothing or more, and a share at most all."),
        "target_backdated": _("A target holds from today on, or later."),
        "contest_makes_no_sense": _(
            "A contest ends later than it begins, not in the past, and ranks people or stores."
        ),
        "contest_called_already": _("A contest of this name begins on this day already."),
        "only_a_bonus_has_an_amount": _("A bonus has an amount; nothing else has."),
        "incentive_is_not_agreed": _("This has not been agreed to."),
        "career_backdated": _("A level holds from today on, or later."),
        "plan_needs_a_goal": _("Please write down the goal and what is done for it."),
        "plan_is_further_on": _("This plan is further on already."),
        "file_too_heavy": _("A file has %(megabytes)s MB at most."),
        "file_is_no_material": _("This is neither a PDF nor a PNG or JPEG picture."),
    }
)

words.enter(
    words.ACTION,
    {
        "service_desk.attempt.begin": _("Quiz begun"),
        "service_desk.attempt.close": _("Quiz graded"),
        "service_desk.check.record": _("Practical check recorded"),
        "service_desk.class.cancel": _("Class cancelled"),
        "service_desk.class.mark": _("Attendance taken"),
        "service_desk.class.plan": _("Class planned"),
        "service_desk.course.add_item": _("Line added to a check sheet"),
        "service_desk.course.add_step": _("Step added to a course"),
        "service_desk.course.begin": _("Course begun"),
        "service_desk.course.change": _("Course changed"),
        "service_desk.course.change_step": _("Step of a course changed"),
        "service_desk.course.drop_item": _("Line taken off a check sheet"),
        "service_desk.course.drop_step": _("Step taken out of a course"),
        "service_desk.course.open": _("Course opened"),
        "service_desk.course.retire": _("Course retired"),
        "service_desk.course.write_material": _("Course material written"),
        "service_desk.enrolment.complete": _("Course done"),
        "service_desk.enrolment.enrol": _("Enrolled in a course"),
        "service_desk.enrolment.step": _("Step of a course done"),
        "service_desk.enrolment.withdraw": _("Course taken off somebody’s list"),
        "service_desk.onboarding.end": _("On-boarding rule ended"),
        "service_desk.onboarding.set": _("On-boarding rule set"),
        "service_desk.question.revise": _("Quiz question revised"),
        "service_desk.question.use": _("Quiz question taken in or out"),
        "service_desk.question.write": _("Quiz question written"),
        "service_desk.career.step": _("Career level given"),
        "service_desk.careerlevel.add": _("Career level entered"),
        "service_desk.careerlevel.change": _("Career level changed"),
        "service_desk.careerlevel.delete": _("Career level deleted"),
        "service_desk.contest.call": _("Contest called"),
        "service_desk.contest.close": _("Contest closed"),
        "service_desk.incentive.give": _("Incentive given"),
        "service_desk.objection.decide": _("Objection decided"),
        "service_desk.objection.raise": _("Objection raised"),
        "service_desk.plan.agree": _("Improvement plan agreed to"),
        "service_desk.plan.propose": _("Improvement plan proposed"),
        "service_desk.plan.verify": _("Improvement plan verified"),
        "service_desk.plan.withdraw": _("Improvement plan withdrawn"),
        "service_desk.scorecards.close": _("Score-cards closed"),
        "service_desk.spot_check.record": _("Spot check recorded"),
        "service_desk.standard.set": _("Standard of a post set"),
        "service_desk.target.set": _("Target set"),
    },
)
words.enter(words.CERTIFICATE, {"course": _("course done")})
CHECKLIST = {
    "steps": _("It has a step"),
    "material": _("There is something to read"),
    "questions": _("The bank has enough questions"),
    "items": _("The check sheet has lines"),
    "competence": _("The competence is in use"),
}


def told(code: str, value: int | None) -> str:
    """A figure as it is read: a number, an amount, a share, so many in a thousand."""
    if value is None:
        return "—"
    match kpis.BY_CODE[code].unit:
        case kpis.Unit.MONEY:
            return show.price(value)
        case kpis.Unit.SHARE:
            return share(value)
    return show.number(value)


def share(bps: int | None) -> str:
    """`9250` → `92.5 %`."""
    return "—" if bps is None else f"{bps / 100:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%"
