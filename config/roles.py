"""The role map (SEC-01, B2): every role and what it may do, on one screen. `*` stands for any text."""

from django.utils.translation import gettext_lazy as _

from core.access import Role

ROLES: dict[str, Role] = {
    "administrator": Role(_("Administrator"), ("core.*", "grant.*", "members.view_*", "cards.view_*", "risk.view_*")),
    "operations_planner": Role(
        _("Operations planner"),
        (
            "cards.*_product*",
            "cards.*_price*",
            "cards.*_number*",
            "cards.view_cardnumber",
            "core.propose_parameter",
            "core.*_messagetemplate",
            "core.view_*",
        ),
    ),
    "operations_director": Role(
        _("Operations director"),
        (
            "cards.view_*",
            "cards.decide_*",
            "core.decide_*",
            "core.view_*",
            "core.reveal_personal_data",
            "members.view_*",
            "members.add_legaltext",
        ),
    ),
    "member_service": Role(
        _("Member service agent"),
        (
            "members.view_*",
            "members.change_*",
            "cards.view_*",
            "cards.suspend_card",
            "risk.view_*",
            "risk.add_hold",
            "risk.change_*",
            "cards.change_activationfollowup",
            "core.reveal_personal_data",
            "core.view_message*",
            "core.retry_message",
        ),
    ),
    "member_expansion": Role(_("Member expansion"), ("members.view_*", "cards.view_*")),
    "data_analyst": Role(_("Data analyst"), ("analytics.*", "cards.view_product*")),
    "finance": Role(_("Finance"), ("cards.view_*", "cards.*_payment*", "core.decide_approval", "core.view_audit*")),
    "store_manager": Role(
        _("Store manager"),
        (
            "counter.*",
            "cards.view_*",
            "cards.reverse_any_use",
            "members.view_*",
            "core.decide_approval",
            "core.view_employment",
            "grant.clerk",
        ),
        everywhere=False,
    ),
    "clerk": Role(_("Store clerk"), ("counter.*",), everywhere=False),
    "auditor": Role(_("Auditor"), ("*.view_*",)),
}
