"""The house the walls are tried on: everybody who could stand at a door, and two of everything that lies behind one.

What belongs to her (and to the shop on Nanjing Road) is `hers`; what belongs to another member (and to another shop) is
`his`. Built once for all the tests of this package.
"""

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from PIL import Image

from cards.models import (
    Activation,
    ActivationFollowUp,
    BenefitUse,
    Card,
    CardNumber,
    CardReminder,
    Entitlement,
    GatewayEvent,
    Order,
    Payment,
    Product,
    Refund,
    RenewalMandate,
    SandboxCharge,
    Term,
)
from cards.operations import faces as faces_of
from cards.operations import versions
from config.roles import ROLES
from core import approvals, certifying, clock, sweeps
from core.api import clients
from core.messaging import outbox
from core.models import (
    Approval,
    Certificate,
    Competence,
    Department,
    Employment,
    JobRun,
    Message,
    PoisonRow,
    Store,
    User,
)
from loyalty.models import (
    Adviser,
    BenefitRedemption,
    BenefitReservation,
    BenefitVersion,
    BookedSlot,
    CouponBatch,
    EarnOccasion,
    EarnRule,
    MemberReference,
    MemberTier,
    PointLot,
    PointMonth,
)  # fmt: skip
from loyalty.operations import adjustments, imports, points, purchases, reservations, simulations, summaries, tier_holds
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Cause
from loyalty.operations.purchases import Arrival
from loyalty.queries import service_points
from members.models import Acceptance, Consent, Household, IdentityDocument, LegalText, Member, Referral
from members.operations import legal as publishing
from risk.models import Hold, RiskEvent
from service_desk import shipped, shipped_causes
from service_desk.channels.models import ChatFile, FetchedMail, SocialThread
from service_desk.channels.operations import chats, mails, socials
from service_desk.channels.policy.social import Post
from service_desk.incidents.operations import leading
from service_desk.knowledge.models import VainSearch
from service_desk.models import (
    AgentProfile,
    CannedAnswer,
    CareerLevel,
    CareerStep,
    Case,
    CaseAttachment,
    CaseCategory,
    ComplaintFollowUp,
    Contest,
    Enrolment,
    ImprovementPlan,
    Incentive,
    KpiTarget,
    Objection,
    PostStandard,
    PracticalCheck,
    QuizAnswer,
    QuizAttempt,
    RootCause,
    ScoreCard,
    ScoreFigure,
    Skill,
    SpotCheck,
    StandardCriterion,
    StepDone,
)
from service_desk.operations import cases, compensation, compensation_means, complaints, improvements, tasks
from service_desk.operations.attachments import Upload
from service_desk.people.operations import courses, files, onboarding, sessions
from service_desk.quality.models import CaseReview
from service_desk.quality.operations import projects, review_objections, reviews, sampling
from service_desk.surveys.models import Survey
from service_desk.surveys.operations import drafting
from tests import factories
from tests.access.passkeys import passkey
from tests.cards import products
from tests.cards.factories import ActiveCardFactory, CardFactory, LineFactory, NumberFactory, OrderFactory
from tests.loyalty import shelf
from tests.loyalty.benefits_cast import a_benefit, a_grant, a_point
from tests.service_desk.incidents import crisis
from tests.service_desk.knowledge import desk
from tests.service_desk.people import school
from tests.service_desk.quality import office, reviewing
from tests.service_desk.surveys import cast as surveys

HER_PHONE, HER_EMAIL, HER_DOCUMENT = "+8613812347001", "wanqing.lin@example.com", "11010519491231002X"
HIS_PHONE, HIS_EMAIL, HIS_DOCUMENT = "+85291234567", "tomas.obrien@example.com", "440524199001010026"
GIFT_PHONE = "+8613900007777"
HER_WORDS = "The soup was as cold as the waiter"
AT_A_STORE = [name for name, role in ROLES.items() if not role.everywhere]
SECRET = "JBSWY3DPEHPK3PXP"
"""The seed of her authenticator."""


@dataclass
class Belongings:
    """What one member has, and what one store has of her."""

    member: Member
    store: Store
    rows: dict[str, Any] = field(default_factory=dict)
    """By the label of the model (`cards.order`), or by a name for what a label does not tell apart."""

    def __getitem__(self, name: str) -> Any:
        return self.rows[name]


