"""The people of the service desk."""

from collections.abc import Iterator

import pytest

from core import verify
from core.models import Department, User
from members.models import Member
from service_desk import shipped
from service_desk.models import Case
from service_desk.operations import complaints
from tests.cards.shop import buyer, product  # noqa: F401
from tests.service_desk import desk


@pytest.fixture(autouse=True)
def _five_past_ten() -> Iterator[None]:
    """Unless a test says otherwise it is five past ten on that Monday."""
    with desk.on("23 10:05"):
        yield


@pytest.fixture
def categories(db: None) -> None:
    """What an installation begins with; a transactional test before this one may have emptied it."""
    shipped.lay()


@pytest.fixture
def monday() -> Iterator[None]:
    """Monday, 23 November 2026, ten o’clock: the clock stands still."""
    with desk.on("23 10:00"):
        yield


@pytest.fixture
def ling(categories: None) -> User:
    """An agent on duty who speaks Chinese and knows refunds."""
    return desk.agent("Ling", skills=("refunds", "products", "privacy", "points"), languages=("zh-hans",))


@pytest.fixture
def otto(db: None) -> User:
    """An agent on duty who speaks English."""
    return desk.agent("Otto", languages=("en",))


@pytest.fixture
def lead(db: None) -> User:
    """Leads the agents; not on duty for cases himself."""
    return desk.agent("Mei", role="service_lead", on_duty=False)


@pytest.fixture
def finance_department(finance: User) -> Department:
    """Where the accountant works."""
    department = Department.objects.create(code="finance", name="Finance")
    post = finance.employment.post
    post.department = department
    post.save()
    return department


@pytest.fixture
def sound(db: None) -> Iterator[None]:
    """At the end of the test every invariant of cases holds."""
    yield
    broken = [
        (one.code, verify.look(one).examples)
        for one in verify.invariants()
        if one.check.__module__.startswith("service_desk.invariants") and verify.look(one).broken
    ]
    assert not broken


@pytest.fixture
def chief(db: None) -> User:
    """Directs the service; decides what goes beyond the lead."""
    return desk.agent("Fang", role="operations_director", on_duty=False)


@pytest.fixture
def looked(wanqing: Member, ling: User) -> Case:
    """A complaint of Wanqing's that was looked into and found justified."""
    case = desk.complaint(wanqing)
    complaints.find(case, finding="justified", explanation="当日缺人", by=ling)
    return desk.fresh(case)
