"""What the screens of the service desk refuse and record, in words (SVC-01, SVC-02 · A6.2, SEC-02)."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word({
    "case_of_another_member": _("This case is another member’s already."),
})  # fmt: skip

words.enter(
    words.ACTION,
    {
        "core.alert.caller_search_often": _("Alert: unusually many callers looked up"),
        "service_desk.attachment.open": _("File of a case opened"),
        "service_desk.caller.look_up": _("Caller looked up"),
        "service_desk.case.claim": _("Case taken over by the member who had written it"),
        "service_desk.case.identify": _("Case given to its member"),
        "service_desk.case.look": _("Case opened on screen"),
        "service_desk.case.settle_herself": _("Case settled by the member"),
    },
)
