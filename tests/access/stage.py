"""The people who ask for pages, and the things that addresses name: one of each, made by the real operations."""

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.test import Client

from cards.models import BenefitUse, Card, Order, ProductVersion
from cards.operations import activation, counter_sale, uses
from cards.payments import refunds
from core import access, clock, parameter_revisions
from core.models import AuditRecord, JobRun, Message, PoisonRow, Store, User
from members.models import IdentityDocument, LegalText, Member
from members.operations import consent, identity
from members.queries import legal
from tests import factories
from tests.cards import products as shelf
from tests.cards import shop

ID_NUMBERS = {"own": "11010519491231002X", "other": "440524199001010026"}
PLAIN = {
    "own": ("林婉清", "13812340001", "wanqing.lin", "1988-02-29", "南京东路 100", "11010519491231002X"),
    "other": ("Tomás O’Brien", "91234567", "tomas.obrien", "1979-11-03", "Peel Street 7", "440524199001010026"),
}
"""What of a person may stand on no page but her own."""


@dataclass
class Belongings:
    """What a member has: a card in use with a use on it, one that waits, orders in each state, messages."""

    member: Member
    card: Card
    waiting: Card
    use: BenefitUse
    paid: Order
    unpaid: Order
    counter_order: Order
    letter: Message


@dataclass
class Stage:
    store: Store
    elsewhere: Store
    people: dict[str, User]
    own: Belongings
    other: Belongings
    draft: ProductVersion
    things: dict[str, Any] = field(default_factory=dict)

    cookies: dict[str, Any] = field(default_factory=dict)

    def client(self, who: str, **options: Any) -> Client:
        """A fresh browser with a live session, and a proof of who sits there that is fresh."""
        browser = Client(headers={"accept-language": "en"}, raise_request_exception=False, **options)
        if who == "visitor":
            return browser
        if who not in self.cookies:
            browser.force_login(self.people[who], "core.access.RoleBackend")
            session = browser.session
            session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
            session.save()
            self.cookies[who] = browser.cookies[settings.SESSION_COOKIE_NAME].value
        browser.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[who]
        return browser


def set_up() -> Stage:
    cache.clear()
    store = factories.StoreFactory.create(code="NJ1", name="Nanjing Road")
    elsewhere = factories.StoreFactory.create(code="CD1", name="Chunxi Road", city="Chengdu")
    people = _staff(store, elsewhere)
    planner = people["operations_planner"]
    product = shelf.on_sale(
        by=planner, approver=people["operations_director"], code="city", prefix="8800", max_per_member=9
    )
    members = {
        "own": _member("own", number="1000000008", name="林婉清", phone="+8613812340001",
                       email="wanqing.lin@example.com", birth_on="1988-02-29", address="上海市黄浦区南京东路 100 号"),
        "other": _member("other", number="1000000016", name="Tomás O’Brien", phone="+85291234567",
                         email="tomas.obrien@example.com", birth_on="1979-11-03", address="Peel Street 7, Hong Kong"),
    }  # fmt: skip
    people |= {whose: member.user for whose, member in members.items() if member.user}
    own, other = (_belongings(one, product, store=store, clerk=people["clerk"]) for one in members.values())
    draft = shelf.draft(by=planner)
    stage = Stage(store, elsewhere, people, own, other, draft)
    _things(stage)
    for who in people:
        stage.client(who)
    return stage


def _staff(store: Store, elsewhere: Store) -> dict[str, User]:
    """One person for every role of the map, a second clerk in another shop, one without a role, one shut out."""
    made: dict[str, User] = {}
    for code, role in access.roles().items():
        made[code] = factories.StaffFactory.create(
            display_name=f"Of {code}", roles={code: None if role.everywhere else store}
        )
    made["clerk elsewhere"] = factories.StaffFactory.create(display_name="Elsewhere", roles={"clerk": elsewhere})
    made["no role"] = factories.StaffFactory.create(display_name="No role")
    made["shut out"] = factories.StaffFactory.create(
        display_name="Shut out", roles={"administrator": None}, is_active=False
    )
    return made


