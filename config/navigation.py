"""Where one can go from each face, in the order of the screen. An entry appears once its address exists."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

PUBLIC = (
    Entry(_("Cards"), "cards:products", "wallet-cards"),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Questions"), "cards:questions", "circle-question-mark"),
)
PORTAL = (
    Entry(_("Card"), "cards:wallet", "wallet-cards", tab=True),
    Entry(_("Benefits"), "cards:benefits", "gift", tab=True),
    Entry(_("Orders"), "cards:orders", "receipt-text", tab=True),
    Entry(_("Inbox"), "core:inbox", "inbox", tab=True),
    Entry(_("Me"), "members:profile", "user-round", tab=True),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Preferences"), "members:preferences", "sliders-horizontal"),
    Entry(_("Security"), "members:security", "shield-check"),
)
COUNTER = (
    Entry(_("Look up"), "counter:home", "scan-line"),
    Entry(_("Sell"), "counter:sell", "shopping-bag"),
    Entry(_("Activate"), "counter:activate", "badge-check"),
    Entry(_("Renew"), "counter:renew", "refresh-cw"),
    Entry(_("Shift"), "counter:shift", "clock"),
)
FOOTER = (
    Entry(_("Privacy"), "members:privacy", "shield"),
    Entry(_("Terms"), "members:terms", "file-text"),
    Entry(_("Status"), "core:status", "activity"),
)
# The back office's side bar, by what one works on; icons are Material Symbols, as the admin theme draws them.
BACK_OFFICE = (
    (
        _("Today"),
        (
            Entry(_("Workbench"), "admin:index", "space_dashboard"),
            Entry(_("Approvals"), "admin:core_approval_changelist", "rule"),
            Entry(_("Counter"), "counter:home", "point_of_sale", "counter.look_up"),
        ),
    ),
    (
        _("Cards"),
        (
            Entry(_("Products"), "admin:cards_product_changelist", "style", "cards.view_product"),
            Entry(_("Number stock"), "admin:cards_numberseries_changelist", "tag", "cards.view_numberseries"),
            Entry(_("Orders"), "admin:cards_order_changelist", "receipt_long", "cards.view_order"),
            Entry(_("Payments"), "admin:cards_payment_changelist", "payments", "cards.view_payment"),
            Entry(_("Cards"), "admin:cards_card_changelist", "credit_card", "cards.view_card"),
            Entry(_("Uses"), "admin:cards_benefituse_changelist", "redeem", "cards.view_benefituse"),
            Entry(_("Renewals"), "admin:cards_cardreminder_board", "event_repeat", "cards.view_cardreminder"),
            Entry(
                _("Auto-renewals"), "admin:cards_renewalmandate_changelist", "autorenew", "cards.view_renewalmandate"
            ),
            Entry(
                _("Not activated"),
                "admin:cards_activationfollowup_changelist",
                "phone_callback",
                "cards.view_activationfollowup",
            ),
        ),
    ),
    (
        _("Members"),
        (
            Entry(_("Members"), "admin:members_member_changelist", "group", "members.view_member"),
            Entry(_("Households"), "admin:members_household_changelist", "home", "members.view_household"),
            Entry(_("Consents"), "admin:members_consent_changelist", "handshake", "members.view_consent"),
            Entry(_("Holds"), "admin:risk_hold_changelist", "front_hand", "risk.view_hold"),
            Entry(_("Risk events"), "admin:risk_riskevent_changelist", "shield", "risk.view_riskevent"),
        ),
    ),
    (
        _("Messages"),
        (
            Entry(_("Outbox"), "admin:core_message_changelist", "outbox", "core.view_message"),
            Entry(_("Templates"), "admin:core_messagetemplate_changelist", "edit_note", "core.view_messagetemplate"),
        ),
    ),
    (
        _("House"),
        (
            Entry(_("Parameters"), "admin:core_parameters", "tune", "core.view_parameterrevision"),
            Entry(_("Legal texts"), "admin:members_legaltext_changelist", "gavel", "members.view_legaltext"),
            Entry(_("Stores"), "admin:core_store_changelist", "storefront", "core.view_store"),
            Entry(_("Departments"), "admin:core_department_changelist", "account_tree", "core.view_department"),
            Entry(_("Staff"), "admin:core_employment_changelist", "badge", "core.view_employment"),
            Entry(_("Jobs"), "admin:core_jobrun_changelist", "progress_activity", "core.view_jobrun"),
            Entry(_("Audit trail"), "admin:core_auditrecord_changelist", "history_edu", "core.view_auditrecord"),
        ),
    ),
)
FACES = {"public": PUBLIC, "footer": FOOTER, "portal": PORTAL, "counter": COUNTER}
