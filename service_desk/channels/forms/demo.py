"""The demo's own mailer: what a visitor types instead of writing from a mailbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import fields
from members.policy import emails
from service_desk.operations import attachments
from service_desk.operations.attachments import Upload

TEXT = forms.Textarea(attrs={"rows": 8, "class": "form-control"})


class AnswerForm(forms.Form):
    """Words and a file, as a mailer sends them: nothing is checked here that a mailer would not check."""

    text = forms.CharField(label=_("Your answer"), max_length=20_000, widget=TEXT)
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.ClearableFileInput(attrs={"class": "form-control"})
    )

    def upload(self) -> Upload | None:
        given = self.cleaned_data["file"]
        return Upload(given.name or "", given.read(attachments.LARGEST + 1)) if given else None


class WriteForm(AnswerForm):
    """A mail of anybody's."""

    sender = fields.RuledField(
        rule=emails.normalise, label=_("From"), widget=forms.EmailInput(attrs={"class": "form-control"})
    )
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    field_order = ("sender", "name", "subject", "text", "file")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].label = _("Text")