@dataclass
class House:
    people: dict[str, User | None]
    """Face → the account that shows it; None for a visitor."""
    hers: Belongings
    his: Belongings
    product: Product
    secrets: dict[str, str] = field(default_factory=dict)
    """What is read nowhere in clear: its name → the text."""

    def face_of(self, user: User) -> str:
        return next(face for face, one in self.people.items() if one == user)


def build() -> House:
    """Everybody and everything, through factories where an operation would only take longer."""
    publishing.publish_shipped()
    here = factories.StoreFactory.create(code="NJ1", name="Nanjing Road")
    there = factories.StoreFactory.create(code="CD1", name="Chunxi Road", city="Chengdu")
    people = _people(here, there)
    product = _product(people)
    hers = _belongings(_member("林婉清", HER_PHONE, HER_EMAIL, HER_DOCUMENT), here, product, people)
    his = _belongings(_member("Tomás O’Brien", HIS_PHONE, HIS_EMAIL, HIS_DOCUMENT), there, product, people)
    house = House({"visitor": None, "her": hers.member.user, "him": his.member.user} | people, hers, his, product)
    _of_the_house(house)
    house.secrets = _secrets(house)
    return house


def _people(here: Store, there: Store) -> dict[str, User | None]:
    made: dict[str, User | None] = {}
    for name in ROLES:
        place = here if name in AT_A_STORE else None
        made[name] = factories.StaffFactory.create(display_name=f"The {name}", roles={name: place})
    made["clerk_elsewhere"] = factories.StaffFactory.create(display_name="He Bo", roles={"clerk": there})
    made["without_role"] = factories.StaffFactory.create(display_name="Nobody in particular", roles={})
    made["disabled"] = factories.StaffFactory.create(
        display_name="Long gone", roles={"administrator": None}, is_active=False
    )
    return made


def _member(name: str, phone: str, email: str, document: str) -> Member:
    now = clock.now()
    user = factories.UserFactory.create(phone=phone, email=email, email_verified_at=now, language="en")
    home = Household.objects.create(name=f"Home of {name}")
    member: Member = factories.MemberFactory.create(
        user=user,
        name=name,
        phone=phone,
        email=email,
        email_verified_at=now,
        household=home,
        address="100 Nanjing Road",
    )
    factories.IdentityDocumentFactory.create(member=member, number=document)
    factories.ConsentFactory.create(member=member, text=LegalText.objects.filter(kind="privacy").latest("version"))
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(SECRET)}
    )
    return member


def _product(people: dict[str, User | None]) -> Product:
    planner, director = people["operations_planner"], people["operations_director"]
    assert planner is not None
    assert director is not None
    product = products.on_sale(by=planner, approver=director, is_registered=True)
    draft = products.revision(product, by=planner, price_minor=31_900)
    draft.face_image = faces_of.keep(picture())
    draft.save(update_fields=["face_image"])
    versions.submit(draft, by=planner, reason="Dearer milk", edits=draft.edits)
    return product


def _belongings(member: Member, store: Store, product: Product, people: dict[str, User | None]) -> Belongings:
    clerk, version = people["clerk" if store.code == "NJ1" else "clerk_elsewhere"], product.version
    assert version is not None
    had = Belongings(member, store)
    number = CardNumber.objects.filter(series=product.series, state=CardNumber.State.IN_STOCK, store=None).order_by(
        "pk"
    )[0]
    order: Order = OrderFactory.create(
        member=member, store=store, seller=clerk, channel="store", is_gift=True, gift_name="周兰",
        gift_phone=GIFT_PHONE, gift_message="生日快乐", subtotal_minor=version.price_minor,
        total_minor=version.price_minor, paid_minor=version.price_minor, paid_at=clock.now(),
        invoice_wanted_at=clock.now(),
    )  # fmt: skip
    line = LineFactory.create(
        order=order, version=version, unit_price_minor=version.price_minor, total_minor=version.price_minor
    )
    card: Card = ActiveCardFactory.create(
        order_line=line, number=NumberFactory.create(series=product.series), store=store
    )
    bought = OrderFactory.create(member=member, subtotal_minor=29_900, total_minor=29_900)
    issued = CardFactory.create(
        order_line=LineFactory.create(order=bought, version=version), number=NumberFactory.create(series=product.series)
    )
    placed = OrderFactory.create(
        member=member, state=Order.State.PLACED, paid_minor=0, pay_before_at=clock.now() + dt.timedelta(hours=1)
    )
    LineFactory.create(order=placed, version=version)
    had.rows["renewal"] = _renewal(card, member, store, clerk)
    had.rows |= {"paid order": order, "placed order": placed, "issued card": issued, "stock": number}
    had.rows |= _money(order, store, clerk)
    had.rows |= _of_card(card, member, store, clerk)
    had.rows |= _bought(member, store, clerk)
    had.rows |= _catalogue(card, store, clerk)
    had.rows |= _account(member)
    had.rows |= _asked(member, store, clerk, people)  # before the complaint: who complains is not asked
    had.rows |= _complained(member, store)
    for row in (
        order,
        card,
        member,
        store,
        member.household,
        *member.documents.all(),
        *Consent.objects.filter(member=member),
    ):
        had.rows[label(row)] = row
    number.store = store
    number.save(update_fields=["store"])
    had.rows["cards.cardnumber"] = number
    return had


