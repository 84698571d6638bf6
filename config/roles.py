"""The role map (SEC-01 · B2): every role and what it may do, on one screen. `*` stands for any text.

Whoever asks for a change never decides it: products are drafted by planning and launched by its director, prices are
decided by finance. Personal data is opened by service (calls, cases) and finance (invoices) alone.
"""

from django.utils.translation import gettext_lazy as _

from core.access import Role

ROLES: dict[str, Role] = {
    "administrator": Role(
        _("Administrator"),
        ("core.*_user", "core.view_employment", "core.*_department", "core.*_post", "core.*_store", "core.end_session",
         "core.view_auditrecord", "core.view_status", "core.view_jobrun", "core.start_job", "core.view_message",
         "core.retry_message", "core.reveal_personal_data", "core.*_apiclient", "grant.*"),
    ),
    "operations_planner": Role(
        _("Operations planner"),
        ("cards.view_product*", "cards.add_product", "cards.change_product", "cards.launch_product",
         "cards.suspend_product", "cards.retire_product", "cards.view_price", "cards.propose_price",
         "cards.view_number*", "cards.view_cardnumber", "cards.*_number", "core.view_jobrun", "core.*_messagetemplate",
         "core.view_parameterrevision", "core.propose_parameter", "members.view_legaltext", "loyalty.propose_earnrule",
         "loyalty.view_earnrule", "loyalty.try_earnrule", "loyalty.record_occasion", "loyalty.view_earnoccasion",
         "loyalty.view_reward*", "loyalty.change_reward", "loyalty.stock_reward", "loyalty.view_coupon*",
         "loyalty.*_couponoffer", "loyalty.*_simulation", "loyalty.propose_benefit", "loyalty.view_benefit*",
         "loyalty.add_benefitgrant", "loyalty.*_servicepoint", "loyalty.import_purchase", "loyalty.view_purchaseimport",
         "loyalty.view_memberreference"),
    ),
    "operations_director": Role(
        _("Operations director"),
        ("cards.view_*", "cards.decide_launch", "cards.decide_refund", "cards.suspend_product", "core.view_approval",
         "core.view_parameterrevision", "core.decide_parameter", "core.view_messagetemplate", "core.view_status",
         "core.view_jobrun", "members.*_legaltext", "risk.view_*", "risk.change_*",
         "loyalty.decide_earnrule", "loyalty.try_earnrule", "loyalty.decide_tierhold", "loyalty.decide_adjustment",
         "loyalty.decide_benefit", "loyalty.*_adviser", "loyalty.*_simulation", "loyalty.view_*"),
    ),
    "member_service": Role(
        _("Member service agent"),
        ("members.view_*", "members.change_member", "cards.view_*", "cards.suspend_card",
         "cards.change_activationfollowup", "core.reveal_personal_data",
         "core.view_message", "core.retry_message", "risk.view_*", "risk.add_hold", "risk.change_*",
         "loyalty.view_tier*", "loyalty.view_membertier", "loyalty.propose_tierhold", "loyalty.view_reward*",
         "loyalty.change_rewardorder", "loyalty.view_coupon*", "loyalty.issue_couponoffer",
         "loyalty.view_point*", "loyalty.view_purchase", "loyalty.adjust_points", "members.review_referral",
         "loyalty.view_benefit*", "loyalty.view_adviser", "loyalty.advise_member"),
    ),
    "member_expansion": Role(
        _("Member expansion"),
        ("members.view_member", "cards.view_product*", "cards.view_price", "loyalty.import_purchase",
         "loyalty.view_purchaseimport", "loyalty.view_memberreference"),
    ),
    "data_analyst": Role(
        _("Data analyst"),
        ("cards.view_product*", "cards.view_price", "loyalty.view_tierchange", "loyalty.view_membertier",
         "loyalty.view_simulation", "loyalty.view_benefit"),
    ),
    "finance": Role(
        _("Finance"),
        ("cards.view_*", "cards.*_payment", "cards.decide_pricing", "cards.decide_refund", "core.reveal_personal_data",
         "loyalty.view_*", "loyalty.decide_adjustment"),
    ),
    "store_manager": Role(
        _("Store manager"),
        ("counter.*", "cards.view_product", "cards.view_order", "cards.view_payment", "cards.view_refund",
         "cards.view_cardnumber", "cards.reverse_any_use", "core.view_employment", "grant.clerk",
         "loyalty.view_reward", "loyalty.view_rewardorder", "loyalty.stock_reward",
         "loyalty.view_benefitreservation", "loyalty.view_benefitredemption"),
        everywhere=False,
    ),
    "clerk": Role(_("Store clerk"), ("counter.*",), everywhere=False),
    "auditor": Role(_("Auditor"), ("*.view_*",)),
}  # fmt: skip
