"""The standing cast: the people who recur in every test (fixtures, named after what they are)."""

import datetime as dt

import pytest

from core import clock
from core.models import Store, User
from members.models import Household, Member
from tests import factories


@pytest.fixture
def store(db: None) -> Store:
    """The shop on Nanjing Road, where the clerk works."""
    return factories.StoreFactory.create(code="NJ1", name="Nanjing Road")


@pytest.fixture
def other_store(db: None) -> Store:
    """A shop in another city, out of the clerk's scope."""
    return factories.StoreFactory.create(code="CD1", name="Chunxi Road", city="Chengdu")


@pytest.fixture
def wanqing(db: None) -> Member:
    """Lin Wanqing, a member with a log-in, a verified phone and e-mail, born on 29 February."""
    email = "wanqing.lin@example.com"
    user = factories.UserFactory.create(
        phone="+8613812340001", email=email, email_verified_at=clock.now(), language="zh-hans"
    )
    return factories.MemberFactory.create(
        user=user,
        number="1000000008",
        name="林婉清",
        phone="+8613812340001",
        email=email,
        email_verified_at=clock.now(),
        sex="f",
        birth_on="1988-02-29",
        birth_month_day="02-29",
        address="上海市黄浦区南京东路 100 号",
        language="zh-hans",
    )


@pytest.fixture
def household(wanqing: Member) -> Household:
    """Wanqing, her husband Chen Zhiyuan and her mother Zhou Lan."""
    home = factories.HouseholdFactory.create(name="林家")
    wanqing.household = home
    wanqing.save(update_fields=["household"])
    factories.MemberFactory.create(name="陈志远", phone="+8613812340002", language="zh-hans", household=home)
    factories.MemberFactory.create(name="周兰", phone="+8613812340003", language="zh-hans", household=home, user=None)
    return home


@pytest.fixture
def stranger(db: None) -> Member:
    """Another member, who has nothing to do with Wanqing."""
    return factories.MemberFactory.create(name="Tomás O’Brien", phone="+85291234567", language="en")


@pytest.fixture
def counter_customer(db: None) -> Member:
    """Somebody who bought at a counter and has no log-in yet."""
    return factories.MemberFactory.create(name="Zhao Min", phone="+8613812340009", user=None, source="store")


@pytest.fixture
def clerk(store: Store) -> User:
    """Sells, activates and redeems at Nanjing Road."""
    return factories.StaffFactory.create(display_name="Xu Jing", roles={"clerk": store})


@pytest.fixture
def other_clerk(other_store: Store) -> User:
    return factories.StaffFactory.create(display_name="He Bo", roles={"clerk": other_store})


@pytest.fixture
def manager(store: Store) -> User:
    """Runs the shop on Nanjing Road and decides what the clerk may not."""
    return factories.StaffFactory.create(display_name="Sun Li", roles={"store_manager": store})


def _of_head_office(name: str, role: str) -> User:
    return factories.StaffFactory.create(display_name=name, roles={role: None})


@pytest.fixture
def planner(db: None) -> User:
    """Designs products and prices."""
    return _of_head_office("Ye Qing", "operations_planner")


@pytest.fixture
def director(db: None) -> User:
    """Approves what the planner asks for."""
    return _of_head_office("Fang Wei", "operations_director")


@pytest.fixture
def service_agent(db: None) -> User:
    """Answers members and sees what that needs."""
    return _of_head_office("Gao Yun", "member_service")


@pytest.fixture
def finance(db: None) -> User:
    return _of_head_office("Luo Dan", "finance")


@pytest.fixture
def auditor(db: None) -> User:
    """Sees everything and changes nothing."""
    return _of_head_office("Wei Ran", "auditor")


@pytest.fixture
def administrator(db: None) -> User:
    return _of_head_office("Qin Hao", "administrator")


@pytest.fixture
def noon() -> dt.datetime:
    """Noon of an ordinary Monday in Shanghai, for tests that stop the clock."""
    return dt.datetime(2026, 11, 23, 12, tzinfo=clock.zone())