def _money(order: Order, store: Store, clerk: User | None) -> dict[str, Any]:
    payment = Payment.objects.create(
        order=order, gateway="sandbox", reference=f"P-{order.pk}", amount_minor=order.total_minor, keep_instrument=True,
        received_minor=order.total_minor, state="succeeded", settled_at=clock.now(), instrument=f"sbi_ok_{order.pk}",
        currency="CNY", store=store,
    )  # fmt: skip
    charge = SandboxCharge.objects.create(
        merchant_reference=payment.reference, amount_minor=payment.amount_minor, currency="CNY", return_url="/orders/",
        notify_url="/pay/sandbox/callback/", token=f"charge-{order.pk}", closes_at=clock.now() + dt.timedelta(hours=1),
    )  # fmt: skip
    event = GatewayEvent.objects.create(
        gateway="sandbox",
        event_id=f"evt_{order.pk}",
        kind="charge.paid",
        body={"data": {"payer": "SECRET-OF-THE-PAYER"}},
    )
    refund = Refund.objects.create(
        payment=payment, reference=f"R-{order.pk}", amount_minor=100, reason="Goodwill", requested_by=clerk
    )
    return {label(row): row for row in (payment, charge, event, refund)}


def _renewal(card: Card, member: Member, store: Store, clerk: User | None) -> Order:
    price = card.version.price_minor
    order: Order = OrderFactory.create(
        kind=Order.Kind.RENEWAL, member=member, store=store, seller=clerk, channel="store", paid_at=clock.now(),
        subtotal_minor=price, total_minor=price, paid_minor=price,
    )  # fmt: skip
    LineFactory.create(
        order=order, version=card.version, card=card, unit_price_minor=price, total_minor=price,
        term_starts_on=card.last_valid_on, term_last_valid_on=card.last_valid_on,
    )  # fmt: skip
    Payment.objects.create(
        order=order, gateway="cash", reference=f"P-{order.pk}", amount_minor=price, received_minor=price,
        state="succeeded", settled_at=clock.now(), currency="CNY", store=store, received_by=clerk,
    )  # fmt: skip
    return order


def _of_card(card: Card, member: Member, store: Store, clerk: User | None) -> dict[str, Any]:
    text = LegalText.objects.filter(kind="card-agreement").latest("version")
    acceptance = Acceptance.objects.create(member=member, text=text, language="en")
    term, benefit = Term.objects.get(card=card), Entitlement.objects.filter(version=card.version)[0]
    activation = Activation.objects.create(
        card=card, member=member, channel="store", store=store, clerk=clerk, document_kind="resident_id",
        document_last_digits="002X", proof="order number", phone_verified_at=clock.now(), acceptance=acceptance,
    )  # fmt: skip
    use = BenefitUse.objects.create(
        card=card, entitlement=benefit, term=term, store=store, clerk=clerk, key=f"use-{card.pk}", used_on=clock.today()
    )
    assert card.last_valid_on is not None
    reminder = CardReminder.objects.create(card=card, occasion="renewal", ends_on=card.last_valid_on, step=30)
    follow_up = ActivationFollowUp.objects.create(card=card)
    mandate = RenewalMandate.objects.create(
        card=card, member=member, gateway="sandbox", instrument="sbi_ok_1", acceptance=acceptance
    )
    hold = Hold.objects.create(member=member, subject=f"cards.card:{card.pk}", scope="purchase", reason="Asked to")
    event = RiskEvent.objects.create(
        kind="price.tampering", subject=f"cards.card:{card.pk}", member=member, is_alert=True
    )
    rows = (acceptance, activation, benefit, use, reminder, follow_up, mandate, hold, event)
    return {label(row): row for row in rows}


