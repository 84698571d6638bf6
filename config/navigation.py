"""Where one can go from each face, in the order of the screen. An entry appears once its address exists."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

PUBLIC = (
    Entry(_("Cards"), "cards:products", "wallet-cards"),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Questions"), "cards:questions", "circle-question-mark"),
)
PORTAL = (
    Entry(_("Card"), "cards:wallet", "wallet-cards", tab=True, also=("cards:renew", "cards:renew_auto")),
    Entry(_("Benefits"), "cards:benefits", "gem", tab=True, also=("loyalty:reserve",)),
    Entry(_("Orders"), "cards:orders", "receipt-text", tab=True),
    Entry(_("Inbox"), "core:inbox", "inbox", tab=True),
    Entry(
        _("Me"), "members:profile", "user-round", tab=True, also=("members:change_address", "members:confirm_address")
    ),
    Entry(_("Points"), "loyalty:points", "coins"),
    Entry(_("Tier"), "loyalty:tier", "medal"),
    Entry(_("Rewards"), "loyalty:rewards", "gift"),
    Entry(_("Invite a friend"), "loyalty:invite", "user-plus"),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Preferences"), "members:preferences", "sliders-horizontal"),
    Entry(_("Security"), "members:security", "shield-check", also=("members:counter_pin",)),
)
COUNTER = (
    Entry(_("Look up"), "counter:home", "scan-line"),
    Entry(_("Sell"), "counter:sell", "shopping-bag"),
    Entry(_("Activate"), "counter:activate", "badge-check"),
    Entry(_("Renew"), "counter:renew", "refresh-cw"),
    Entry(_("Gifts"), "loyalty:counter_gifts", "gift"),
    Entry(_("Return"), "loyalty:counter_returns", "undo-2"),
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
        _("Points"),
        (
            Entry(
                _("Points ledger"), "admin:loyalty_pointtransaction_changelist", "toll", "loyalty.view_pointtransaction"
            ),
            Entry(_("Purchases"), "admin:loyalty_purchase_changelist", "shopping_cart", "loyalty.view_purchase"),
            Entry(
                _("Files of purchases"),
                "admin:loyalty_purchaseimport_changelist",
                "upload_file",
                "loyalty.view_purchaseimport",
            ),
            Entry(
                _("Customer numbers"),
                "admin:loyalty_memberreference_changelist",
                "link",
                "loyalty.view_memberreference",
            ),
            Entry(_("Earn rules"), "admin:loyalty_earnrule_changelist", "rule_settings", "loyalty.view_earnrule"),
            Entry(
                _("Tasks and events"), "admin:loyalty_earnoccasion_changelist", "task_alt", "loyalty.view_earnoccasion"
            ),
            Entry(
                _("Adjustments"), "admin:loyalty_pointadjustment_changelist", "exposure", "loyalty.view_pointadjustment"
            ),
            Entry(
                _("Points liability"), "admin:loyalty_pointmonth_liability", "account_balance", "loyalty.view_liability"
            ),
            Entry(_("Simulations"), "admin:loyalty_simulation_changelist", "query_stats", "loyalty.view_simulation"),
        ),
    ),
    (
        _("Rewards"),
        (
            Entry(_("Rewards"), "admin:loyalty_reward_changelist", "redeem", "loyalty.view_reward"),
            Entry(_("Reward orders"), "admin:loyalty_rewardorder_changelist", "package_2", "loyalty.view_rewardorder"),
            Entry(_("Coupons"), "admin:loyalty_couponoffer_changelist", "sell", "loyalty.view_couponoffer"),
            Entry(_("Coupon codes"), "admin:loyalty_coupon_changelist", "confirmation_number", "loyalty.view_coupon"),
        ),
    ),
    (
        _("Benefits"),
        (
            Entry(_("Catalogue"), "admin:loyalty_benefit_changelist", "redeem", "loyalty.view_benefit"),
            Entry(_("Evaluation"), "admin:loyalty_benefit_evaluation", "monitoring", "loyalty.view_benefit"),
            Entry(
                _("Reservations"),
                "admin:loyalty_benefitreservation_changelist",
                "event_available",
                "loyalty.view_benefitreservation",
            ),
            Entry(
                _("Redeemed"),
                "admin:loyalty_benefitredemption_changelist",
                "task_alt",
                "loyalty.view_benefitredemption",
            ),
            Entry(_("Granted"), "admin:loyalty_benefitgrant_changelist", "card_giftcard", "loyalty.view_benefitgrant"),
            Entry(
                _("Service points"),
                "admin:loyalty_servicepoint_changelist",
                "room_service",
                "loyalty.view_servicepoint",
            ),
            Entry(_("Advisers"), "admin:loyalty_adviser_changelist", "support_agent", "loyalty.view_adviser"),
        ),
    ),
    (
        _("Members"),
        (
            Entry(_("Members"), "admin:members_member_changelist", "group", "members.view_member"),
            Entry(_("Households"), "admin:members_household_changelist", "home", "members.view_household"),
            Entry(_("Invitations"), "admin:members_referral_changelist", "group_add", "members.view_referral"),
            Entry(_("Consents"), "admin:members_consent_changelist", "handshake", "members.view_consent"),
            Entry(_("Tiers"), "admin:loyalty_tierchange_board", "military_tech", "loyalty.view_tierchange"),
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
            Entry(_("API keys"), "admin:core_apiclient_changelist", "key", "core.view_apiclient"),
            Entry(_("Jobs"), "admin:core_jobrun_changelist", "progress_activity", "core.view_jobrun"),
            Entry(_("Audit trail"), "admin:core_auditrecord_changelist", "history_edu", "core.view_auditrecord"),
        ),
    ),
)
FACES = {"public": PUBLIC, "footer": FOOTER, "portal": PORTAL, "counter": COUNTER}
