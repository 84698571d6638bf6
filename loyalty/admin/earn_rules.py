"""Earn rules in the back office: the list in words, a rule with its history, and asking for a new one or a change (LOY-04)."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, viewer
from cards.forms.fields import plain
from core import access, clock, refusals
from core.admin.base import ReadOnly
from core.models import Approval, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.admin import dry_runs
from loyalty.admin.earn_rule_form import Moment, RuleForm
from loyalty.models import EarnRule, EarnRuleVersion
from loyalty.operations import earn_rules as operations
from loyalty.operations.earn_rules import Naming
from loyalty.policy.rule_forms import RuleRefused
from loyalty.queries import earn_rules as rows
from loyalty.queries.earn_rules import Standing
from loyalty.wording import reasons, rule_fields, sentences
from loyalty.wording.sentences import Names

VIEW = "loyalty.view_earnrule"
STATES = {
    "active": _("in force"),
    "scheduled": pgettext_lazy("rule", "planned"),
    "pending": _("waiting for approval"),
    "ended": _("ended"),
    "refused": _("never in force"),
}


class NameForm(forms.Form):
    """What members read of a rule beside their points."""

    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh_hans = forms.CharField(label=_("Name (Simplified Chinese)"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("Name (Traditional Chinese)"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        return {name: plain(value) for name, value in self.cleaned_data.items()}

    def clean_name(self) -> str:
        if not (name := plain(self.cleaned_data["name"])):
            raise forms.ValidationError(_("A rule needs a name."), code="required")
        return name


class AskForm(forms.Form):
    """From when it holds, and why."""

    effective_at = Moment(
        label=_("In force from"), required=False, help_text=_("Empty: as soon as a second person has approved it.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_effective_at(self) -> dt.datetime | None:
        given: dt.datetime | None = self.cleaned_data["effective_at"]
        if given is not None and given < clock.now():
            raise forms.ValidationError(refusals.sentence("rule_backdated"), code="rule_backdated")
        return given


@admin.register(EarnRule)
class EarnRuleAdmin(ReadOnly):
    """The addresses of the pages below; a rule is made, changed and ended through them alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(operations.PROPOSE))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return overview(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("words/", in_words, "loyalty_earnrule_words"),
            ("try/", dry_runs.attempt, "loyalty_earnrule_try"),
            ("<int:pk>/revise/", revise, "loyalty_earnrule_revise"),
            ("<int:pk>/end/", end, "loyalty_earnrule_end"),
        ]
        inside = self.admin_site.admin_view
        return [*(path(route, inside(view), name=name) for route, view, name in own), *super().get_urls()]


def overview(request: HttpRequest) -> HttpResponse:
    """Every rule in words: what waits for a second person, what is in force, what is planned, what has ended."""
    user = viewer(request, VIEW)
    names, listed = Names.read(), rows.standings(clock.now())
    sections = [
        {"state": state, "label": label, "rows": [_told(one, names) for one in listed if one.state == state]}
        for state, label in STATES.items()
    ]
    return page(
        request,
        "admin/loyalty/earn_rules.html",
        title=_now("Earn rules"),
        sections=[section for section in sections if section["rows"]],
        may_propose=access.allows(user, operations.PROPOSE),
        may_try=access.allows(user, dry_runs.RIGHT),
    )


def one(request: HttpRequest, pk: str) -> HttpResponse:
    """A rule: what it says and will say, what it takes turns with, and every version with who and when."""
    user = viewer(request, VIEW)
    rule = _found(pk)
    names, standing = Names.read(), rows.standing(rule, clock.now(), rows.pending())
    others = [found for found in (each.said for each in rows.standings(clock.now()) if each.state == "active") if found]
    turns = rows.neighbours(standing.said, others) if standing.said else []
    called = {
        each.code: reasons.name_of(each) for each in EarnRule.objects.filter(code__in=[one.code for one in turns])
    }
    may = access.allows(user, operations.PROPOSE) and standing.waiting is None
    return page(
        request,
        "admin/loyalty/earn_rule.html",
        title=reasons.name_of(rule),
        row=_told(standing, names),
        turns=[(called.get(each.code, each.code), each, each.code == rule.code) for each in turns],
        history=[(version, _said(version, names)) for version in standing.versions],
        names=operations.names_of(rule),
        may_revise=may,
        may_end=may and bool(operations.current(rule)),
        may_try=access.allows(user, dry_runs.RIGHT),
    )


