"""The dry run: what a member, real or invented, would earn, condition by condition; nothing is written (LOY-17)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.admin.pages import page, viewer
from cards.forms.fields import plain
from cards.forms.money import MoneyField
from core import clock, parameters, words
from core.models import Approval, Store, User
from loyalty.admin.earn_rule_form import Moment, RuleForm
from loyalty.admin.member_field import MemberField
from loyalty.models import EarnRule
from loyalty.operations import earn_rules as operations
from loyalty.policy import rule_forms
from loyalty.policy.parameters import TierParameters
from loyalty.policy.rule_forms import RuleRefused
from loyalty.policy.rules import Kind, Line, Rule
from loyalty.queries import dry_runs
from loyalty.queries import earn_rules as rows
from loyalty.queries.dry_runs import Person, Scene
from loyalty.wording import sentences, verdicts
from loyalty.wording.sentences import Names
from loyalty.wording.verdicts import KINDS
from members.models import Member
from members.policy import names as person_names

RIGHT = operations.TRY
LINES = range(1, 5)
LARGEST_ID = 10**18
DRAFT = "draft"


class TryForm(forms.Form):
    """Who, when, where and what. A real member is looked up; an invented one is described."""

    member = MemberField(
        label=_("Member number or phone"), required=False, help_text=_("Empty: an invented member, as described below.")
    )
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    birth = forms.DateField(
        label=_("Date of birth"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_first = forms.BooleanField(label=_("For the first time"), required=False)
    earned_today = forms.IntegerField(label=_("Points earned today"), required=False, min_value=0, max_value=10**9)
    kind = forms.ChoiceField(label=_("Occasion"), choices=list(KINDS.items()), initial=Kind.PURCHASE)
    at = Moment(label=_("When"))
    store = forms.ChoiceField(label=_("Store"), required=False)
    code = forms.CharField(label=_("Task or event"), required=False, max_length=40)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"at": clock.now()})
        ladder = parameters.in_force(TierParameters).ladder
        self._choices("tier", [(tier.code, words.of(words.TIER, tier.code)) for tier in ladder])
        self._choices("store", [("", "—"), *Store.objects.values_list("code", "name")])
        for number in LINES:
            self.fields[f"amount_{number}"] = MoneyField(label=_("Amount"), required=False)
            self.fields[f"category_{number}"] = forms.CharField(
                label=pgettext_lazy("goods", "Category"), required=False, max_length=40
            )
            self.fields[f"sku_{number}"] = forms.CharField(
                label=pgettext_lazy("goods", "Article"), required=False, max_length=40
            )
            self.fields[f"units_{number}"] = forms.IntegerField(
                label=_("Pieces"), required=False, min_value=1, max_value=10_000
            )
        self.initial["amount_1"] = 10_000

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_birth(self) -> dt.date | None:
        birth: dt.date | None = self.cleaned_data["birth"]
        if birth is not None and not 1900 <= birth.year <= clock.today().year:
            raise forms.ValidationError(_("This date of birth cannot be."), code="birth")
        return birth

    def person(self) -> Person:
        given = self.cleaned_data
        if given["member"] is not None:
            return Person(given["member"])
        return Person(None, given["tier"], given["birth"], given["is_first"], given["earned_today"] or 0)

    def scene(self) -> Scene:
        given = self.cleaned_data
        lines = tuple(
            Line(
                given[f"amount_{n}"], plain(given[f"category_{n}"]), plain(given[f"sku_{n}"]), given[f"units_{n}"] or 1
            )
            for n in LINES
            if given[f"amount_{n}"] is not None
        )
        return Scene(Kind(given["kind"]), given["at"], lines, given["store"], plain(given["code"]).lower())

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{n}"] for name in ("amount", "category", "sku", "units")] for n in LINES]


def attempt(request: HttpRequest) -> HttpResponse:
    """The form, and below it what would come of it. A draft travels along from the rule's form or its request."""
    user = viewer(request, RIGHT)
    sent = request.POST if request.method == "POST" and "at" in request.POST else None
    drafted, draft, carried = _draft(request)
    form = TryForm(sent)
    shown = _shown(form, draft, by=user) if sent is not None and form.is_valid() else {}
    return page(
        request,
        "admin/loyalty/earn_rule_try.html",
        status=422 if form.errors else 200,
        title=_now("Dry run"),
        form=form,
        draft=draft,
        drafted=drafted,
        draft_said=sentences.sentence(draft, Names.read()) if draft else "",
        carried=carried,
        subject=request.POST.get("subject", request.GET.get("rule", "")),
        **shown,
    )


def _draft(request: HttpRequest) -> tuple[bool, Rule | None, list[tuple[str, str]]]:
    """A rule not yet in force: what is typed on the rule's form, or what a request asks for. And the fields to carry on."""
    code = _code_of(request.POST.get("subject", ""))
    if "effect" in request.POST:
        form = RuleForm(request.POST)
        carried = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
        try:
            return True, replace(form.rule(), code=code) if form.is_valid() else None, carried
        except RuleRefused:
            return True, None, carried
    asked = _request(request.GET.get("approval", request.POST.get("approval", "")))
    if asked is not None and asked.after:
        code = _code_of(str(operations.key_of(asked)))
        return True, rule_forms.from_json(code, 0, asked.after), [("approval", str(asked.pk))]
    return False, None, []


def _request(pk: str) -> Approval | None:
    if not pk:
        return None
    if not pk.isdecimal() or int(pk[:20]) > LARGEST_ID:
        raise Http404
    return Approval.objects.filter(pk=int(pk), kind=rows.KIND).first()


def _code_of(pk: str) -> str:
    """The rule that the draft would replace; a new one has a code of its own."""
    known = pk.isdecimal() and int(pk[:20]) <= LARGEST_ID
    rule = EarnRule.objects.filter(pk=int(pk)).first() if known else None
    return rule.code if rule else DRAFT


def _shown(form: TryForm, draft: Rule | None, *, by: User) -> Mapping[str, Any]:
    person = form.person()
    if person.member is not None:
        operations.look(person.member, by=by)
    run = dry_runs.run(person, form.scene(), draft=draft)
    told = verdicts.run_told(run, draft=draft.code if draft else "", hides_birthday=person.member is not None)
    return {"run": run, "person": _masked(person.member), **told}


def _masked(member: Member | None) -> str:
    return f"{member.number} · {person_names.masked(member.name)}" if member else ""
