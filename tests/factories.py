"""How rows are made in tests: the smallest valid one, every detail open to the caller."""

import datetime as dt
from typing import Any

from factory import declarations
from factory.django import DjangoModelFactory

from core import clock
from core.models import Department, Employment, Post, RoleAssignment, Store, User
from members.models import Consent, DocumentType, Household, IdentityDocument, LegalText, Member, Purpose

PASSWORD = "amber-lantern-42"


class StoreFactory(DjangoModelFactory[Store]):
    class Meta:
        model = Store
        django_get_or_create = ("code",)

    code = declarations.Sequence(lambda n: f"S{n:03}")
    name = declarations.Sequence(lambda n: f"Store {n}")
    city = "Shanghai"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    phone: Any = declarations.Sequence(lambda n: f"+86139{n:08}")
    phone_verified_at: Any = declarations.LazyFunction(clock.now)
    language = "en"

    @classmethod
    def _create(cls, model_class: type[User], *_args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)


class StaffFactory(UserFactory):
    """A person of the house. `roles` is given as `{"clerk": store}`; None means everywhere."""

    display_name = declarations.Sequence(lambda n: f"Colleague {n}")
    email = declarations.Sequence(lambda n: f"colleague{n}@tessera.example")
    email_verified_at = declarations.LazyFunction(clock.now)
    phone: Any = None
    phone_verified_at: Any = None
    is_staff = True

    @classmethod
    def _create(cls, model_class: type[User], *_args: Any, **kwargs: Any) -> User:
        roles: dict[str, Store | None] = kwargs.pop("roles", {})
        store: Store | None = kwargs.pop("store", next((s for s in roles.values() if s), None))
        user = super()._create(model_class, **kwargs)
        for role, place in roles.items():
            RoleAssignment.objects.create(user=user, role=role, store=place)
        department, _ = Department.objects.get_or_create(code="stores", defaults={"name": "Stores"})
        post, _ = Post.objects.get_or_create(title=next(iter(roles), "colleague"), department=department)
        Employment.objects.create(user=user, staff_number=f"T{user.pk:05}", post=post, store=store)
        return user


class HouseholdFactory(DjangoModelFactory[Household]):
    class Meta:
        model = Household

    name = "家"


class MemberFactory(DjangoModelFactory[Member]):
    """A member with a log-in of her own; `user=None` makes one known only from a counter."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    number = declarations.Sequence(lambda n: f"9{n:09}")
    name = declarations.Sequence(lambda n: f"Member {n}")
    phone = declarations.Sequence(lambda n: f"+86137{n:08}")
    phone_verified_at = declarations.LazyFunction(clock.now)
    language = "en"
    user = declarations.SubFactory(UserFactory, phone=declarations.SelfAttribute("..phone"))


class LegalTextFactory(DjangoModelFactory[LegalText]):
    class Meta:
        model = LegalText
        django_get_or_create = ("kind", "version")

    kind = LegalText.Kind.PRIVACY
    version = 1
    effective_on = dt.date(2026, 1, 1)
    bodies = {"en": "We keep what we need.", "zh-hans": "只保留所需。", "zh-hant": "只保留所需。"}


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    member = declarations.SubFactory(MemberFactory)
    purpose = Purpose.MARKETING
    channel = "sms"
    granted = True
    via = Consent.Via.SIGN_UP
    text = declarations.SubFactory(LegalTextFactory)


class IdentityDocumentFactory(DjangoModelFactory[IdentityDocument]):
    class Meta:
        model = IdentityDocument

    member = declarations.SubFactory(MemberFactory)
    kind = DocumentType.RESIDENT_ID
    number = "11010519491231002X"
    last_digits = declarations.LazyAttribute(lambda document: document.number[-4:])
