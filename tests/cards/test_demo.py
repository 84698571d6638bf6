"""The demo's cards are made by the real operations, and loading them twice changes nothing."""

import pytest

from cards import demo
from cards.models import CardNumber, Product, ProductVersion
from core import verify
from core.models import Approval
from members import demo as people

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
