"""The pages of what goes wrong: their status, our look, the reader's language, and nothing of what is inside."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.core.exceptions import RateLimited
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import translation

from tests.access.conftest import browser
from tests.access.house import House
from tests.access.test_pages import Markup

SECRET = "psycopg2 says: password=hunter2 at db.internal"
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
Break = Callable[[Client, pytest.MonkeyPatch], Any]


def _raised(error: Exception) -> Break:
    def breaks(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
        def fail(*_args: object, **_kwargs: object) -> None:
            raise error

        monkeypatch.setattr("cards.views.public.showcase.offers", fail)
        return client.get("/")

    return breaks


def _asked(path: str, **headers: Any) -> Break:
    return lambda client, _monkeypatch: client.get(path, **headers)


FAULTS: dict[str, tuple[int, Break, str]] = {
    "a broken request": (400, _raised(SuspiciousOperation(SECRET)), "We could not read that request"),
    "a NUL in the address": (400, _asked("/?a=%00"), "We could not read that request"),
    "no right": (403, _asked("/admin/core/user/"), "This is not yours to open"),
    "nothing there": (404, _asked("/cards/no-such-card/"), "There is nothing here"),
    "the wrong method": (405, _asked("/theme/"), "That cannot be done this way"),
    "too much": (413, _asked("/", CONTENT_LENGTH=str(10**9)), "That is more than we can take"),
    "too often": (429, _raised(RateLimited(HttpResponse())), "A short pause, please"),
    "a fault of ours": (500, _raised(ValueError(SECRET)), "Something broke on our side"),
    "no database": (503, _raised(OperationalError(SECRET)), "We are just putting things in order"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_page(house: House, monkeypatch: pytest.MonkeyPatch, fault: str, language: str) -> None:
    status, breaks, heading = FAULTS[fault]
    client = browser(house, "clerk") if fault == "no right" else browser(house, "visitor")
    client.cookies["django_language"] = language
    answer = breaks(client, monkeypatch)
    page = answer.content.decode()
    with translation.override(language):
        said = translation.gettext(heading)
    assert answer.status_code == status
    assert said in page
    assert language == "en" or said != heading
    assert f'lang="{LANGUAGES[language].lower()}"' in page.lower()
    assert 'class="fault"' in page
    assert SECRET not in page
    assert "Traceback" not in page
    markup = Markup(page)
    assert (markup.inline, markup.foreign) == ([], [])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("fault", ["too often", "no database"])
def test_whoever_is_turned_away_is_told_when_to_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    answer = FAULTS[fault][1](browser(house, "visitor"), monkeypatch)
    assert 1 <= int(answer["Retry-After"]) <= 600


def test_a_limit_of_our_own_says_so_too(house: House) -> None:
    client = browser(house, "visitor")
    typed = {"address": "wanqing.lin@example.com", "password": "not-this-one"}
    answers = [client.post("/account/login/", typed) for _ in range(9)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_the_wrong_method_is_answered_with_the_right_ones(house: House) -> None:
    assert browser(house, "visitor").get("/theme/")["Allow"] == "POST"


def test_browsers_are_told_to_come_by_https_alone(house: House) -> None:
    with override_settings(
        SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_HSTS_PRELOAD=True
    ):
        answer = browser(house, "visitor").get("/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
