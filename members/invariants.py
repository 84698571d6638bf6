"""What must always hold of people and their data (design/invariants.md): checked by `manage.py verify`."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress, EmailConfirmation
from django.db import connection
from django.db.models import F

from core import crypto, verify
from core.fields import BlindIndexField
from core.management.commands import rotate_keys
from core.models import User
from members.models import Acceptance, IdentityDocument, Member
from members.queries import referrals

BATCH = 1000


@verify.invariant("M1", "a member's log-in has the member's phone and e-mail address")
def log_in_agrees_with_record() -> Iterator[str]:
    rows = Member.objects.filter(user__isnull=False)
    for name in ("phone_index", "email_index"):
        for number in (
            rows.exclude(**{name: F(f"user__{name}")})
            .exclude(**{f"{name}__isnull": True, f"user__{name}__isnull": True})
            .values_list("number", flat=True)[:BATCH]
        ):
            yield f"member {number}: {name} differs from the log-in's"


@verify.invariant("M2", "every blind index is that of the value beside it")
def indexes_follow_values() -> Iterator[str]:
    for model in (User, Member, IdentityDocument):
        fields = [field for field in model._meta.local_fields if isinstance(field, BlindIndexField)]
        for row in model._default_manager.order_by("pk").iterator(chunk_size=BATCH):
            for field in fields:
                if (getattr(row, field.attname) or None) != (field.digest_of(getattr(row, field.of)) or None):
                    yield f"{model._meta.label_lower}:{row.pk}: {field.name}"


@verify.invariant("M3", "personal data is sealed with a key that is there")
def everything_sealed_opens() -> Iterator[str]:
    for table, key, column, place in rotate_keys.sealed_columns():
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {quote(key)}, {quote(column)} FROM {quote(table)} WHERE {quote(column)} <> ''"  # noqa: S608
            )
            while rows := cursor.fetchmany(BATCH):
                for pk, sealed in rows:
                    if not _opens(sealed, place):
                        yield f"{place}:{'…' if place == 'sessions.session.data' else pk} does not open"


def _opens(sealed: str, place: str) -> bool:
    try:
        crypto.unseal(sealed, place=place)
    except crypto.CannotOpen:
        return False
    return True


@verify.invariant("M4", "no address stands in the tables of the log-in library")
def library_keeps_no_addresses() -> Iterator[str]:
    for model in (EmailAddress, EmailConfirmation):
        if model.objects.exists():
            yield f"{model._meta.label_lower} has rows"


@verify.invariant("M5", "whoever logs in agreed to the terms and the privacy policy")
def members_agreed() -> Iterator[str]:
    for kind in ("terms", "privacy"):
        agreed = Acceptance.objects.filter(text__kind=kind).values("member_id")
        for number in (
            Member.objects.filter(user__isnull=False).exclude(pk__in=agreed).values_list("number", flat=True)[:BATCH]
        ):
            yield f"member {number} never agreed to: {kind}"


@verify.invariant("M10", "an invitation goes from an older member to a newer one, so that no circle closes")
def invitations_go_forward() -> Iterator[str]:
    for pk in referrals.circles().values_list("pk", flat=True)[:BATCH]:
        yield f"members.referral:{pk} goes backwards"
