"""Staff for the tests of core: each call makes a person who holds the roles named."""

from core.models import RoleAssignment, Store, User


def staff(*roles: str, name: str = "", store: Store | None = None) -> User:
    user = User.objects.create_user(display_name=name or " & ".join(roles) or "Nobody", is_staff=True)
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role, store=store)
    return user


def store(code: str = "S1") -> Store:
    return Store.objects.create(code=code, name=f"Store {code}")