def begin(request: HttpRequest) -> HttpResponse:
    """A new rule: asked for here, in force once a second person agreed."""
    user = viewer(request, operations.PROPOSE)
    sent = request.POST if request.method == "POST" else None
    naming, form, asking = NameForm(sent), RuleForm(sent), AskForm(sent)
    if sent is not None and all([naming.is_valid(), form.is_valid(), asking.is_valid()]):
        call = Naming(**naming.cleaned_data)
        asked = _ask(form, asking, lambda **said: operations.begin(call, form.definition(), **said), by=user)
        if asked:
            return _waits(request, asked)
    return _form_page(request, form, asking, naming=naming, title=_now("New earn rule"))


def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version of a rule."""
    user = viewer(request, operations.PROPOSE)
    rule = _found(str(pk))
    sent = request.POST if request.method == "POST" else None
    form, asking = RuleForm(sent, definition=_last(rule)), AskForm(sent)
    if sent is not None and all([form.is_valid(), asking.is_valid()]):
        asked = _ask(form, asking, lambda **said: operations.propose(rule, form.definition(), **said), by=user)
        if asked:
            return _waits(request, asked)
    title = _now("Revise “%(rule)s”") % {"rule": reasons.name_of(rule)}
    return _form_page(request, form, asking, rule=rule, title=title)


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a rule ends; what it gave stays."""
    user = viewer(request, operations.PROPOSE)
    rule = _found(str(pk))
    asking = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and asking.is_valid():
        asked = _ask(asking, asking, lambda **said: operations.propose(rule, None, **said), by=user)
        if asked:
            return _waits(request, asked)
    return page(
        request,
        "admin/loyalty/earn_rule_end.html",
        status=422 if asking.errors else 200,
        title=_now("End “%(rule)s”") % {"rule": reasons.name_of(rule)},
        rule=rule,
        row=_told(rows.standing(rule, clock.now(), {}), Names.read()),
        asking=asking,
    )


@require_POST
def in_words(request: HttpRequest) -> HttpResponse:
    """What stands in the form, in one sentence, saved or not."""
    viewer(request, operations.PROPOSE)
    form = RuleForm(request.POST)
    form.is_valid()
    return page(request, "admin/loyalty/_rule_words.html", **_in_words(form))


def _in_words(form: RuleForm) -> dict[str, Any]:
    try:
        return {"said": sentences.sentence(form.rule(), Names.read()) if form.is_bound else ""}
    except RuleRefused:
        return {"said": "", "unfinished": True}


def _form_page(
    request: HttpRequest, form: RuleForm, asking: AskForm, *, title: str, naming: NameForm | None = None,
    rule: EarnRule | None = None,
) -> HttpResponse:  # fmt: skip
    wrong = any(one.errors for one in (form, asking, naming) if one is not None)
    before = _last(rule) if rule else None
    said = _in_words(form) if form.is_bound else {"said": rule_fields.said(before, Names.read()) if before else ""}
    return page(
        request,
        "admin/loyalty/earn_rule_form.html",
        status=422 if wrong else 200,
        title=title,
        form=form,
        asking=asking,
        naming=naming,
        rule=rule,
        wrong=wrong,
        may_try=access.allows(staff(request), dry_runs.RIGHT),
        **said,
    )


def _ask(form: forms.Form, asking: AskForm, act: Callable[..., Approval], *, by: User) -> Approval | None:
    """Ask a second person; what is refused is said on the form."""
    try:
        return act(**asking.cleaned_data, author=by)
    except RuleBroken as refusal:
        if isinstance(refusal, Refusal) and refusal.status == 403:
            raise
        form.add_error(None, refusals.said(refusal))
        return None


def _waits(request: HttpRequest, asked: Approval) -> HttpResponse:
    messages.success(request, _now("Sent for approval. It takes effect once a second person has approved it."))
    return redirect("admin:core_approval_change", asked.pk)


def _found(pk: str) -> EarnRule:
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    rule = rows.with_versions(EarnRule.objects.filter(pk=int(pk))).first()
    if rule is None:
        raise Http404
    return rule


def _last(rule: EarnRule) -> Mapping[str, Any] | None:
    """What a revision begins with: what the rule says by its newest version, or said before it ended."""
    return next((version.definition for version in rule.versions.all() if version.definition), None)


def _told(standing: Standing, names: Names) -> dict[str, Any]:
    said, waiting = standing.said, standing.waiting
    return {
        "rule": standing.rule,
        "name": reasons.name_of(standing.rule),
        "state": standing.state,
        "state_word": STATES[standing.state],
        "sentence": sentences.sentence(said, names) if said else "",
        "now": standing.now,
        "following": standing.following,
        "following_said": _said(standing.following, names) if standing.following else "",
        "waiting": waiting,
        "waiting_said": rule_fields.said(waiting.after, names) if waiting else "",
    }


def _said(version: EarnRuleVersion, names: Names) -> str:
    rule = rows.of_version(version)
    return sentences.sentence(rule, names) if rule else _now("The rule ends.")
