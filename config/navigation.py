"""Where one can go from each face, in the order of the screen. An entry appears once its address exists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.navigation import Entry

PUBLIC = (
    Entry(_("Cards"), "cards:products", "wallet-cards"),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Questions"), "cards:questions", "circle-question-mark"),
    Entry(_("Contact"), "service_desk:contact", "message-circle"),
)
PORTAL = (
    Entry(_("Card"), "cards:wallet", "wallet-cards", tab=True, also=("cards:renew", "cards:renew_auto")),
    Entry(_("Benefits"), "cards:benefits", "gem", tab=True, also=("loyalty:reserve",)),
    Entry(_("Orders"), "cards:orders", "receipt-text", tab=True),
    Entry(_("Inbox"), "core:inbox", "inbox", tab=True),
    Entry(
        _("Me"), "members:profile", "user-round", tab=True, also=("members:change_address", "members:confirm_address")
    ),
    Entry(_("Live chat"), "channels:chat", "message-circle"),
    Entry(_("Points"), "loyalty:points", "coins"),
    Entry(_("Tier"), "loyalty:tier", "medal"),
    Entry(_("Rewards"), "loyalty:rewards", "gift"),
    Entry(_("Service"), "service_desk:cases", "message-circle"),
    Entry(_("Invite a friend"), "loyalty:invite", "user-plus"),
    Entry(_("News"), "knowledge:news", "megaphone"),
    Entry(_("Help"), "knowledge:help", "life-buoy"),
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
    Entry(
        pgettext_lazy("counter", "Contact"),
        "service_desk:counter_contact",
        "message-square-warning",
        also=("service_desk:counter_case",),
    ),
    Entry(_("Shift"), "counter:shift", "clock"),
    Entry(_("Training"), "people:training", "graduation-cap"),
)
WORK = (
    Entry(_("My training"), "people:training", "graduation-cap", tab=True, also=("people:course", "people:attempt")),
    Entry(_("My score-card"), "people:scorecard", "gauge", tab=True, also=("people:spot_check", "people:contest")),
    Entry(_("My reviews"), "quality:reviews", "clipboard-check", tab=True, also=("quality:review",)),
    Entry(_("Counter"), "counter:home", "scan-line", "counter.look_up"),
)
FOOTER = (
    Entry(_("Help"), "knowledge:help", "life-buoy"),
    Entry(_("Live chat"), "channels:public_chat", "message-circle"),
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
            Entry(_("Report an emergency"), "admin:service_desk_incident_add", "emergency"),
            Entry(_("Counter"), "counter:home", "point_of_sale", "counter.look_up"),
            Entry(_("My training"), "people:training", "school"),
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
        _("Service desk"),
        (
            Entry(
                _("Queue"),
                "admin:service_desk_case_queue",
                "support_agent",
                "service_desk.view_case",
                also=(
                    "admin:service_desk_case_change",
                    "admin:service_desk_case_merge",
                    "admin:service_desk_case_split",
                ),
            ),
            Entry(_("Take a call"), "admin:service_desk_case_call", "call", "service_desk.handle_case"),
            Entry(_("Live board"), "admin:service_desk_case_board", "monitoring", "service_desk.assign_case"),
            Entry(_("Every case"), "admin:service_desk_case_changelist", "folder_open", "service_desk.view_case"),
            Entry(_("Questions to departments"), "admin:service_desk_casetask_changelist", "contact_support"),
            Entry(_("Chat desk"), "admin:service_desk_chat_desk", "forum", "service_desk.handle_case"),
            Entry(_("Chats"), "admin:service_desk_chat_changelist", "chat", "service_desk.view_chat"),
            Entry(
                _("E-mails received"),
                "admin:service_desk_inboundmail_changelist",
                "mail",
                "service_desk.view_inboundmail",
            ),
            Entry(
                _("Social networks"),
                "admin:service_desk_socialthread_changelist",
                "share",
                "service_desk.view_socialthread",
            ),
            Entry(
                _("Categories"),
                "admin:service_desk_casecategory_changelist",
                "category",
                "service_desk.view_casecategory",
            ),
            Entry(
                _("Prepared answers"),
                "admin:service_desk_cannedanswer_changelist",
                "quickreply",
                "service_desk.view_cannedanswer",
            ),
            Entry(
                _("Agents"),
                "admin:service_desk_agentprofile_changelist",
                "headset_mic",
                "service_desk.view_agentprofile",
            ),
            Entry(_("Skills"), "admin:service_desk_skill_changelist", "psychology", "service_desk.view_skill"),
        ),
    ),
    (
        _("Surveys"),
        (
            Entry(_("Surveys"), "admin:service_desk_survey_changelist", "ballot", "service_desk.view_survey"),
            Entry(_("Results"), "admin:service_desk_survey_results", "monitoring", "service_desk.view_surveyresult"),
            Entry(
                _("Answers"),
                "admin:service_desk_surveyresponse_changelist",
                "sentiment_satisfied",
                "service_desk.view_surveyresponse",
            ),
        ),
    ),
    (
        _("Training"),
        (
            Entry(_("Courses"), "admin:service_desk_course_changelist", "menu_book", "people.view_course"),
            Entry(_("Questions"), "admin:service_desk_quizquestion_changelist", "quiz", "people.view_quizquestion"),
            Entry(_("Classes"), "admin:service_desk_classsession_changelist", "groups", "people.view_classsession"),
            Entry(
                _("Who has what to do"),
                "admin:service_desk_enrolment_changelist",
                "assignment_ind",
                "people.view_enrolment",
            ),
            Entry(
                _("On-boarding"),
                "admin:service_desk_onboardingrule_changelist",
                "follow_the_signs",
                "people.view_onboardingrule",
            ),
            Entry(
                _("Practical checks"),
                "admin:service_desk_practicalcheck_changelist",
                "fact_check",
                "people.view_practicalcheck",
            ),
            Entry(_("Certificates"), "admin:core_certificate_changelist", "workspace_premium", "core.view_certificate"),
            Entry(_("Competences"), "admin:core_competence_changelist", "license", "core.view_competence"),
            Entry(
                _("What needs a certificate"),
                "admin:core_competencerequirement_changelist",
                "lock_person",
                "core.view_competencerequirement",
            ),
        ),
    ),
    (
        _("Performance"),
        (
            Entry(_("Score-cards"), "admin:service_desk_scorecard_changelist", "speed", "people.view_scorecard"),
            Entry(_("Targets"), "admin:service_desk_kpitarget_changelist", "target", "people.view_kpitarget"),
            Entry(_("Spot checks"), "admin:service_desk_spotcheck_changelist", "visibility", "people.view_spotcheck"),
            Entry(
                _("Standards of posts"),
                "admin:service_desk_poststandard_changelist",
                "straighten",
                "people.view_poststandard",
            ),
            Entry(_("Objections"), "admin:service_desk_objection_changelist", "balance", "people.view_objection"),
            Entry(_("Contests"), "admin:service_desk_contest_changelist", "trophy", "people.view_contest"),
            Entry(_("Incentives"), "admin:service_desk_incentive_changelist", "celebration", "people.view_incentive"),
            Entry(
                _("Improvement plans"),
                "admin:service_desk_improvementplan_changelist",
                "trending_up",
                "people.view_improvementplan",
            ),
            Entry(_("Careers"), "admin:service_desk_careerstep_changelist", "stairs", "people.view_careerstep"),
            Entry(
                _("Career levels"),
                "admin:service_desk_careerlevel_changelist",
                "military_tech",
                "people.view_careerlevel",
            ),
        ),
    ),
    (
        _("Knowledge"),
        (
            Entry(
                _("Find an answer"), "admin:service_desk_article_find", "quick_reference", "service_desk.view_article"
            ),
            Entry(_("Articles"), "admin:service_desk_article_changelist", "menu_book", "service_desk.view_article"),
            Entry(
                _("Searches in vain"),
                "admin:service_desk_vainsearch_changelist",
                "search_off",
                "service_desk.view_vainsearch",
            ),
            Entry(
                _("Topics"),
                "admin:service_desk_articlecategory_changelist",
                "category",
                "service_desk.view_articlecategory",
            ),
            Entry(
                _("Announcements"),
                "admin:service_desk_announcement_changelist",
                "campaign",
                "service_desk.view_announcement",
            ),
        ),
    ),
    (
        _("Complaints"),
        (
            Entry(_("Complaints"), "admin:service_desk_complaint_changelist", "report", "service_desk.view_complaint"),
            Entry(
                _("Compensation"),
                "admin:service_desk_compensation_changelist",
                "volunteer_activism",
                "service_desk.view_compensation",
            ),
            Entry(
                _("Analysis"),
                "admin:service_desk_complaint_analysis",
                "bar_chart",
                "service_desk.view_complaintanalysis",
            ),
            Entry(
                _("Improvement measures"),
                "admin:service_desk_improvementmeasure_changelist",
                "construction",
                "service_desk.view_improvementmeasure",
            ),
            Entry(
                _("Root causes"),
                "admin:service_desk_rootcause_changelist",
                "account_tree",
                "service_desk.view_rootcause",
            ),
        ),
    ),
    (
        _("Coordination"),
        (
            Entry(_("Tasks"), "admin:service_desk_task_changelist", "task_alt"),
            Entry(_("Projects"), "admin:service_desk_project_changelist", "view_timeline"),
            Entry(_("Meetings"), "admin:service_desk_meeting_changelist", "groups"),
        ),
    ),
    (
        _("Quality"),
        (
            Entry(_("Reviews"), "admin:service_desk_casereview_changelist", "rate_review", "quality.view_casereview"),
            Entry(
                _("Quality in figures"),
                "admin:service_desk_casereview_figures",
                "monitoring",
                "quality.view_casereview",
            ),
            Entry(_("Findings"), "admin:service_desk_qualityfinding_changelist", "report"),
            Entry(_("Samples"), "admin:service_desk_reviewsample_changelist", "shuffle", "quality.view_reviewsample"),
            Entry(_("Reviewers"), "admin:service_desk_reviewsample_reviewers", "group", "quality.view_reviewsample"),
            Entry(_("Score sheet"), "admin:service_desk_scoresheet_changelist", "checklist", "quality.view_scoresheet"),
        ),
    ),
    (
        _("Emergencies"),
        (
            Entry(_("Incidents"), "admin:service_desk_incident_changelist", "emergency_home"),
            Entry(
                _("Emergency plans"),
                "admin:service_desk_emergencyplan_changelist",
                "assignment_late",
                "service_desk.view_emergencyplan",
            ),
            Entry(_("In figures"), "admin:service_desk_incident_figures", "monitoring", "service_desk.view_incident"),
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
FACES = {"public": PUBLIC, "footer": FOOTER, "portal": PORTAL, "counter": COUNTER, "work": WORK}
