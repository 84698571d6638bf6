"""What can be done on the page of a case (SVC-01, SVC-02 · A6.2): each verb its form, its one operation, and what is said
when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.refusals import Refusal
from service_desk.forms import desk as forms
from service_desk.models import Case
from service_desk.operations import belonging, handling, holding, merging, opening, tasks, threads
from service_desk.queries import callers
from service_desk.wording import canned

Do = Callable[[Case, User, Any], object]
CASE, QUEUE = "case", "queue"


@dataclass(frozen=True)
class Verb:
    """A verb: what is typed for it, who may, what it does, and where one stands afterwards."""

    form: type[forms.DeskForm]
    do: Do
    done: str | Promise
    right: str = holding.HANDLE
    then: str = CASE


def _reply(case: Case, by: User, form: Any) -> object:
    given = form.cleaned_data
    return threads.reply(
        case,
        body=canned.filled(given["text"], case, by=by),
        by=by,
        attachments=given["attachments"],
        resolves=given["then"] == "resolves",
        waits=given["then"] == "waits",
        key=_key(by, given),
        channel=given["channel"],
        version=given["version"],
    )


def _note(case: Case, by: User, form: Any) -> object:
    given = form.cleaned_data
    return threads.note(
        case, body=given["text"], by=by, attachments=given["attachments"], key=_key(by, given), version=given["version"]
    )


def _key(by: User, given: dict[str, Any]) -> str:
    return f"{by.pk}:{given['key']}"


def _assign(case: Case, by: User, form: Any) -> object:
    reason = form.cleaned_data["reason"]
    return handling.assign(
        case, by=by, to=form.colleague("to"), department=form.of_department, reason=reason, **form.stamp
    )


def _hand_over(case: Case, by: User, form: Any) -> object:
    note = form.cleaned_data["note"]
    return handling.hand_over(
        case, by=by, note=note, to=form.colleague("to"), department=form.of_department, **form.stamp
    )


def _classify(case: Case, by: User, form: Any) -> object:
    given = {name: form.cleaned_data[name] for name in ("kind", "severity", "complexity", "reason")}
    category = form.cleaned_data["category"]
    fits = not category or form.categories[category].kind == given["kind"] or "category" in form.changed_data
    return handling.classify(case, by=by, category=category if fits else "", **given, **form.stamp)


def _wait(case: Case, by: User, form: Any) -> object:
    given = form.cleaned_data
    return handling.wait(case, by=by, for_member=given["whom"] == "member", reason=given["reason"], **form.stamp)


def _ask(case: Case, by: User, form: Any) -> object:
    given = form.cleaned_data
    return tasks.ask(
        case, department=form.of_department, question=given["question"], by=by, key=_key(by, given), **form.stamp
    )


def _identify(case: Case, by: User, form: Any) -> object:
    found = callers.find(form.cleaned_data["who"])
    opening.look_up(found, by=by)
    if found is None:
        raise Refusal("member_unknown", status=422)
    return belonging.identify(case, member=found, by=by, **form.stamp)


def _plain(operation: Callable[..., object], **named: str) -> Do:
    """An operation that takes what the form's fields of these names say."""
    return lambda case, by, form: operation(
        case, by=by, **{argument: form.cleaned_data[field] for argument, field in named.items()}, **form.stamp
    )


VERBS: dict[str, Verb] = {
    "reply": Verb(forms.ReplyForm, _reply, _("Answered.")),
    "note": Verb(forms.NoteForm, _note, _("Noted.")),
    "take": Verb(forms.ButtonForm, _plain(handling.take), _("The case is yours.")),
    "assign": Verb(forms.AssignForm, _assign, _("Assigned."), right=holding.ASSIGN),
    "hand_over": Verb(forms.HandOverForm, _hand_over, _("Handed over."), then=QUEUE),
    "classify": Verb(forms.ClassifyForm, _classify, _("Classified.")),
    "wait": Verb(forms.WaitForm, _wait, _("The case waits.")),
    "resume": Verb(forms.ButtonForm, _plain(handling.resume), _("The case goes on.")),
    "resolve": Verb(forms.ResolveForm, _plain(handling.resolve, resolution="resolution", tell="tell"), _("Resolved.")),
    "reopen": Verb(forms.ReopenForm, _plain(handling.reopen, reason="reason"), _("Open again.")),
    "close": Verb(forms.ButtonForm, _plain(handling.close), _("Closed.")),
    "escalate": Verb(forms.EscalateForm, _plain(handling.escalate, reason="reason"), _("Help is asked for.")),
    "follow": Verb(
        forms.FollowForm,
        lambda case, by, form: handling.follow(case, by=by, user=form.colleague("user")),
        _("Whoever follows is told from now on."),
    ),
    "unfollow": Verb(
        forms.FollowForm,
        lambda case, by, form: handling.unfollow(case, by=by, user=form.colleague("user")),
        _("Not followed any more."),
    ),
    "ask": Verb(forms.AskTaskForm, _ask, _("The department is asked.")),
    "answer_task": Verb(
        forms.AnswerTaskForm,
        lambda _case, by, form: tasks.answer(form.cleaned_data["task"], answer=form.cleaned_data["answer"], by=by),
        _("Answered."),
    ),
    "cancel_task": Verb(
        forms.CancelTaskForm,
        lambda _case, by, form: tasks.cancel(form.cleaned_data["task"], by=by, reason=form.cleaned_data["reason"]),
        _("The question is withdrawn."),
    ),
    "link": Verb(
        forms.LinkForm,
        lambda case, by, form: merging.link(
            case, other=form.cleaned_data["other"], by=by, kind=form.cleaned_data["how"]
        ),
        _("Linked."),
    ),
    "unlink": Verb(
        forms.UnlinkForm,
        lambda _case, by, form: merging.unlink(form.cleaned_data["link"], by=by),
        _("Not linked any more."),
    ),
    "undo_merge": Verb(
        forms.UndoMergeForm,
        lambda case, by, form: merging.undo(case, by=by, reason=form.cleaned_data["reason"]),
        _("The merge is undone."),
        right=holding.ASSIGN,
    ),
    "identify": Verb(forms.IdentifyForm, _identify, _("The case is hers.")),
}
