"""The surveys of the demo: drawn up and published by the two who may, asked at real uses and renewals of some months, answered
by guests of their own; one waits to be published, and one of the demo's members has an open invitation."""

import contextlib
import datetime as dt

from django.db import transaction

from cards import demo_renewals
from cards.models import Card, Entitlement, Order, Product, ProductVersion, SandboxCharge
from cards.operations import orders, renewals, uses
from cards.payments import collecting
from cards.payments.sandbox import provider
from cards.queries import purchases
from core import approvals, clock, sweeps
from core.messaging import dispatch
from core.models import Store, User
from core.parameters import Snapshot
from core.refusals import Refusal
from members.models import LegalText, Member, Source
from members.operations import consent, people
from members.operations.codes import Address
from members.operations.people import Recruited
from service_desk.models import Case
from service_desk.operations import handling
from service_desk.surveys import demo_texts as texts
from service_desk.surveys.models import Survey, SurveyInvitation, SurveyResponse, SurveyTrigger
from service_desk.surveys.operations import answering, asking, drafting, publishing, questions, triggers
from service_desk.surveys.policy.asking import Window
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.policy.routing import Compare, Verb
from service_desk.surveys.queries import following_up, touch_points
from service_desk.surveys.queries.touch_points import Source as Facts

CSAT, NPS, CES = "after-a-benefit", "after-a-renewal", "after-a-case"
BEGAN_AGO, CARDS_AGO, RENEWED_AGO, LAST_CASE_AGO = 240, 400, 36, 20
USED_AGO = (226, 186, 146, 106, 66)
LATELY = (5, 1, 2)
"""One more use: by which guest, how many days ago, and what she said of it."""
# By guest: what she said of each use (None: nothing), and of the renewal.
SCORES: tuple[tuple[tuple[int | None, ...], int | None], ...] = (
    ((5, 4, 5, 5, 5), 10), ((4, None, 4, 5, 4), 9), ((5, 5, 3, 4, 5), 9), ((3, 4, None, 4, 5), 8),
    ((5, 5, 5, None, 4), 10), ((2, 4, 4, 5, None), 7), ((4, 3, 5, 5, 5), 9), ((5, None, 4, 4, 1), 4),
    ((4, 5, 5, 3, 5), 10), ((5, 4, None, 5, 4), 8), ((None, 3, 4, 5, 5), None), ((4, 4, 5, 2, 4), 9),
)  # fmt: skip


def load() -> None:
    """Loading it again changes nothing."""
    if Survey.objects.filter(code=CSAT).exists():
        return
    planner, director = _person("planner"), _person("director")
    with clock.stopped(clock.now() - dt.timedelta(days=BEGAN_AGO)):
        asked = [_publish(planner, director, *one) for one in (_renewal(), _benefit())]
    _wait_for_a_second_person(planner)
    guests = [_welcome(number, name, language) for number, (name, language) in enumerate(texts.GUESTS)]
    _live(guests)
    _ask_and_answer(asked, guests)
    sweeps.run("surveys.ask")


Draft = tuple[str, str, texts.Texts, tuple[questions.Wording, ...], str]


def _benefit() -> Draft:
    return CSAT, "csat", texts.BENEFIT, texts.BENEFIT_QUESTIONS, "benefit-use"


def _renewal() -> Draft:
    return NPS, "nps", texts.RENEWAL, texts.RENEWAL_QUESTIONS, "renewal"


