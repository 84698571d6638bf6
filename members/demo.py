"""The demo cast: stores, a person for every role, clerks, members. Loading it again changes nothing.

Known passwords: `manage.py load_demo` refuses outside the demo mode.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from core import access, clock
from core.models import Department, Employment, Post, RoleAssignment, Store, User
from members.models import Household, LegalText, Member, Source
from members.operations import consent, identity, legal, people, pins
from members.operations.codes import Address
from members.operations.people import Recruited

PASSWORD = "tessera-demo-2026"  # noqa: S105  (printed on the screen of the demo)
PIN = "2580"
JOINED_AGO = dt.timedelta(days=580)

STORES = (
    ("SH1", "南京东路店 Nanjing Road", "上海", "上海市黄浦区南京东路 100 号"),
    ("SH2", "徐汇滨江店 West Bund", "上海", "上海市徐汇区龙腾大道 2350 号"),
    ("CD1", "春熙路店 Chunxi Road", "成都", "成都市锦江区春熙路 8 号"),
)
DEPARTMENTS = {
    "expansion": "会员拓展部 Member expansion",
    "service": "会员服务部 Member service",
    "analysis": "数据分析部 Data analysis",
    "operations": "运营策划部 Operations planning",
    "finance": "财务部 Finance",
    "stores": "门店 Stores",
}


@dataclass(frozen=True)
class Person:
    """A member of staff: log-in name before the @, name, role, department, post, store."""

    login: str
    name: str
    role: str
    department: str
    post: str
    store: str = ""

    @property
    def email(self) -> str:
        return f"{self.login}@tessera.example"


STAFF = (
    Person("admin", "秦昊 Qin Hao", "administrator", "operations", "系统管理员 Administrator"),
    Person("planner", "叶青 Ye Qing", "operations_planner", "operations", "运营策划专员 Operations planner"),
    Person("director", "方薇 Fang Wei", "operations_director", "operations", "运营总监 Director of operations"),
    Person("service", "高云 Gao Yun", "member_service", "service", "客服人员 Member service agent"),
    Person("lead", "梅莹 Mei Ying", "service_lead", "service", "客服主管 Member service lead"),
    Person("expansion", "丁一 Ding Yi", "member_expansion", "expansion", "会员拓展专员 Recruiter"),
    Person("analyst", "周明 Zhou Ming", "data_analyst", "analysis", "数据分析师 Data analyst"),
    Person("finance", "罗丹 Luo Dan", "finance", "finance", "会计 Accountant"),
    Person("manager", "孙丽 Sun Li", "store_manager", "stores", "店长 Store manager", "SH1"),
    Person("clerk", "许静 Xu Jing", "clerk", "stores", "店员 Clerk", "SH1"),
    Person("clerk2", "何博 He Bo", "clerk", "stores", "店员 Clerk", "CD1"),
    Person("auditor", "魏然 Wei Ran", "auditor", "finance", "审计员 Auditor"),
    Person("trainer", "吴敏 Wu Min", "trainer", "service", "培训专员 Trainer"),
    Person("quality", "顾岚 Gu Lan", "quality_reviewer", "service", "质量专员 Quality reviewer"),
)


@dataclass(frozen=True)
class Guest:
    """A member of the demo; `home` names a household, `id_number` a resident identity card made up for the demo."""

    login: str
    name: str
    phone: str
    language: str = "zh-hans"
    home: str = ""
    birth_on: str = ""
    sex: str = ""
    id_number: str = ""
    offers: bool = False
    source: str = Source.WEB

    @property
    def email(self) -> str:
        return f"{self.login}@example.com"


MEMBERS = (
    Guest("wanqing", "林婉清", "+8613800138001", "zh-hans", "林家", "1988-02-29", "f", "310101198802290021", True),
    Guest("zhiyuan", "陈志远", "+8613800138002", "zh-hans", "林家", "1986-07-14", "m", offers=True),
    Guest("thomas", "Thomas O’Brien", "+85291234567", "en", birth_on="1979-11-03", sex="m", source=Source.REFERRAL),
    Guest("meihui", "陳美惠", "+886912345678", "zh-hant", birth_on="1992-05-20", sex="f", source=Source.EVENT),
    Guest("tursun", "买买提·吐尔逊", "+8613800138005", "zh-hans", birth_on="1990-12-01", sex="m", offers=True),
)
COUNTER_ONLY = ("赵敏", "+8613800138009")


def load() -> None:
    """Stores, staff, members; each part in a transaction of its own."""
    stores = _stores()
    for number, person in enumerate(STAFF, start=1):
        _hire(person, f"T{number:04}", stores.get(person.store))
    clerk = User.objects.with_email("clerk@tessera.example")
    for guest in MEMBERS:
        with clock.stopped(clock.now() - JOINED_AGO):
            _welcome(guest, stores["SH1"])
    people.find_or_create_for_purchase(
        name=COUNTER_ONLY[0], phone=COUNTER_ONLY[1], language="zh-hans", store=stores["SH1"], staff=clerk
    )


def logins() -> list[tuple[str, str, str]]:
    """(role or kind, address, password) of everybody who can log in."""
    staff = [
        (str(access.roles()[p.role].name) + (f" · {p.store}" if p.store else ""), p.email, PASSWORD) for p in STAFF
    ]
    return [*staff, *(("member", f"{guest.phone}  {guest.email}", PASSWORD) for guest in MEMBERS)]


def _stores() -> dict[str, Store]:
    for code, name, city, address in STORES:
        Store.objects.get_or_create(code=code, defaults={"name": name, "city": city, "address": address})
    return {store.code: store for store in Store.objects.all()}


def _hire(person: Person, number: str, store: Store | None) -> None:
    if User.objects.with_email(person.email):
        return
    with transaction.atomic():
        department, _ = Department.objects.get_or_create(
            code=person.department, defaults={"name": DEPARTMENTS[person.department]}
        )
        post, _ = Post.objects.get_or_create(title=person.post, department=department)
        user = User.objects.create_user(
            password=PASSWORD,
            display_name=person.name,
            email=person.email,
            email_verified_at=clock.now(),
            is_staff=True,
        )
        Employment.objects.create(
            user=user, staff_number=number, post=post, store=store, started_on=dt.date(2026, 1, 5)
        )
        RoleAssignment.objects.create(user=user, role=person.role, store=store)
        if store:
            pins.set_pin(user, pin=PIN)


def _welcome(guest: Guest, store: Store) -> None:
    phone = Address("sms", guest.phone)
    if people.user_at(phone):
        return
    with transaction.atomic():
        legal.publish_shipped()
        joined = people.join(
            verified=phone,
            name=guest.name,
            language=guest.language,
            choices={("marketing", "sms"): guest.offers, ("marketing", "email"): guest.offers},
            recruited=Recruited(source=guest.source, store=store),
        )
        joined.user.set_password(PASSWORD)
        joined.user.save(update_fields=["password"])
        member = people.change_address(joined.member, verified=Address("email", guest.email), by=joined.user)
        people.update(member, {"birth_on": guest.birth_on or None, "sex": guest.sex}, by=joined.user)
        consent.accept(member, [LegalText.Kind.CARD_AGREEMENT], language=guest.language)
        if guest.id_number:
            consent.decide(member, {("identity", ""): True}, via="portal")
            identity.give_document(member, kind="resident_id", number=guest.id_number, by=joined.user)
        if guest.home:
            home = next((h for h in Household.objects.all()[:100] if h.name == guest.home), None)
            Member.objects.filter(pk=member.pk).update(household=home or Household.objects.create(name=guest.home))
