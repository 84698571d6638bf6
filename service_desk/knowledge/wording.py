"""What refusals of the knowledge base say, and what its actions are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word(
    {
        "article_address_malformed": _("An address has small letters, digits and hyphens: activate-a-card."),
        "article_address_taken": _("This address is taken."),
        "article_without_words": _("Write the article in one language at least."),
        "article_half_worded": _("A language needs a title and a text, or neither."),
        "article_pinned_nowhere": _("There is no page called “%(place)s”."),
        "article_ends_before_it_begins": _("The last day lies before the first, or has passed."),
        "article_waits": _("It waits for a second person. Withdraw the request first."),
        "article_has_no_draft": _("There is no draft."),
        "article_has_a_draft": _("A draft is open. Publish it or give it up first."),
        "article_version_never_published": _("This version was never published."),
        "article_not_on_the_shelf": _("No reader finds it now."),
        "article_owner_may_not_write": _("This colleague may not write articles."),
        "link_leaves_the_site": _("A link leads to a page of this site and begins with “/”: %(what)s"),
        "figure_unknown": _("The policy has no figure {%(what)s}."),
        "news_for_no_tier": _("Choose the tiers it is for."),
        "news_for_no_product": _("Choose the cards it is for."),
        "policy_change_names_its_text": _("A change of policy names the legal text that changes."),
        "policy_change_is_owed": _("A change of policy is owed to everybody it concerns: it is no offer."),
        "what_is_new_is_an_offer": _("What is new is told as an offer, to those who want offers."),
        "colleagues_are_told_as_service": _("Colleagues are told because their work needs it: it is no offer."),
        "news_ends_before_it_begins": _("The end lies before the beginning."),
        "news_without_words": _("A language needs a title and one line."),
        "news_is_over": _("It would be over by now."),
        "news_waits": _("It waits for a second person. Withdraw the request first."),
        "news_is_decided": _("What was published is not changed. Withdraw it and announce it anew."),
        "news_is_withdrawn": _("It has been withdrawn already."),
    }
)
words.enter(
    words.ACTION,
    {
        "service_desk.article.draft": _("Article drafted"),
        "service_desk.article.drop": _("Draft of an article given up"),
        "service_desk.article.publish": _("Article published"),
        "service_desk.article.withdraw": _("Article withdrawn"),
        "service_desk.article.review": _("Article looked over"),
        "service_desk.article.hand_over": _("Article handed over"),
        "service_desk.articlecategory.add": _("Topic added"),
        "service_desk.articlecategory.change": _("Topic changed"),
        "service_desk.articlecategory.delete": _("Topic deleted"),
        "service_desk.search.settle": _("Search in vain settled"),
        "service_desk.announcement.draft": _("Announcement drafted"),
        "service_desk.announcement.publish": _("Announcement published"),
        "service_desk.announcement.withdraw": _("Announcement withdrawn"),
    },
)