def _bought(member: Member, store: Store, clerk: User | None) -> dict[str, Any]:
    arrival = Arrival(
        "counter", f"{store.code}:R-{member.pk}", clock.now(), store=store, clerk=clerk, receipt_number="R-1"
    )
    purchase = purchases.record(member, [Line(12_050, category="food", quantity=2)], arrival=arrival)
    back = purchases.take_back(
        purchase, {1: 1}, arrival=Arrival("counter", f"{store.code}:B-{member.pk}", clock.now(), clerk=clerk)
    )
    occasion = EarnOccasion.objects.create(
        member=member, kind="event", key=f"tasting:{member.pk}", code="tasting", occurred_at=clock.now()
    )
    bought = {label(row): row for row in (purchase, back, occasion)}
    return bought | _redeemed(member, store) | _kept(member)


def _redeemed(member: Member, store: Store) -> dict[str, Any]:
    """A gift that waits for her at her store, and a coupon of hers out of a batch."""
    reward = shelf.gift(f"cup-{store.code.lower()}", store=store)
    order = shelf.reserve(shelf.rich(member), reward, store)
    coupon = shelf.coupon(member)
    batch = CouponBatch.objects.create(
        offer=coupon.offer, count=1, reason="Festival", asked_by=User.objects.filter(is_staff=True)[0]
    )
    return {label(row): row for row in (reward, order, coupon, coupon.offer, batch)}


def _kept(member: Member) -> dict[str, Any]:
    """Points reserved and adjusted by hand, the month's sums, a friend she invited."""
    points.accrue(member, 300, cause=Cause("house", f"{member.pk}:a"), waits=False)
    until = clock.now() + dt.timedelta(days=1)
    hold = reservations.reserve(member, 20, subject="A gift", cause=Cause("house", f"{member.pk}:h"), until=until)
    agent = factories.StaffFactory.create(roles={"member_service": None})
    adjusted = adjustments.ask(member, 40, category="goodwill", explanation="Sorry", by=agent, key=f"house-{member.pk}")
    friend = factories.MemberFactory.create(language="en")
    invited = Referral.objects.create(referrer=member, friend=friend, joined_on=clock.today(), state="held")
    summaries.sum_months([clock.today().replace(day=1)])
    lot, month = PointLot.objects.filter(member=member)[0], PointMonth.objects.latest("pk")
    promised = _promised(member, agent)
    return {label(row): row for row in (hold, adjusted, adjusted.transaction, lot, month, invited, *promised)}


def _promised(member: Member, agent: User) -> list[Model]:
    """The tier that two colleagues guarantee her, the change it made, and where she stands since."""
    director = factories.StaffFactory.create(roles={"operations_director": None})
    asked = tier_holds.propose(member, tier="silver", ends_on=clock.today(), reason="Our guest", author=agent)
    approvals.approve(asked, by=director, reason="Agreed")
    return [member.tier_holds.get(), member.tier_changes.latest("pk"), MemberTier.objects.get(member=member)]


def _catalogue(card: Card, store: Store, clerk: User | None) -> dict[str, Any]:
    """A benefit in force for everybody; of each member a use, a reservation, a grant and an adviser of her own."""
    member, term = card.holder, Term.objects.get(card=card)
    assert member is not None
    assert clerk is not None
    known = BenefitVersion.objects.filter(benefit__code="lounge").select_related("benefit").first()
    lounge = known or a_benefit("lounge")
    grant = a_grant(member, a_benefit(f"wine-{member.pk}", "event"))
    point = a_point(store, "lounge", slot_minutes=0)
    (starts_at, ends_at) = service_points.bounds(point, clock.today() + dt.timedelta(days=1))[0]
    common = {"member": member, "card": card, "term": term, "version": lounge, "store": store}
    reservation = BenefitReservation.objects.create(
        **common, point=point, starts_at=starts_at, ends_at=ends_at, day_on=clock.day_of(starts_at), key=f"r-{card.pk}"
    )
    BookedSlot.objects.create(point=point, starts_at=starts_at, taken=1, capacity=2)
    redemption = BenefitRedemption.objects.create(**common, clerk=clerk, key=f"b-{card.pk}", used_on=clock.today())
    adviser = Adviser.objects.create(member=member, person=clerk, since_on=clock.today())
    rows = (lounge, lounge.benefit, grant, point, reservation, redemption, adviser)
    return {label(row): row for row in rows}


