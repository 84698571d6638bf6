"""The codes of `policy.codes` with the words that pages show."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from service_desk.policy import codes, states


class Kind(models.TextChoices):
    ENQUIRY = codes.Kind.ENQUIRY, pgettext_lazy("kind of case", "enquiry")
    COMPLAINT = codes.Kind.COMPLAINT, pgettext_lazy("kind of case", "complaint")
    REQUEST = codes.Kind.REQUEST, pgettext_lazy("kind of case", "request")
    SUGGESTION = codes.Kind.SUGGESTION, pgettext_lazy("kind of case", "suggestion")
    PRAISE = codes.Kind.PRAISE, pgettext_lazy("kind of case", "praise")


class CaseChannel(models.TextChoices):
    HOTLINE = codes.Channel.HOTLINE, _("hotline")
    WEB = codes.Channel.WEB, _("website")
    CHAT = codes.Channel.CHAT, _("live chat")
    EMAIL = codes.Channel.EMAIL, _("e-mail")
    COUNTER = codes.Channel.COUNTER, _("counter")
    SOCIAL = codes.Channel.SOCIAL, _("social media")


class Severity(models.TextChoices):
    LOW = codes.Severity.LOW, pgettext_lazy("severity", "low")
    NORMAL = codes.Severity.NORMAL, pgettext_lazy("severity", "normal")
    HIGH = codes.Severity.HIGH, pgettext_lazy("severity", "high")
    CRITICAL = codes.Severity.CRITICAL, pgettext_lazy("severity", "critical")


class Complexity(models.TextChoices):
    SIMPLE = codes.Complexity.SIMPLE, pgettext_lazy("complexity", "simple")
    COMPLEX = codes.Complexity.COMPLEX, pgettext_lazy("complexity", "complex")


class CaseState(models.TextChoices):
    NEW = states.State.NEW, pgettext_lazy("state of a case", "new")
    OPEN = states.State.OPEN, pgettext_lazy("state of a case", "in progress")
    WAITING = states.State.WAITING, pgettext_lazy("state of a case", "waiting for the member")
    INSIDE = states.State.INSIDE, pgettext_lazy("state of a case", "waiting for a colleague")
    RESOLVED = states.State.RESOLVED, pgettext_lazy("state of a case", "resolved")
    CLOSED = states.State.CLOSED, pgettext_lazy("state of a case", "closed")
    MERGED = states.State.MERGED, pgettext_lazy("state of a case", "merged into another")


class Promise(models.TextChoices):
    ACKNOWLEDGE = codes.Promise.ACKNOWLEDGE, _("acknowledgement")
    FIRST_RESPONSE = codes.Promise.FIRST_RESPONSE, _("first response")
    NEXT_RESPONSE = codes.Promise.NEXT_RESPONSE, _("next response")
    RESOLUTION = codes.Promise.RESOLUTION, _("resolution")


class Happening(models.TextChoices):
    OPENED = codes.Happening.OPENED, pgettext_lazy("case", "opened")
    CLASSIFIED = codes.Happening.CLASSIFIED, pgettext_lazy("case", "classified")
    ASSIGNED = codes.Happening.ASSIGNED, pgettext_lazy("case", "assigned")
    ACKNOWLEDGED = codes.Happening.ACKNOWLEDGED, pgettext_lazy("case", "receipt acknowledged")
    MEMBER_WROTE = codes.Happening.MEMBER_WROTE, pgettext_lazy("case", "the member wrote")
    REPLIED = codes.Happening.REPLIED, pgettext_lazy("case", "replied")
    STATE = codes.Happening.STATE, pgettext_lazy("case", "state changed")
    WARNED = codes.Happening.WARNED, pgettext_lazy("case", "deadline near")
    BREACHED = codes.Happening.BREACHED, pgettext_lazy("case", "deadline missed")
    ESCALATED = codes.Happening.ESCALATED, pgettext_lazy("case", "escalated")
    TASK_ASKED = codes.Happening.TASK_ASKED, pgettext_lazy("case", "a department was asked")
    TASK_ANSWERED = codes.Happening.TASK_ANSWERED, pgettext_lazy("case", "a department answered")
    TASK_CANCELLED = codes.Happening.TASK_CANCELLED, pgettext_lazy("case", "a question to a department was withdrawn")
    MERGED_IN = codes.Happening.MERGED_IN, pgettext_lazy("case", "another case was merged in")
    MERGE_UNDONE = codes.Happening.MERGE_UNDONE, pgettext_lazy("case", "a merge was undone")
    SPLIT = codes.Happening.SPLIT, pgettext_lazy("case", "a part was made a case of its own")
    LINKED = codes.Happening.LINKED, pgettext_lazy("case", "linked")
    RATED = codes.Happening.RATED, pgettext_lazy("case", "rated")
    SETTLED = codes.Happening.SETTLED, pgettext_lazy("case", "the member says that it is solved")
