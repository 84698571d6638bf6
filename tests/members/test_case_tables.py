"""The case tables through the real form, not only through the policy: what is said is a sentence, never a fault."""

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from core.rules import RuleBroken
from members.forms import fields
from members.forms.entrance import JoinForm
from members.models import Member
from members.operations.codes import Address
from members.policy import emails, names, phones

pytestmark = pytest.mark.django_db


def _form(**data: str) -> JoinForm:
    return JoinForm({"name": "Li Na", "address": "13912345678", "agreed": "on", **data})


def _allowed(rule, text: str):
    try:
        return rule(text)
    except RuleBroken:
        return None


def test_phones_are_read_by_the_form_as_by_the_policy(shared_data: Path) -> None:
    cases = json.loads((shared_data / "cases" / "phones.json").read_text())["cases"]
    for case in cases:
        if case["default_region"] != "CN" or "@" in case["raw"]:
            continue
        expected = _allowed(phones.normalise_mobile, case["raw"])
        form = _form(address=case["raw"])
        assert form.is_valid() is (expected is not None), case["raw"]
        if expected:
            assert form.cleaned_data["address"] == Address("sms", expected)
        elif case["raw"].strip():
            assert case["raw"] not in str(form.errors["address"]), "what was typed is not repeated"


def test_emails_are_read_by_the_form_as_by_the_policy(shared_data: Path) -> None:
    cases = json.loads((shared_data / "cases" / "emails_rfc5322.json").read_text())["cases"]
    for case in (case for case in cases if "@" in case["address"]):
        expected = _allowed(emails.normalise, case["address"])
        form = _form(address=case["address"])
        assert form.is_valid() is (expected is not None), case["address"]
        if expected:
            assert form.cleaned_data["address"] == Address("email", expected)


def test_names_are_read_by_the_form_as_by_the_policy(shared_data: Path) -> None:
    cases = json.loads((shared_data / "cases" / "names_unicode.json").read_text())["cases"]
    for case in cases:
        expected = _allowed(names.normalise, case["name"])
        form = _form(name=case["name"])
        assert form.is_valid() is (expected is not None), case["name"]
        if expected:
            assert form.cleaned_data["name"] == expected


@pytest.mark.slow
def test_naughty_strings_are_joined_with_or_refused_never_a_fault(shared_data: Path) -> None:
    found = list((shared_data / "nasty" / "blns").glob("*.json"))
    strings: list[str] = json.loads(found[0].read_text())
    client = Client()
    for text in strings:
        cache.clear()
        answer = client.post("/account/join/", {"name": text, "address": text, "agreed": "on"})
        assert answer.status_code in {302, 422}, repr(text)
    for text in strings:
        cache.clear()
        assert client.post("/account/login/", {"address": text, "password": text or "x"}).status_code in {403, 422}
        assert client.post("/account/login/code/", {"address": text}).status_code in {302, 422}
        assert client.get("/account/login/", {"next": text}).status_code == 200
    assert not Member.objects.exists()


def test_ten_megabytes_are_an_answer() -> None:
    cache.clear()
    for field in ("name", "address"):
        data = {"name": "Li Na", "address": "13912345678", "agreed": "on", field: "长" * 3_500_000}
        assert Client().post("/account/join/", data).status_code in {400, 413, 422}


def test_a_field_never_echoes_what_it_refuses() -> None:
    for field in (fields.address_field(), fields.name_field()):
        with pytest.raises(Exception) as refused:
            field.clean("<script>alert(1)</script>@@" * 50)
        assert "script" not in str(refused.value)
