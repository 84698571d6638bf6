from core.models import User
from members.models import Household, Member


def test_the_cast_is_found_by_phone_email_and_name(wanqing: Member, stranger: Member) -> None:
    assert list(Member.objects.by_phone("+8613812340001")) == [wanqing]
    assert list(Member.objects.by_email("wanqing.lin@example.com")) == [wanqing]
    assert list(Member.objects.by_name("林婉清")) == [wanqing]
    assert User.objects.with_phone("+85291234567") == stranger.user
    assert not Member.objects.by_phone("").exists()


def test_the_index_follows_the_value_it_stands_for(wanqing: Member) -> None:
    wanqing.phone = "+8613912349999"
    wanqing.save()
    assert list(Member.objects.by_phone("+8613912349999")) == [wanqing]
    assert not Member.objects.by_phone("+8613812340001").exists()


def test_a_household_holds_a_person_without_a_log_in(household: Household) -> None:
    assert household.members.count() == 3
    assert household.members.filter(user=None).count() == 1


def test_staff_have_roles_at_their_store(clerk: User, auditor: User, store) -> None:
    assert clerk.has_perm("counter.sell")
    assert not auditor.has_perm("counter.sell")
    assert auditor.has_perm("members.view_member")