def _member(whose: str, *, phone: str, email: str, **fields: Any) -> Member:
    now = clock.now()
    user = factories.UserFactory.create(phone=phone, email=email, email_verified_at=now, language="en")
    member: Member = factories.MemberFactory.create(
        user=user, phone=phone, email=email, email_verified_at=now, language="en", **fields
    )
    member.household = factories.HouseholdFactory.create(name=f"家 {fields['name']}")
    member.save(update_fields=["household"])
    identity.give_document(member, kind="resident_id", number=ID_NUMBERS[whose])
    consent.accept(member, ["terms", "privacy"], language="en")
    consent.decide(member, {("marketing", "sms"): True}, via="portal")
    return member


def _belongings(member: Member, product: Any, *, store: Store, clerk: User) -> Belongings:
    paid = shop.place(member, product, key=f"paid-{member.pk}")
    shop.pay(paid)
    card = _activate(Card.objects.get(order_line__order=paid), member)
    entitlement = product.version.entitlements.get(code="breakfast")
    use = uses.record(card, entitlement=entitlement, store=store, clerk=clerk, key=f"use-{member.pk}")
    printed = shop.stock(product.series, 1, store=store)[0]
    sale = counter_sale.sell(
        member, product=product, card_number=printed.number, agreed=shop.agreed(), clerk=clerk, store=store,
        pay=counter_sale.Money(tendered_minor=shelf.PRICE), key=f"counter-{member.pk}",
    )  # fmt: skip
    unpaid = shop.place(member, product, key=f"unpaid-{member.pk}")
    shop.start(unpaid)
    letter = Message.objects.filter(recipient=member.user, channel="inbox").latest("pk")
    return Belongings(member, card, sale.card, use, paid, unpaid, sale.order, letter)


def _activate(card: Card, member: Member) -> Card:
    agreement = legal.in_force(LegalText.Kind.CARD_AGREEMENT)
    accepted = consent.accept(member, [agreement.kind], language="en")[0]
    document = IdentityDocument.objects.filter(member=member).latest("pk")
    document.checked_at = clock.now()
    activation.activate(card, holder=member, document=document, channel="web", proof="code", acceptance=accepted)
    card.refresh_from_db()
    return card


def _things(stage: Stage) -> None:
    """What the back office names in its addresses."""
    people = stage.people
    payment = stage.own.counter_order.payments.get()
    run = JobRun.objects.create(job="cards.product-launches", state="done", requested_by=people["administrator"])
    poison = PoisonRow.objects.create(run=run, sweep=run.job, row="cards.product:0", key=0, error="gone")
    asked = parameter_revisions.propose(
        "personal_data", values={"alert_above_an_hour": 21}, effective_on=clock.today(), reason="More calls",
        author=people["operations_planner"],
    )  # fmt: skip
    key = Authenticator.objects.create(
        user=stage.own.member.user, type="webauthn", data={"name": "Phone", "credential": {}, "passwordless": True}
    )
    UserSession.objects.create(user=people["clerk"], ip="127.0.0.1", session_key="x" * 32, user_agent="")
    stage.things = {
        "payment": payment,
        "refund": refunds.request(payment, amount_minor=100, reason="Torn", by=people["finance"]),
        "run": run,
        "poison": poison,
        "approval": asked,
        "authenticator": key,
        "batch": stage.draft.product.series.batches.get(),
        "colleague": people["clerk"].employment,
        "unsubscribe": consent.unsubscribe_token(stage.own.member.pk, purpose="marketing", channel="sms"),
        "audit": AuditRecord.objects.filter(store=stage.store).latest("pk"),
    }


def a_row_of(model: type[Model], stage: Stage) -> Model | None:
    """The row that a model's own page is asked for: of the shop on Nanjing Road, where rows belong to shops."""
    chosen: dict[str, Model] = {
        "cards.order": stage.own.counter_order,
        "cards.payment": stage.things["payment"],
        "cards.refund": stage.things["refund"],
        "core.employment": stage.things["colleague"],
        "core.auditrecord": stage.things["audit"],
        "core.store": stage.store,
        "core.approval": stage.things["approval"],
        "cards.cardnumber": stage.own.waiting.number,
        "members.member": stage.own.member,
        "cards.product": stage.own.card.product,
        "cards.card": stage.own.card,
    }
    return chosen.get(model._meta.label_lower) or model._default_manager.order_by("pk").first()
