"""What refusals of quality monitoring say, and what its actions are called in the audit trail (SVC-12)."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

MARKS = {"yes": _("yes"), "no": _("no"), "na": _("does not apply")}
"""What a mark is called; numbers are called themselves."""

refusals.word(
    {
        "no_score_sheet": _("No score sheet is in force yet."),
        "score_sheet_is_frozen": _("This version does not change any more. Begin a new one."),
        "score_sheet_needs_a_criterion": _("A score sheet has one criterion at least."),
        "criterion_makes_no_sense": _("A criterion has 1 to 100 points and is marked by yes or no, or from 0 to 3."),
        "criterion_not_marked": _("Please mark this criterion."),
        "failure_needs_a_remark": _("Say what was missing."),
        "nothing_was_scored": _("Nothing applies to this case: there is nothing to score."),
        "review_not_filled": _("Please mark every criterion, and say of each that failed what was missing."),
        "review_is_taken": _("Somebody reviews this already."),
        "review_is_anothers": _("Somebody else reviews this."),
        "review_handed_in": _("This review was handed in already."),
        "review_not_handed_in": _("This review was not handed in yet."),
        "reviewer_worked_on_it": _("Whoever worked on the case does not review it."),
        "not_a_reviewer": _("This colleague does not review cases."),
        "case_not_closed": _("This case is still worked on."),
        "case_under_review": _("This case is under review already."),
        "case_of_nobody": _("Nobody worked on this case."),
        "sample_too_large": _("At most %(most)s cases can be drawn."),
        "nothing_to_draw": _("No case was closed since then."),
        "finding_not_so": _("This does not fit how the finding stands now."),
        "finding_needs_a_name": _("Say in a few words what was found."),
        "found_already": _("This criterion of this review is a finding already."),
        "new_deadline_needed": _("Say until when it is to be done anew, from today on."),
    }
)
words.enter(
    words.ACTION,
    {
        "service_desk.score_sheet.begin": _("Score sheet: new version begun"),
        "service_desk.score_sheet.write": _("Score sheet: draft written"),
        "service_desk.score_sheet.publish": _("Score sheet published"),
        "service_desk.review_sample.draw": _("Cases drawn for review"),
        "service_desk.reviewer.duty": _("Duty of a reviewer changed"),
        "service_desk.review.add": _("Case chosen for review"),
        "service_desk.review.assign": _("Review assigned"),
        "service_desk.review.hand_in": _("Review handed in"),
        "service_desk.review.object": _("Objection to a review raised"),
        "service_desk.review.decide": _("Objection to a review decided"),
        "service_desk.finding.raise": _("Quality finding entered"),
        "service_desk.finding.rectify": _("Measure against a finding asked for"),
        "service_desk.finding.withdraw": _("Quality finding withdrawn"),
        "service_desk.finding.verify": _("Measure against a finding verified"),
    },
)
