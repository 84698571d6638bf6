"""Invitations from the link to the reward (MEM-10): who is refused, who is looked at, who gets what when."""

import datetime as dt
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client

from cards.models import Card, Order
from core import clock, parameters, request
from core.models import Message, User
from core.request import Origin
from loyalty.models import PointTransaction
from loyalty.operations import invitations
from loyalty.queries import invitations as rows
from members.models import Household, Member, Referral
from members.operations import people, referrals
from members.operations.codes import Address
from members.operations.people import Recruited
from members.policy.parameters import ReferralParameters
from risk.models import RiskEvent
from tests import factories
from tests.cards.factories import ActiveCardFactory, LineFactory, OrderFactory
from tests.cards.products import refused, swept
from tests.loyalty.conftest import balances, broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
JOB = "referrals.reward"
TODAY = dt.date(2026, 11, 23)


def activate(member: Member, *, days_ago: int) -> Card:
    line = LineFactory.create(order=OrderFactory.create(member=member))
    card: Card = ActiveCardFactory.create(order_line=line, activated_at=clock.now() - dt.timedelta(days=days_ago))
    return card


def join(referrer: Member | None, number: int = 1, *, address: str = "198.51.100.1", **about: Any) -> Member:
    with request.served(Origin(address=address)), transaction.atomic():
        joined = people.join(
            verified=Address("sms", f"+861390000{number:04}"), name=about.pop("name", f"Friend {number}"), language="en",
            choices={}, recruited=Recruited(referred_by=referrer, **about),
        )  # fmt: skip
    return joined.member


def invitation(member: Member) -> Referral:
    return Referral.objects.get(friend=member)


@pytest.fixture
def inviting(wanqing: Member) -> Member:
    """Wanqing with a card that has run for long."""
    activate(wanqing, days_ago=100)
    return wanqing


def test_who_joins_on_an_invitation_is_recorded_and_the_inviting_member_hears_it(inviting: Member) -> None:
    row = invitation(join(inviting))
    assert (row.referrer, row.state, row.joined_on) == (inviting, "joined", TODAY)
    told = Message.objects.get(event="referral.joined")
    assert told.recipient == inviting.user
    assert "F*** 1***" in told.body
    assert "198.51.100" not in row.origin


def test_fourteen_days_after_the_activation_both_are_rewarded_once(inviting: Member) -> None:
    friend = join(inviting)
    activate(friend, days_ago=13)
    assert (swept(JOB), PointTransaction.objects.count()) == (0, 0)
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        assert (swept(JOB), swept(JOB)) == (1, 0)
        assert (balances(inviting)[0], balances(friend)[0], broken()) == (500, 500, [])
    row = invitation(friend)
    assert (row.state, row.place, row.year, row.referrer_points, row.friend_points) == ("rewarded", 1, 2026, 500, 500)
    assert Message.objects.filter(event="referral.rewarded", channel="inbox").count() == 2
    keys = PointTransaction.objects.values_list("source", "external_id")
    assert set(keys) == {("referral", f"{row.pk}:referrer"), ("referral", f"{row.pk}:friend")}


def test_nobody_is_rewarded_while_either_card_does_not_run(wanqing: Member) -> None:
    friend = join(wanqing)
    activate(friend, days_ago=20)
    swept(JOB)
    assert invitation(friend).state == "joined"
    activate(wanqing, days_ago=1)
    swept(JOB)
    assert invitation(friend).state == "rewarded"


@pytest.mark.parametrize("how", ["refunded", "closed"])
def test_a_card_that_was_returned_before_its_time_ends_the_invitation(inviting: Member, how: str) -> None:
    friend = join(inviting)
    card = activate(friend, days_ago=5)
    swept(JOB)
    if how == "refunded":
        Order.objects.filter(pk=card.order_line.order_id).update(state="refunded")
    else:
        Card.objects.filter(pk=card.pk).update(state="closed")
    assert swept(JOB) == 1
    row = invitation(friend)
    assert (row.state, row.because, PointTransaction.objects.count()) == ("refused", ["card-returned"], 0)