def _complained(member: Member, store: Store) -> dict[str, Any]:
    """A case of hers with a file, its category with a prepared answer and a skill, an agent, a question to a department."""
    shipped.lay()
    case = cases.open_case(
        kind="complaint", channel="counter", subject="早餐等了太久", body="等了四十分钟", member=member, store=store,
        attachments=[Upload("receipt.txt", b"Breakfast 48.00")],
    )  # fmt: skip
    user = factories.StaffFactory.create(roles={"member_service": None})
    agent = AgentProfile.objects.create(user=user)
    department = Department.objects.create(code=f"kitchen-{store.code.lower()}", name="Kitchen")
    looked_into = _looked_into(case, user)
    task = tasks.ask(case, department=department, question="Was it closed?", by=user)
    case.refresh_from_db()
    file, evidence = CaseAttachment.objects.filter(entry__case=case).order_by("pk")
    shared = (CaseCategory.objects.all()[0], CannedAnswer.objects.all()[0], Skill.objects.all()[0])
    rows = (case, agent, task, file, *shared, *looked_into)
    return {label(row): row for row in rows} | {"evidence": evidence} | _wrote(member)


def _asked(member: Member, store: Store, clerk: User | None, people: dict[str, User | None]) -> dict[str, Any]:
    """A survey that is asked and being revised; of each member an answer to it, and an invitation that waits."""
    planner, director = people["operations_planner"], people["operations_director"]
    assert planner is not None
    assert director is not None
    survey = Survey.objects.first() or surveys.published("how-was-it", by=planner, approver=director)
    with clock.stopped(clock.now() - dt.timedelta(days=40)):
        response = surveys.answer(surveys.invited(member, survey, store=store, agent=clerk), 1, HER_WORDS, None)
    assert response is not None
    waiting = surveys.invited(member, survey, source="house", store=store, agent=clerk)
    draft = drafting.revise(survey, by=planner)
    answer = response.answers.get(question__code="q2")
    rows = (survey, response, answer, waiting, waiting.trigger, draft.questions.get(code="q1"))
    return {label(row): row for row in rows}


def _wrote(member: Member) -> dict[str, Any]:
    """What came from her by each channel: a chat with a file, a mail with our answer to it, a post at a network."""
    chat = chats.open_chat(
        text="早餐券不能用", member=member, key=f"c-{member.pk}", uploads=[Upload("bill.txt", b"38")]
    )
    raw = f"From: {member.email}\nSubject: Breakfast\nMessage-ID: <{member.pk}@mailer.example>\n\nIt does not work."
    mail = mails.receive(raw.encode(), via="hook").mail
    Message.objects.filter(event="case.received", channel="email").update(state="sent", sent_at=clock.now())
    fetched = FetchedMail.objects.create(mailbox="service@mail", validity=1, uid=member.pk, mail=mail)
    at = clock.now()
    socials.hear("weibo", Post(f"p{member.pk}", f"t{member.pk}", "早餐券不能用", at, handle=f"@{member.pk}"))
    post = SocialThread.objects.get(thread=f"t{member.pk}")
    file = ChatFile.objects.get(line__chat=chat)
    letter = Message.objects.filter(event="case.received", channel="email").latest("pk")
    return {label(row): row for row in (chat, file, mail, fetched, post)} | {"e-mail": letter}


def _looked_into(case: Case, agent: User) -> list[Model]:
    """What was found of a complaint, with its evidence, what was given for it, and a measure so that it becomes rarer."""
    shipped_causes.lay()
    lead = factories.StaffFactory.create(roles={"service_lead": None})
    complaints.investigate(case, kind="records", body="小票", by=agent, attachments=[Upload("receipt.txt", b"09:02")])
    complaints.find(case, finding="justified", explanation="当日缺人", by=agent)
    given = compensation.give(case, compensation_means.points(100), reason="Sorry", by=agent, key=f"house-{case.pk}")
    cause = RootCause.objects.get(code="service-waiting")
    asked = ComplaintFollowUp.objects.create(
        complaint=case.complaint, round=0, open_until=clock.now() + dt.timedelta(days=9)
    )
    terms = {
        "title": "A second machine", "what": "One more at breakfast", "cause": cause, "owner": lead, "target_bps": 5_000,
        "department": Department.objects.all()[0], "due_on": clock.today() + dt.timedelta(days=9), "basis": "members",
    }  # fmt: skip
    measure = improvements.propose(terms, by=lead)
    return [case.complaint, given, cause, asked, measure]


