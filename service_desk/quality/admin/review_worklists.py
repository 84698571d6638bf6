"""What waits for somebody in quality monitoring (SVC-12 · D9)."""

from django.utils.translation import gettext_lazy as _

from core import worklists
from service_desk.quality.operations import findings as deeds
from service_desk.quality.operations.sampling import VERIFY
from service_desk.quality.queries import findings, reviews

REVIEWS, FINDINGS = "admin:service_desk_casereview_changelist", "admin:service_desk_qualityfinding_changelist"

worklists.register(
    worklists.Worklist(
        code="reviews.mine", label=_("Cases to review"), rows=reviews.to_do, url=REVIEWS, query="whose=mine",
        icon="rate_review", right=reviews.REVIEW,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="reviews.late", label=_("Reviews that are late"), rows=reviews.late, url=REVIEWS, query="whose=late",
        icon="alarm", right=reviews.REVIEW, urgent=True,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="reviews.nobodys", label=_("Cases that nobody reviews yet"), rows=reviews.nobodys, url=REVIEWS,
        query="whose=nobody", icon="person_search", right=reviews.REVIEW,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="reviews.objections", label=_("Objections to reviews"), rows=reviews.objections, url=REVIEWS,
        query="whose=decide", icon="balance", right=reviews.SETTLE,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="reviews.unread", label=_("Reviews of my cases, not read yet"), rows=reviews.unread,
        url="quality:reviews", icon="visibility",
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="findings.open", label=_("Findings without a measure"), rows=findings.without_measure, url=FINDINGS,
        query="standing=open", icon="report", right=deeds.RECTIFY,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="findings.verify", label=_("Measures to verify"), rows=findings.to_verify, url=FINDINGS,
        query="standing=check", icon="fact_check", right=VERIFY,
    )
)  # fmt: skip
