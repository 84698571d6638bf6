import io

import pytest
from django.core.management import CommandError, call_command

from core import access
from core.models import AuditRecord, User
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = "one-long-password-2026"


@pytest.fixture
def typed(monkeypatch):
    """What the person types, in order."""
    answers: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda _: answers.pop(0))
    return answers


def appoint(email: str = "head@example.com") -> str:
    said = io.StringIO()
    call_command("appoint_administrator", email, "Head", stdout=said)
    return said.getvalue()


def test_a_new_person_gets_the_role_a_password_and_an_audit_record(typed):
    typed += [GOOD, GOOD]
    assert "Head is administrator" in appoint()
    user = User.objects.with_email("head@example.com")
    assert user is not None
    assert user.is_staff
    assert user.check_password(GOOD)
    assert access.allows(user, "core.view_store")
    assert AuditRecord.objects.get(action="core.role.granted").details == {"role": "administrator"}


def test_a_known_person_keeps_the_password_and_is_appointed_once(typed):
    user = factories.UserFactory.create(email="head@example.com", password="kept-as-it-was-1")
    appoint()
    appoint()
    user.refresh_from_db()
    assert user.check_password("kept-as-it-was-1")
    assert user.role_assignments.count() == 1


@pytest.mark.parametrize(
    ("email", "answers", "said"),
    [
        ("head@example.com", ["short"], "too short"),
        ("head@example.com", [GOOD, "another"], "The two differ"),
        ("not an address", [], "valid email"),
    ],
)
def test_what_is_refused_changes_nothing(typed, email, answers, said):
    typed += answers
    with pytest.raises(CommandError, match=said):
        appoint(email)
    assert not User.objects.exists()
