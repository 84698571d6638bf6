"""`manage.py appoint_administrator EMAIL NAME`: the first person of a new installation (SEC-01)."""

import getpass
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from core import audit, clock
from core.models import RoleAssignment, User

ROLE = "administrator"


class Command(BaseCommand):
    help = "Make a person administrator; asks for a password when there is no such person yet. Audited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
            found = User.objects.with_email(email)
            password = None if found else self.ask_password(User(email=email, display_name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            user = found or User.objects.create_user(
                password=password, display_name=name, email=email, email_verified_at=clock.now()
            )
            User.objects.filter(pk=user.pk).update(is_staff=True)
            _, new = RoleAssignment.objects.get_or_create(user=user, role=ROLE, store=None, ended_at=None)
            if new:
                audit.record(
                    "core.role.granted", subject=user, reason="appointed on the server", details={"role": ROLE}
                )
        self.stdout.write(f"{name} is administrator. At the first log-in a second factor is set up.")

    def ask_password(self, user: User) -> str:
        password = getpass.getpass("Password: ")
        password_validation.validate_password(password, user)
        if getpass.getpass("Once more: ") != password:
            raise ValidationError("The two differ.")
        return password
