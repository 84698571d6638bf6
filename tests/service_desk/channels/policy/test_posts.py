"""A post as a network tells it (SVC-01): read strictly, whatever is sent."""

import contextlib
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.channels.policy import social
from service_desk.channels.policy.social import PostRefused

GOOD = {
    "type": "message", "id": "901", "thread": "t7", "text": "早餐券不能用 😀", "at": "2026-11-20T09:00:00+08:00",
    "handle": "@wanqing", "name": "林婉清", "link": "https://weibo.example/901",
}  # fmt: skip


def body(**changed: Any) -> bytes:
    told = {name: value for name, value in (GOOD | changed).items() if value is not None}
    return json.dumps(told).encode()


def test_a_post_is_read_whole() -> None:
    post = social.read(body())
    assert post is not None
    assert (post.id, post.thread, post.text, post.handle, post.link) == (
        "901", "t7", "早餐券不能用 😀", "@wanqing", "https://weibo.example/901",
    )  # fmt: skip
    assert post.at == dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)


def test_a_post_of_no_conversation_begins_one() -> None:
    post = social.read(body(thread=None))
    assert post is not None
    assert post.thread == "901"


@pytest.mark.parametrize("kind", ["like", "deleted", "MESSAGE"])
def test_other_events_concern_nobody(kind: str) -> None:
    assert social.read(body(type=kind)) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type": None}, "type"), ({"id": ""}, "id"), ({"id": 7}, "id"), ({"id": "x" * 121}, "id"), ({"text": "\x00 \n"}, "text"),
        ({"text": "x" * 20_001}, "text"), ({"at": "yesterday"}, "at"), ({"at": "2026-11-20T09:00:00"}, "at"),
        ({"at": "1999-01-01T00:00:00+00:00"}, "at"), ({"handle": ""}, "handle"), ({"link": "javascript:alert(1)"}, "link"),
        ({"link": ["x"]}, "link"), ({"name": None, "handle": None}, "handle"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(PostRefused) as refused:
        social.read(body(**changed))
    assert refused.value.params == {"field": field}


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{", b"\xff", b'{"a":1,"a":2}', b'{"type": NaN}', b"[" * 100_000]
)
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(PostRefused):
        social.read(raw)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_post_or_refused(raw: bytes) -> None:
    with contextlib.suppress(PostRefused):
        social.read(raw)


@given(
    st.dictionaries(
        st.sampled_from(list(GOOD)), st.text(max_size=40) | st.integers() | st.none() | st.lists(st.text(max_size=3))
    )
)
def test_any_object_is_a_post_or_refused(changed: dict[str, Any]) -> None:
    try:
        post = social.read(json.dumps(GOOD | changed).encode())
    except PostRefused:
        return
    assert post is None or (post.id and post.text and "\x00" not in post.text)
