"""Where one can go from each face, in the order of the screen. An entry appears once its address exists."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

PUBLIC = (
    Entry(_("Cards"), "cards:products", "wallet-cards"),
    Entry(_("Compare"), "cards:compare", "scale"),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Questions"), "core:questions", "circle-question-mark"),
)
PORTAL = (
    Entry(_("Card"), "cards:wallet", "wallet-cards", tab=True),
    Entry(_("Benefits"), "cards:benefits", "gift", tab=True),
    Entry(_("Orders"), "cards:orders", "receipt-text", tab=True),
    Entry(_("Inbox"), "members:inbox", "inbox", tab=True),
    Entry(_("Me"), "members:profile", "user-round", tab=True),
    Entry(_("Activate a card"), "cards:activate", "badge-check"),
    Entry(_("Preferences"), "members:preferences", "sliders-horizontal"),
    Entry(_("Sessions"), "usersessions_list", "monitor-smartphone"),
)
COUNTER = (
    Entry(_("Look up"), "counter:home", "scan-line"),
    Entry(_("Sell"), "counter:sell", "shopping-bag"),
    Entry(_("Activate"), "counter:activate", "badge-check"),
    Entry(_("Shift"), "counter:shift", "clock"),
)
FOOTER = (
    Entry(_("Privacy"), "core:privacy", "shield"),
    Entry(_("Terms"), "core:terms", "file-text"),
    Entry(_("Status"), "core:status", "activity"),
)
FACES = {"public": PUBLIC, "footer": FOOTER, "portal": PORTAL, "counter": COUNTER}