def _account(member: Member) -> dict[str, Any]:
    user = member.user
    assert user is not None
    outbox.send(
        "account.welcome", to=user, member_id=member.pk, key=f"welcome-{user.pk}", context={"number": member.number}
    )
    letter = Message.objects.filter(recipient=user, channel="inbox").latest("pk")
    Message.objects.filter(pk=letter.pk).update(
        state="sent", sent_at=clock.now(), subject="Welcome", body="Your membership has begun."
    )
    kind = Authenticator.Type.WEBAUTHN
    key = Authenticator.objects.create(user=user, type=kind, data={"name": "Phone", "credential": passkey()})
    device = Client()
    device.force_login(user)
    session = UserSession.objects.create(
        user=user, session_key=device.session.session_key, ip="192.0.2.7", user_agent="Firefox"
    )
    return {"core.message": letter, "webauthn": key, label(session): session, label(user): user}


def _of_the_house(house: House) -> None:
    """What has no owner: the same row stands for both."""
    planner, administrator = house.people["operations_planner"], house.people["administrator"]
    assert planner is not None
    assert administrator is not None
    simulation = simulations.ask({"points": {"base_points": 2}}, months=6, author=planner)
    simulations.finish(simulation.pk)
    run = JobRun.objects.create(
        job=sweeps.registered()[0].name, state="finished", requested_by=administrator, finished_at=clock.now()
    )
    poison = PoisonRow.objects.create(run=run, sweep=run.job, row="cards.card:1", key=1, error="ValueError")
    approval = approvals.visible_to(planner).get(state="pending")
    version, draft = house.product.version, house.product.versions.latest("number")
    assert version is not None
    post = Employment.objects.select_related("post").get(user=planner).post
    client, _ = clients.make("Till 4", ["purchases.write"], by=administrator)
    row = imports.hand_in(b"receipt,date,amount\nR-1,2026-11-20,10", name="till.csv", origin="till", by=planner)
    number = MemberReference.objects.create(source="till", reference="17850", member=house.hers.member)
    article = desk.published("umbrella").article
    vain = VainSearch.objects.create(text="parking", language="en", times=1)
    shared = {
        label(article): article, "service_desk.articlecategory": desk.topic(), label(vain): vain,
        "service_desk.announcement": desk.announced(), **_planned(planner), **_emergency(planner),
        "loyalty.earnrule": EarnRule.objects.create(code="member-day", name="Member day"),
        label(client): client, label(row): row, label(number): number,
        "draft": draft, "core.jobrun": run, "core.poisonrow": poison, "core.approval": approval, "cards.product": house.product,
        "cards.productversion": version, "cards.numberseries": house.product.series, "core.post": post,
        "cards.numberbatch": house.product.series.batches.latest("pk"), "core.department": post.department,
        "loyalty.simulation": simulation,
        "members.legaltext": LegalText.objects.filter(kind="privacy").latest("version"),
    }  # fmt: skip
    shared |= _school(house) | _monitored(house)
    for had, clerk in ((house.hers, "clerk"), (house.his, "clerk_elsewhere")):
        had.rows |= shared | _learning(house.people[clerk], shared, had.store)
        had.rows |= _reviewed(house, had, clerk)
        had.rows["core.employment"] = Employment.objects.get(user=house.people[clerk])
        had.rows["core.auditrecord"] = _latest_record(had)


def _planned(planner: User) -> dict[str, Any]:
    """A project of the planner's with a milestone and a task of his, and a meeting that he alone was in."""
    project = office.project(owner=planner, by=planner)
    milestone = projects.set_milestone(project, "Poster hangs", due_on=office.day(20), by=planner)
    task = office.asked(by=planner, owner=planner, project=project)
    return {label(row): row for row in (project, milestone, task, office.meeting("Print posters", by=planner))}


def _monitored(house: House) -> dict[str, Any]:
    """A score sheet in force, the sample of a week in which nothing was drawn, and a finding."""
    sheet, by = reviewing.sheet(), house.people["quality_reviewer"]
    return {label(row): row for row in (sheet, sampling.draw_week(clock.today()), reviewing.finding(by=by))}