def test_a_second_card_keeps_the_invitation_of_a_returned_one(inviting: Member) -> None:
    friend = join(inviting)
    Card.objects.filter(pk=activate(friend, days_ago=30).pk).update(state="closed")
    activate(friend, days_ago=14)
    swept(JOB)
    assert invitation(friend).state == "rewarded"


def test_beyond_the_years_number_the_friend_alone_is_rewarded(
    inviting: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = ReferralParameters(yearly_cap=2)
    monkeypatch.setattr(parameters, "in_force", _with(policy))
    friends = [join(inviting, number, address=f"198.51.100.{number}") for number in range(1, 4)]
    for friend in friends:
        activate(friend, days_ago=14)
    assert swept(JOB) == 3
    places = list(Referral.objects.order_by("pk").values_list("place", "referrer_points", "friend_points"))
    assert places == [(1, 500, 500), (2, 500, 500), (None, 0, 500)]
    assert balances(inviting)[0] == 1_000


def _with(policy: ReferralParameters) -> Any:
    real = parameters.in_force
    return lambda cls, **on: policy if cls is ReferralParameters else real(cls, **on)


def test_the_database_itself_refuses_a_circle_and_an_invitation_of_oneself(inviting: Member) -> None:
    friend = join(inviting)
    for referrer, invited in ((friend, inviting), (inviting, inviting)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.create(referrer=referrer, friend=invited, joined_on=TODAY)


def test_who_is_a_member_already_cannot_be_invited_again(inviting: Member, stranger: Member) -> None:
    assert stranger.phone is not None
    with transaction.atomic():
        people.join(
            verified=Address("sms", stranger.phone), name="Again", language="en", choices={},
            recruited=Recruited(referred_by=inviting),
        )  # fmt: skip
    counter: Member = factories.MemberFactory.create(user=None, phone="+8613900007001")
    with transaction.atomic():
        claimed = people.join(
            verified=Address("sms", "+8613900007001"), name="Z", language="en", choices={},
            recruited=Recruited(referred_by=inviting),
        )  # fmt: skip
    assert (claimed.member, Referral.objects.count()) == (counter, 0)


def test_one_person_with_two_accounts_is_refused_for_good(inviting: Member) -> None:
    friend = join(inviting)
    activate(friend, days_ago=14)
    for member, kind in ((inviting, "resident-id"), (friend, "residence-permit")):
        factories.IdentityDocumentFactory.create(member=member, kind=kind, number="11010519491231002X")
    swept(JOB)
    row = invitation(friend)
    assert (row.state, row.because, PointTransaction.objects.count()) == ("refused", ["same-document"], 0)


def _same_device(inviting: Member) -> Member:
    return join(inviting, same_device=True)


def _same_session(inviting: Member) -> Member:
    UserSession.objects.create(user=inviting.user, session_key="s", ip="198.51.100.1", user_agent="x")
    return join(inviting)


def _same_origin(inviting: Member) -> Member:
    join(inviting, 8)
    return join(inviting, 9)


def _same_household(inviting: Member) -> Member:
    friend, home = join(inviting), Household.objects.create(name="H")
    Member.objects.filter(pk__in=[inviting.pk, friend.pk]).update(household=home)
    return friend


def _same_name(inviting: Member) -> Member:
    return join(inviting, name=inviting.name)


def _many(inviting: Member) -> Member:
    return [join(inviting, number, address=f"203.0.113.{number}") for number in range(1, 5)][-1]


@pytest.mark.parametrize(
    ("friend_of", "why"),
    [(_same_device, "same-device"), (_same_session, "same-address"), (_same_origin, "same-address"),
     (_same_household, "same-household"), (_same_name, "same-name"), (_many, "many-in-a-day")],
)  # fmt: skip
def test_what_looks_like_farming_waits_for_a_person(inviting: Member, friend_of: Any, why: str) -> None:
    friend = friend_of(inviting)
    swept(JOB)
    row = invitation(friend)
    assert (row.state, row.because) == ("held", [why])
    assert RiskEvent.objects.get(kind="referral.held", subject=f"members.referral:{row.pk}").is_alert
    activate(friend, days_ago=30)
    assert (swept(JOB), PointTransaction.objects.filter(member=friend).count()) == (0, 0)


def test_a_person_lets_it_go_on_or_refuses_it_once_and_never_his_own(
    inviting: Member, service_agent: User, clerk: User
) -> None:
    friend = _same_device(inviting)
    activate(friend, days_ago=30)
    swept(JOB)
    row = invitation(friend)
    with refused("not_permitted"):
        referrals.release(row, by=clerk, reason="A friend of mine.")
    with refused("reason_needed"):
        referrals.release(row, by=service_agent, reason=" ")
    referrals.release(row, by=service_agent, reason="They share a tablet at work.")
    assert swept(JOB) == 1
    assert (invitation(friend).state, balances(friend)[0]) == ("rewarded", 500)
    with refused("already_decided"):
        referrals.refuse(row, by=service_agent, reason="Too late.")
    other = join(inviting, 5, address="203.0.113.5", same_device=True)
    swept(JOB)
    Member.objects.filter(pk=inviting.pk).update(user=service_agent)
    with refused("own_invitation"):
        referrals.refuse(invitation(other), by=User.objects.get(pk=service_agent.pk), reason="x")


def test_looking_costs_as_much_for_the_thirtieth_friend_as_for_the_third(
    inviting: Member, django_assert_max_num_queries: Any
) -> None:
    friends = [join(inviting, number, address=f"198.51.100.{number}") for number in range(30)]
    Referral.objects.update(looked_at=clock.now())
    activate(friends[-1], days_ago=14)
    row = Referral.objects.select_related("referrer", "friend").get(friend=friends[-1])
    Referral.objects.filter(pk=row.pk).update(reviewed_at=clock.now())
    with django_assert_max_num_queries(64):  # 14 of them ask what earn rules about friends add, and put it on record
        assert invitations.settle(row, on=TODAY)


# the way in


def test_the_short_link_leads_to_the_form_with_the_code_filled_in(client: Client, inviting: Member) -> None:
    page = client.get(f"/r/{inviting.invite_code}/", follow=True)
    assert page.status_code == 200
    assert f'value="{inviting.invite_code}"' in page.content.decode()
    again = Client()
    again.cookies = client.cookies
    assert f'value="{inviting.invite_code}"' in again.get(page.request["PATH_INFO"]).content.decode()


@pytest.mark.parametrize("code", ["NOBODYS000", "x", "<script>", "A" * 300])
def test_a_link_that_is_nobodys_leads_to_the_same_form_without_a_word(client: Client, code: str) -> None:
    page = client.get(f"/r/{code}/", follow=True)
    assert page.status_code == 200
    assert 'name="invitation"' in page.content.decode()


@pytest.mark.parametrize("typed", ["NOBODYS000", "\x00", "A" * 41, "1" * 40])
def test_a_code_that_is_nobodys_is_an_error_on_its_field_and_keeps_the_rest(client: Client, typed: str) -> None:
    page = client.post("/account/join/", {"name": "Lan", "address": "13900001234", "agreed": "on", "invitation": typed})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"invitation"}
    assert 'value="Lan"' in page.content.decode()


def test_the_page_shows_code_link_picture_and_friends_by_masked_name_alone(inviting: Member, her_phone: Client) -> None:
    waiting, active, paid = (join(inviting, n, name=f"Zoë Nowak{n}", address=f"203.0.113.{n}") for n in (1, 2, 3))
    activate(active, days_ago=2)
    activate(paid, days_ago=14)
    swept(JOB)
    page = her_phone.get("/me/invite/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert f"/r/{inviting.invite_code}/" in text
    assert "<svg" in text
    assert [one.state for one in page.context["friends"]] == ["rewarded", "activated", "joined"]
    assert "Nowak" not in text
    for friend in (waiting, active, paid):
        assert friend.number not in text
        assert (friend.phone or "?") not in text


def test_who_is_held_for_review_is_not_told_so(inviting: Member, her_phone: Client) -> None:
    _same_device(inviting)
    swept(JOB)
    assert [one.state for one in her_phone.get("/me/invite/").context["friends"]] == ["joined"]
    assert rows.of(inviting).get().state == "held"


def test_the_page_asks_as_often_for_thirty_friends_as_for_three(
    inviting: Member, her_phone: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        join(inviting, number)
    her_phone.get("/me/invite/")
    with django_assert_max_num_queries(14):
        her_phone.get("/me/invite/")
