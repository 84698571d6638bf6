"""The demo's benefits are made by the real operations, and loading them twice changes nothing."""

import pytest

from cards import demo as cards
from loyalty import demo, demo_benefits, demo_tiers
from loyalty.models import Adviser, Benefit, BenefitGrant, BenefitRedemption, BenefitReservation, BenefitVersion
from members import demo as people
from tests.loyalty.conftest import broken

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def counts() -> list[int]:
    models = (Benefit, BenefitVersion, BenefitGrant, BenefitRedemption, BenefitReservation, Adviser)
    return [model.objects.count() for model in models]


def test_the_demo_has_benefits_of_every_kind_uses_of_some_months_and_a_table_for_today() -> None:
    for load in (people.load, cards.load, demo_tiers.load, demo.load, demo_benefits.load):
        load()
    before = counts()
    demo_benefits.load()
    assert counts() == before
    assert set(Benefit.objects.values_list("kind", flat=True)) == {"basic", "tier", "event"}
    assert len({use.used_on.month for use in BenefitRedemption.objects.all()}) > 3
    assert BenefitReservation.objects.filter(state="booked").exists()
    assert Adviser.objects.exists()
    for version in BenefitVersion.objects.all():
        assert all((version.name_zh_hans, version.name_zh_hant, version.description_zh_hans))
    assert broken() == []