def _reviewed(house: House, had: Belongings, clerk: str) -> dict[str, Any]:
    """Her case, reviewed as the work of a clerk, who objects."""
    agent, by = house.people[clerk], house.people["quality_reviewer"]
    assert agent is not None
    assert by is not None
    review = CaseReview.objects.create(
        case=had["service_desk.case"], agent=agent, sheet=had["service_desk.scoresheet"], reason="by-hand", reviewer=by,
        due_on=clock.today(),
    )  # fmt: skip
    review = reviews.hand_in(review, reviewing.marking(tone="no"), by=by)
    objection = review_objections.object_to(review, words="She was greeted.", by=agent)
    return {label(row): row for row in (review, objection)}


def _emergency(planner: User) -> dict[str, Any]:
    """An incident that the planner declared and leads, with the plan that was in force."""
    plan = crisis.kind()
    incident = crisis.declared(by=planner, severity=3, key="house")
    leading.take_over(incident, by=planner)
    return {label(row): row for row in (plan, incident)}


def _school(house: House) -> dict[str, Any]:
    """A course with a step of every kind, and what needs its certificate from next month on."""
    trainer, director = house.people["trainer"], house.people["operations_director"]
    assert trainer is not None
    assert director is not None
    competence = Competence.objects.create(code="activating", name="Activating", valid_months=12)
    course = school.make_course("activating", school.STEPS, trainer=trainer, competence=competence)
    reading, quiz = school.step_of(course, "read"), school.step_of(course, "quiz")
    guide = files.keep(SimpleUploadedFile("guide.pdf", b"%PDF-1.4\n%%EOF\n"))
    courses.write_material(reading, {"body": "Read the guide."}, by=trainer, file=guide, file_name="guide.pdf")
    session = sessions.plan(
        school.step_of(course, "class"), starts_at=clock.now() + dt.timedelta(days=3), minutes=60, place="NJ1",
        trainer=trainer, seats=9, by=trainer,
    )  # fmt: skip
    rule = onboarding.set_rule(course, post=None, role="auditor", within_days=9, starts_on=clock.today(), by=trainer)
    next_month = clock.today() + dt.timedelta(days=31)
    asked = certifying.demand(competence, right="counter.activate", starts_on=next_month, reason="Rule", by=director)
    item = school.step_of(course, "check").items.earliest("pk")
    rows = (competence, course, session, rule, asked, item, school.bank_of(course)[0])
    Department.objects.filter(code="stores").update(director=house.people["department_head"])
    rows += _of_all(house.people["clerk"], trainer, director)
    return {label(row): row for row in rows} | {"reading": reading, "quiz": quiz, "service_desk.coursestep": reading}


def _of_all(clerk: User | None, trainer: User, director: User) -> tuple[Any, ...]:
    """What everybody is measured by: the standard of a post, a target, a level, a contest."""
    assert clerk is not None
    post = clerk.employment.post
    day = {"starts_on": clock.today(), "reason": "Policy"}
    standard = PostStandard.objects.create(post=post, author=trainer, **day)
    StandardCriterion.objects.create(standard=standard, position=1, name="Greets", weight=1)
    agreed = {"author": trainer, "approver": director, "approval": _agreed("performance-target", trainer, director)}
    target = KpiTarget.objects.create(kpi="training", kind="person", value=9_000, **day, **agreed)
    level = CareerLevel.objects.create(code="senior", rank=1, name="Senior")
    contest = Contest.objects.create(
        kpi="sales_count", name="Autumn", starts_on=clock.today(), last_on=clock.today(), created_by=director
    )
    return standard, target, level, contest


def _agreed(kind: str, author: User, director: User) -> Approval:
    return Approval.objects.create(
        kind=kind, subject=f"{kind}:{Approval.objects.count()}", title=kind, before={}, after={}, reason="Policy",
        author=author, decided_by=director, decided_at=clock.now(), state="approved",
    )  # fmt: skip


