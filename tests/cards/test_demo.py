"""The demo's cards are made by the real operations, and loading them twice changes nothing."""

import pytest

from cards import demo
from cards.models import Card, CardNumber, Product, ProductVersion
from core import verify
from core.messaging import inbox
from core.models import Approval
from members import demo as people
from members.models import Member

pytestmark = pytest.mark.django_db


def test_the_demo_has_three_cards_on_sale_and_one_waiting_for_approval():
    people.load()
    demo.load()
    before = (Product.objects.count(), CardNumber.objects.count(), Approval.objects.count())
    demo.load()
    assert (Product.objects.count(), CardNumber.objects.count(), Approval.objects.count()) == before
    assert sorted(Product.objects.values_list("code", "state")) == [
        ("city", "on-sale"), ("garden", "in-review"), ("harbour", "on-sale"), ("snow", "on-sale"),
    ]  # fmt: skip
    waiting = Approval.objects.get(state="pending")
    assert waiting.author.display_name.startswith("叶青")
    for version in ProductVersion.objects.all():
        assert all((version.name, version.name_zh_hans, version.name_zh_hant, version.description_zh_hant))
        for benefit in version.entitlements.all():
            assert all((benefit.name_zh_hans, benefit.name_zh_hant, benefit.description_zh_hans))
    assert not [one.code for one in verify.invariants() if one.code.startswith("P") and verify.look(one).broken]


def test_the_demo_shows_a_card_in_use_and_few_unread_messages():
    people.load()
    demo.load()
    wanqing = Member.objects.by_phone("+8613800138001").get()
    card = Card.objects.get(holder=wanqing, state="active")
    assert card.uses.count() > 3
    assert Member.objects.filter(language="zh-hant").exists()
    for member in Member.objects.exclude(user=None):
        assert member.user is not None
        assert inbox.unread_count(member.user) < 12, member.name
