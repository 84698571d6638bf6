"""Who meets at the service desk's screens in tests: browsers of members and colleagues, and a case to work on."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.models import User
from members.models import Member
from service_desk.models import Case
from service_desk.operations import cases, duty
from tests import factories

ENGLISH = {"accept-language": "en"}
WORDS = {"kind": "complaint", "subject": "Breakfast on Sunday", "text": "The kitchen was closed at nine."}


def logged_in(user: User | None) -> Client:
    assert user is not None
    browser = Client(headers=ENGLISH)
    browser.force_login(user)
    return browser


@pytest.fixture
def her_portal(wanqing: Member) -> Client:
    return logged_in(wanqing.user)


@pytest.fixture
def his_portal(stranger: Member) -> Client:
    return logged_in(stranger.user)


@pytest.fixture
def agent(service_agent: User) -> Client:
    return logged_in(service_agent)


@pytest.fixture
def other_agent(db: None) -> User:
    return factories.StaffFactory.create(display_name="Chen Yu", roles={"member_service": None})


@pytest.fixture
def lead(db: None) -> User:
    return factories.StaffFactory.create(display_name="Shen Yi", roles={"service_lead": None})


@pytest.fixture
def on_duty(service_agent: User) -> User:
    duty.begin(by=service_agent)
    return service_agent


@pytest.fixture
def complaint(wanqing: Member) -> Case:
    """Wanqing's complaint of the moment, over the portal."""
    return asked(wanqing)


def asked(member: Member | None, **other: Any) -> Case:
    given = {"kind": "complaint", "channel": "web", "subject": WORDS["subject"], "body": WORDS["text"], **other}
    return cases.open_case(member=member, **given)


def png(name: str = "receipt.png") -> SimpleUploadedFile:
    page = io.BytesIO()
    Image.new("RGB", (12, 8), "#0e4c52").save(page, "PNG")
    return SimpleUploadedFile(name, page.getvalue(), content_type="image/png")


def shown(answer: Any) -> str:
    """The page, with spaces that do not break as plain ones."""
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")
