"""Another person's row, another store's row and no row at all look the same (invariants part 3)."""

import re
from typing import Any

import pytest

from core.models import User
from tests.access.addresses import Address, addresses
from tests.access.conftest import browser
from tests.access.expected import EXPECTED
from tests.access.house import House
from tests.access.watching import written

TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"')


def _of(word: str) -> list[Address]:
    return [one for one in addresses() if EXPECTED[one.name].removeprefix("post ").endswith(word)]


def _seen(answer: Any, path: str) -> tuple[int, bytes]:
    """What can be told from an answer, apart from what differs each time and the address itself."""
    return answer.status_code, TOKENS.sub(b"", answer.content).replace(path.encode(), b"")


def test_there_are_such_pages() -> None:
    assert len(_of("own")) > 15
    assert len(_of("@store")) > 8


def test_another_members_row_looks_like_none(house: House) -> None:
    client, wrong = browser(house, "her"), []
    for one in _of("own"):
        method = client.post if EXPECTED[one.name].startswith("post") else client.get
        his, none = one.path(house.his), one.nowhere(house.his)
        with written() as tables:
            answers = _seen(method(his), his), _seen(method(none), none)
        if answers[0] != answers[1] or answers[0][0] != 404 or tables:
            wrong.append((one.name, answers[0][0], answers[1][0], tables))
    assert not wrong


def test_another_stores_row_looks_like_none(house: House) -> None:
    client, wrong = browser(house, "store_manager"), []
    for one in _of("@store"):
        method = client.post if EXPECTED[one.name].startswith("post") else client.get
        his, none = one.path(house.his), one.nowhere(house.his)
        answers = _seen(method(his), his), _seen(method(none), none)
        if answers[0] != answers[1] or answers[0][0] not in {403, 404}:
            wrong.append((one.name, answers[0][0], answers[1][0]))
    assert not wrong


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_another_members_passkey_is_neither_renamed_nor_removed(house: House, name: str) -> None:
    """These pages ask for a fresh proof first, so that the matrix meets them shut."""
    client = browser(house, "her")
    client.post("/account/prove/", {"action": "password", "password": "amber-lantern-42"})
    one = next(each for each in addresses() if each.name == name)
    assert client.get(one.path(house.hers)).status_code == 200
    with written() as tables:
        assert client.get(one.path(house.his)).status_code == 404
        assert client.post(one.path(house.his), {"name": "mine now"}).status_code == 404
    assert not tables
    house.his["webauthn"].refresh_from_db()


def test_a_member_ends_no_session_but_her_own(house: House) -> None:
    client = browser(house, "her")
    his = house.his["usersessions.usersession"]
    client.post("/account/sessions/", {"session": his.pk, "action": "end"})
    assert type(his).objects.filter(pk=his.pk).exists()
    assert isinstance(his.user, User)