def _learning(clerk: User | None, shared: dict[str, Any], store: Store) -> dict[str, Any]:
    """What a clerk has of his own: a course that is begun, a try at its quiz, a seat, a check, a certificate."""
    assert clerk is not None
    trainer = shared["service_desk.classsession"].trainer
    row = Enrolment.objects.create(
        user=clerk, course=shared["service_desk.course"], source="own", due_on=clock.today(), enrolled_by=clerk
    )
    StepDone.objects.create(enrolment=row, step=shared["reading"], by=clerk)
    attempt = QuizAttempt.objects.create(enrolment=row, step=shared["quiz"], number=1, pass_percent=75)
    question = shared["service_desk.quizquestion"]
    QuizAnswer.objects.create(
        attempt=attempt, position=1, question=question, version=question.version, order=list(range(2))
    )
    seat = sessions.book(shared["service_desk.classsession"], row, user=clerk)
    check = PracticalCheck.objects.create(
        enrolment=row, step=shared["service_desk.practicalitem"].step, trainee=clerk, assessor=trainer, store=store,
        passed=False, marks=[{"item": 1, "name": "Greets", "is_critical": False, "is_right": False}],
    )  # fmt: skip
    held = Certificate.objects.create(user=clerk, competence=shared["core.competence"], source="by hand")
    rows = (row, attempt, seat, check, held, *_scored(clerk, trainer, shared, store))
    return {label(one): one for one in rows}


def _scored(clerk: User, trainer: User, shared: dict[str, Any], store: Store) -> tuple[Any, ...]:
    """What a clerk is told of his work: a card, a spot check, an objection, a reward, a plan, a level."""
    card = ScoreCard.objects.create(
        kind="person", person=clerk, span="month", starts_on=clock.today().replace(day=1), at_store=store,
        of_department=clerk.employment.post.department,
    )  # fmt: skip
    figure = ScoreFigure.objects.create(card=card, kpi="sales_count", value=1)
    check = SpotCheck.objects.create(
        person=clerk, assessor=trainer, standard=shared["service_desk.poststandard"], store=store, score_bps=0
    )
    objection = Objection.objects.create(person=clerk, figure=figure, words="Two, not one.")
    director = shared["service_desk.contest"].created_by
    incentive = Incentive.objects.create(
        person=clerk, kind="praise", title="Best week", reason="Sixty cards", author=trainer, state="agreed"
    )
    plan = ImprovementPlan.objects.create(
        person=clerk, goal="Look up", measures="Practise", due_on=clock.today(), author=trainer
    )
    step = CareerStep.objects.create(
        person=clerk, level=shared["service_desk.careerlevel"], starts_on=clock.today(), reason="Earned",
        author=trainer, approver=director, approval=_agreed("career-step", trainer, director),
    )  # fmt: skip
    return card, figure, check, objection, incentive, plan, step


def _latest_record(had: Belongings) -> Model:
    from core import audit
    from core.models import AuditRecord

    audit.record("members.member.change", subject=had.member, member_id=had.member.pk, store_id=had.store.pk)
    return AuditRecord.objects.latest("pk")


def _secrets(house: House) -> dict[str, str]:
    found = {"her phone": HER_PHONE[3:], "his phone": HIS_PHONE[4:], "gift phone": GIFT_PHONE[3:]}
    found |= {
        "her e-mail": HER_EMAIL,
        "his e-mail": HIS_EMAIL,
        "her document": HER_DOCUMENT,
        "his document": HIS_DOCUMENT,
    }
    found |= {"her name": house.hers.member.name, "his name": house.his.member.name, "her address": "100 Nanjing Road"}
    found["authenticator seed"] = SECRET
    found["own words in a survey"] = HER_WORDS
    found["instrument"] = "sbi_ok_"
    for owner, had in (("her", house.hers), ("his", house.his)):
        for name in ("phone_index", "email_index"):
            found[f"{owner} {name}"] = getattr(had.member, name)
        document = IdentityDocument.objects.get(member=had.member)
        found[f"{owner} document index"] = document.number_index
        code = had["issued card"].number
        found[f"{owner} activation code"] = code.activation_code
        found[f"{owner} activation digest"] = code.activation_digest
    return found


def picture() -> SimpleUploadedFile:
    page = io.BytesIO()
    Image.new("RGB", (900, 600), "#0e4c52").save(page, "PNG")
    return SimpleUploadedFile("face.png", page.getvalue())


def label(row: Model | None) -> str:
    assert row is not None
    return row._meta.label_lower


def faces() -> list[str]:
    """Everybody who is tried, without building the house."""
    return ["visitor", "her", "him", *ROLES, "clerk_elsewhere", "without_role", "disabled"]