def _person(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


@transaction.atomic
def _draft(code: str, kind: str, said: texts.Texts, asks: tuple[questions.Wording, ...], planner: User) -> Survey:
    survey = drafting.begin(code, kind, by=planner)
    draft = survey.versions.select_related("survey").get()
    told = dict(zip(("title", "intro", "thanks"), map(texts.words, said), strict=True))
    drafting.word(draft, told, by=planner)
    made = [questions.add(draft, wording, by=planner) for wording in asks]
    if kind == "csat":  # who is content is not asked what was wrong, who is not is not asked what was nice
        common = {"verb": Verb.HIDE, "on": made[0], "options": [], "to": None}
        questions.add_skip(made[1], common | {"compare": Compare.AT_LEAST, "number": 4}, by=planner)
        questions.add_skip(made[2], common | {"compare": Compare.AT_MOST, "number": 2}, by=planner)
    return survey


def _publish(
    planner: User,
    director: User,
    code: str,
    kind: str,
    said: texts.Texts,
    asks: tuple[questions.Wording, ...],
    point: str,
) -> SurveyTrigger:
    survey = _draft(code, kind, said, asks, planner)
    draft = survey.versions.select_related("survey").get()
    request = publishing.submit(draft, reason="To hear how it is, month by month.", by=planner)
    approvals.approve(request, by=director, reason="Short, and worth the asking.")
    terms = {
        "touch_point": point, "delay_hours": 3, "share_bps": 10_000, "tiers": [], "products": [],
        "starts_on": clock.today(), "last_valid_on": None, "every_months": None,
    }  # fmt: skip
    return triggers.begin(survey, terms, [], by=planner)


def _wait_for_a_second_person(planner: User) -> None:
    survey = _draft(CES, "ces", texts.EFFORT, texts.EFFORT_QUESTIONS, planner)
    draft = survey.versions.select_related("survey").get()
    publishing.submit(draft, reason="Is it easy to get a matter settled?", by=planner)


def _welcome(number: int, name: str, language: str) -> Member:
    """A member of the demo's past, with a log-in that nobody knows the password of."""
    store = Store.objects.get(code="CD1" if number % 3 == 2 else "SH1")
    with clock.stopped(clock.now() - dt.timedelta(days=CARDS_AGO + 10)), transaction.atomic():
        phone = Address("sms", f"+86139001390{number:02}")
        choices = {("marketing", "sms"): False, ("marketing", "email"): False}
        recruited = Recruited(source=Source.STORE, store=store)
        joined = people.join(verified=phone, name=name, language=language, choices=choices, recruited=recruited)
        consent.accept(joined.member, [LegalText.Kind.CARD_AGREEMENT], language=language)
    return joined.member


def _live(guests: list[Member]) -> None:
    """Cards bought a year and a month ago, used every six weeks, renewed before they ended."""
    product = Product.objects.get(code="city")
    for number, guest in enumerate(guests):
        with _ago(CARDS_AGO - number):
            card = demo_renewals.buy(guest, product, "demo-surveys")
            demo_renewals.activate(card, guest)
        for place, days in enumerate(USED_AGO):
            with _ago(days - number):
                _use(card, guest, number, key=f"demo-surveys-{number}-{place}")
        with _ago(RENEWED_AGO - number):
            _renew(card, guest)
        if number == LATELY[0]:
            with _ago(LATELY[1]):
                _use(card, guest, number, key="demo-surveys-lately")


def _ago(days: int) -> contextlib.AbstractContextManager[None]:
    """Eleven in the morning of a day that is over."""
    day = clock.today() - dt.timedelta(days=days)
    return clock.stopped(dt.datetime.combine(day, dt.time(11), tzinfo=clock.zone()))


def _use(card: Card, guest: Member, number: int, *, key: str) -> None:
    """The first benefit that her card allows that day, at her store or, now and then, at the other."""
    at = "CD1" if number % 3 == 2 else "SH1"
    store, clerk = Store.objects.get(code=at), _person("clerk2" if at == "CD1" else "clerk")
    for benefit in Entitlement.objects.filter(version=card.version_id).order_by("position"):
        with contextlib.suppress(Refusal):
            uses.record(card, entitlement=benefit, store=store, clerk=clerk, key=key)
            return


def _renew(card: Card, guest: Member) -> None:
    version = ProductVersion.objects.select_related("agreement").get(
        product=card.product_id, pk=card.product.version_id or 0
    )
    agreed = orders.Agreed(purchases.agreement_of(version, on=clock.today()), guest.language)
    order: Order = renewals.place(card, member=guest, years=1, key="demo-surveys-renewal", agreed=agreed)
    collecting.start(order, gateway="sandbox", return_url=f"/orders/{order.token}/")
    payment = order.payments.latest("pk")
    charge = SandboxCharge.objects.get(merchant_reference=payment.reference)
    provider.decide(charge, SandboxCharge.State.PAID, callback=provider.Callback.NEVER)
    collecting.ask(payment)


def _ask_and_answer(asked: list[SurveyTrigger], guests: list[Member]) -> None:
    """Day by day what the sweep would have done for these guests, and what they said a few hours later."""
    of_renewal, of_benefit = asked
    for number, guest in enumerate(guests):
        of_uses, of_renewing = SCORES[number]
        for place, days in enumerate(USED_AGO):
            _one(of_benefit, guest, days - number, of_uses[place])
        _one(of_renewal, guest, RENEWED_AGO - number, of_renewing)
    _one(of_benefit, guests[LATELY[0]], *LATELY[1:])


def _one(trigger: SurveyTrigger, guest: Member, days: int, score: int | None) -> None:
    with _ago(days), clock.stopped(clock.now() + dt.timedelta(hours=4)):
        if not _ask(trigger, guest):
            return
        dispatch.run("inbox")
        invitation = SurveyInvitation.objects.filter(member=guest).latest("pk")
        if score is None:
            return
        with clock.stopped(clock.now() + dt.timedelta(hours=5)):
            response = _answer(invitation, score, guest)
    if response.is_low and days > LAST_CASE_AGO:
        with _ago(days - 1):
            _settle(response, guest)


def _ask(trigger: SurveyTrigger, guest: Member) -> int:
    day = dt.timedelta(days=1)
    within = Window(clock.now() - day, clock.now())
    found = 0
    for source in touch_points.at(trigger.touch_point):
        keys = list(_of(source, guest, within))
        found += asking.ask(trigger, source.code, source.occasions(keys), parameters=Snapshot())
    return found


def _of(source: Facts, guest: Member, within: Window) -> list[int]:
    rows = source.due(within).annotate(of_member=source.member).filter(of_member=guest.pk)
    return list(rows.values_list("pk", flat=True))


def _answer(invitation: SurveyInvitation, score: int, guest: Member) -> SurveyResponse:
    """The score, then a word of what was good or bad, then nothing more."""
    response = answering.save(invitation, "q1", Answer(number=score), via="inbox", language=guest.language)
    for code in ("q2", "q3"):
        if response is None:
            said = texts.COMPLAINTS if score <= 4 else texts.PRAISE
            answer = Answer(text=said[guest.language]) if code == "q2" else Answer(chosen=(f"o{score % 4 + 1}",))
            with contextlib.suppress(Refusal):
                response = answering.save(invitation, code, answer, via="inbox", language=guest.language)
    assert response is not None  # noqa: S101  (every question was answered, or hidden by an answer)
    return response


def _settle(response: SurveyResponse, guest: Member) -> None:
    """A colleague of service called back the day after."""
    service = _person("service")
    case: Case = following_up.cases_of([response.pk])[response.pk]
    if case.owner_id != service.pk:
        case = handling.assign(case, by=_person("director"), to=service)
    case = handling.resolve(case, by=service, resolution=texts.SETTLED[guest.language])
    handling.close(case, by=service)
