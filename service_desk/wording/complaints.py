"""What refusals about complaints, compensation and improvements say, and their actions in words (SVC-04, SVC-05)."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word({
    "case_no_complaint": _("This case is not a complaint."),
    "complained_about_you": _("This complaint is about you. A colleague handles it."),
    "colleague_complained_about": _("The complaint is about this colleague. Choose somebody else."),
    "complaint_compensated": _("Something was given for this complaint, or waits for a decision. It stays a complaint."),
    "complaint_merges_into_complaint": _("A complaint can only be merged into a complaint."),
    "finding_missing": _("Say first what was found."),
    "cause_missing": _("Name the root cause first."),
    "cause_unknown": _("This root cause is not in use."),
    "cause_too_general": _("Choose a cause that is not divided any further."),
    "compensation_waits": _("Somebody has not decided on a compensation yet."),
    "compensation_needs_member": _("Only members can be compensated here."),
    "compensation_above_paid": _("Not so much is left of this payment."),
    "compensation_is_a_return": _("Nothing would be left of this order. Giving everything back is a return of the card."),
    "compensation_above_authority": _("With what was given meanwhile this goes beyond the authority. Ask for it anew."),
    "compensation_in_another_currency": _("Only what is paid in our own currency can be given."),
    "points_without_worth": _("Points have no worth at present, so nobody’s authority covers them."),
    "coupon_without_ceiling": _("This coupon has no upper limit, so nobody’s authority covers it."),
    "nothing_to_give": _("Say what shall be given."),
    "payment_of_another": _("This member has made no such payment."),
    "follow_up_answered": _("This question has been answered already. Thank you."),
    "follow_up_over": _("The time to answer is over. Please write to us again."),
    "dissatisfaction_needs_words": _("Please tell us what is still wrong."),
    "measure_agreed": _("This measure was agreed and is not changed any more."),
    "measure_of_your_own": _("Somebody else than the owner confirms the effect."),
    "measure_too_early": _("It was not done for long enough to say anything of its effect."),
    "verdict_needs_words": _("This is not what the figures say. Please explain."),
    "deadline_has_passed": _("The deadline lies in the past."),
})  # fmt: skip

words.enter(
    words.ACTION,
    {
        "service_desk.complaint.look": _("Complaint looked at"),
        "service_desk.complaint.acknowledge": _("Receipt of a complaint acknowledged in person"),
        "service_desk.complaint.investigate": _("Step of an investigation"),
        "service_desk.complaint.name_colleague": _("Colleague named whom a complaint is about"),
        "service_desk.complaint.find": _("Finding of a complaint"),
        "service_desk.complaint.name_cause": _("Root cause of a complaint named"),
        "service_desk.complaint.ask": _("Satisfaction with a complaint asked"),
        "service_desk.complaint.satisfaction": _("Satisfaction with a complaint answered"),
        "service_desk.compensation.give": _("Compensation given or asked for"),
        "service_desk.compensation.approve": _("Compensation approved"),
        "service_desk.compensation.end": _("Compensation rejected or withdrawn"),
        "service_desk.compensation.settle": _("Compensation after finance’s decision"),
        "service_desk.improvement.propose": _("Improvement measure proposed"),
        "service_desk.improvement.revise": _("Improvement measure revised"),
        "service_desk.improvement.move": _("Improvement measure moved on"),
        "service_desk.rootcause.add": _("Root cause added"),
        "service_desk.rootcause.change": _("Root cause changed"),
        "service_desk.rootcause.delete": _("Root cause deleted"),
    },
)
words.enter(words.POINTS, {"compensation": _("compensation")})
