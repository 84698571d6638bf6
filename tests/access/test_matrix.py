"""Every address of the URLconf, tried by everybody, on what is theirs and on what is not (SEC-01, invariants part 3)."""

from collections.abc import Callable
from typing import Any

import pytest

from core import access, approvals
from core.models import User
from service_desk.incidents.operations import holding as leading
from service_desk.incidents.queries import rooms
from service_desk.quality.queries import coordination, findings, reviews
from service_desk.queries import asked
from tests.access.addresses import Address, addresses
from tests.access.conftest import browser
from tests.access.expected import EXPECTED, WRITES_WHEN_READ, WRITTEN_ABOUT_THE_TRY
from tests.access.house import Belongings, House, faces
from tests.access.watching import blank_pages, written

OFTEN = {"visitor", "her", "without_role", "store_manager"}
"""One of every kind; the others differ by their line of the role map and are walked by the slow run."""
HERE = "tests/access/expected.py"
TRIED = [pytest.param(face, marks=[] if face in OFTEN else pytest.mark.walk) for face in faces()]


def test_every_address_says_who_opens_it() -> None:
    missing = sorted({one.name for one in addresses()} - EXPECTED.keys())
    assert not missing, f"say in {HERE} who opens {missing}: one row each, in the words explained there"


def test_every_row_of_the_table_has_an_address() -> None:
    stale = sorted(EXPECTED.keys() - {one.name for one in addresses()})
    assert not stale, f"no such address any more; take the row out of {HERE}: {stale}"


@pytest.mark.parametrize("face", TRIED)
def test_only_who_may_reads_and_reading_changes_nothing(house: House, face: str) -> None:
    client, wrong = browser(house, face), []
    with blank_pages():
        for one, had in _walk(house):
            with written() as tables:
                answer = client.get(one.path(had))
            wrong += [f"{_place(one, had, house)}: {said}" for said in _read(one, had, house, face, answer)]
            if tables and not (set(tables) <= WRITES_WHEN_READ.get(one.name, set())):
                wrong.append(f"{_place(one, had, house)}: reading it wrote {tables}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("face", TRIED)
def test_who_may_not_changes_nothing(house: House, face: str) -> None:
    """A POST where one has no business is refused, and not a row is written."""
    client, wrong = browser(house, face), []
    with blank_pages():
        for one, had in _walk(house):
            if _may(EXPECTED[one.name].removeprefix("post "), face, had, house):
                continue
            with written() as tables:
                answer = client.post(one.path(had), {"reason": "because"})
            if answer.status_code not in {401, 403, 404, 405} and not _to_the_door(answer):
                wrong.append(f"{_place(one, had, house)}: answered {answer.status_code} {answer.get('Location', '')}")
            if not set(tables) <= WRITTEN_ABOUT_THE_TRY:
                wrong.append(f"{_place(one, had, house)}: wrote {tables}")
    assert not wrong, "\n".join(wrong)


def _walk(house: House) -> list[tuple[Address, Belongings]]:
    """Every address: hers and, where it names something, his."""
    return [(one, had) for one in addresses() for had in (house.hers, house.his) if one.converters or had is house.hers]


def _place(one: Address, had: Belongings, house: House) -> str:
    return f"{one.name} ({'hers' if had is house.hers else 'his'})"


def _read(one: Address, had: Belongings, house: House, face: str, answer: Any) -> list[str]:
    """What is wrong with the answer to a GET."""
    word = EXPECTED[one.name]
    turned_away = answer.status_code in {401, 403, 404} or _to_the_door(answer)
    if answer.status_code >= 500:
        return [f"broke with {answer.status_code}"]
    if word.startswith("post "):
        shown = answer.status_code != 405 and not turned_away
        return [f"takes a GET ({answer.status_code}), though it changes something"] if shown else []
    may = _may(word, face, had, house)
    if may and turned_away:
        return [f"is closed to {face} ({answer.status_code}), though it is '{word}'"]
    if not may and not turned_away:
        return [f"opens to {face} ({answer.status_code}), though it is '{word}'"]
    return []


def _to_the_door(answer: Any) -> bool:
    doors = ("/account/login/", "/admin/login/")
    return bool(answer.status_code == 302 and answer["Location"].startswith(doors))


def _may(word: str, face: str, had: Belongings, house: House) -> bool:
    user = house.people[face]
    if word in {"public", "link"}:
        return True
    if user is None or not user.is_active or word in {"nobody", "key"}:
        return False
    kind, _, right = word.partition(":")
    right, _, of_store = right.partition("@")
    kind, _, own_store = kind.partition("@")
    return RULES[kind](user, right, had.store.pk if of_store or own_store else None, had)


def _task(had: Belongings) -> Any:
    return had["service_desk.casetask"]


PARTS = {
    "service_desk.incident": rooms.visible_to,
    "service_desk.task": coordination.visible_to,
    "service_desk.project": coordination.projects_visible_to,
    "service_desk.meeting": coordination.meetings_visible_to,
    "service_desk.casereview": reviews.visible_to,
    "service_desk.reviewobjection": reviews.objections,
    "service_desk.qualityfinding": findings.visible_to,
}


def _leads(user: User, right: str, had: Belongings) -> bool:
    at_his_stores = had.store.pk in (access.stores_of(user, right=right) or ())
    return at_his_stores or user.directs.exists() or access.allows(user, "people.view_everybody")


Rule = Callable[[User, str, int | None, Belongings], bool]
RULES: dict[str, Rule] = {
    "person": lambda *_: True,
    "begun": lambda *_: True,
    "person with a second step": lambda user, *_: not user.is_staff,
    "member": lambda user, *_: not user.is_staff,
    "own": lambda user, _right, _store, had: had.member.user == user,
    "staff": lambda user, right, store, _had: user.is_staff and (not right or access.allows(user, right, at=store)),
    "taker": lambda user, _right, _store, had: had["service_desk.course"].enrolments.filter(user=user).exists(),
    "learner": lambda user, _right, _store, had: had["service_desk.enrolment"].user == user,
    "led": lambda user, right, _store, had: access.allows(user, right) and _leads(user, right, had),
    "lead": lambda user, right, _store, had: (
        access.allows(user, right) and leading.may_lead(had["service_desk.incident"], user)
    ),
    "staff of cards": lambda user, *_: access.allows_any_of_app(user, "cards"),
    "approval": lambda user, _right, _store, had: (
        approvals.visible_to(user).filter(pk=had["core.approval"].pk).exists()
    ),
    "asked": lambda user, _right, _store, had: (
        user.is_staff
        and (access.allows(user, "service_desk.view_case") or asked.of(user).filter(pk=_task(had).pk).exists())
    ),
    "part": lambda user, row, _store, had: user.is_staff and PARTS[row](user).filter(pk=had[row].pk).exists(),
    "counter": lambda user, _right, store, _had: access.allows(user, "counter.look_up", at=store),
}
