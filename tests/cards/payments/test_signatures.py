"""Signatures of callbacks, by the published vectors of Standard Webhooks (CARD-09)."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from cards.payments import signatures
from cards.payments.signatures import BadSecret, BadSignature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
ID, AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330


def headers(**changed: str) -> dict[str, str]:
    return {**signatures.headers(BODY, secret=SECRET, message_id=ID, timestamp=AT), **changed}


def verified(given: dict[str, str], body: bytes = BODY, now: float = AT) -> str:
    return signatures.verify(body, given, secret=SECRET, now=now)


def case(shared_data: Path, name: str) -> Any:
    cases = json.loads((shared_data / "cases" / "webhooks.json").read_text())["cases"]
    return next(one for one in cases if one["id"] == name)


def test_the_published_vector_of_the_scheme_holds(shared_data: Path) -> None:
    vector = case(shared_data, "SW01")
    given = vector["given"]
    signed = signatures.sign(
        given["payload"].encode(), secret=given["secret"], message_id=given["id"], timestamp=given["timestamp"]
    )
    assert signed == vector["expect"]["signature"]
    assert signed == signatures.sign(
        given["payload"].encode(),
        secret=given["secret"].removeprefix("whsec_"),
        message_id=given["id"],
        timestamp=given["timestamp"],
    )


def test_the_hash_beneath_is_that_of_rfc_4231(shared_data: Path) -> None:
    vector = case(shared_data, "RF1")["given"]
    digest = hmac.new(bytes.fromhex(vector["key_hex"]), vector["data"].encode(), hashlib.sha256)
    assert digest.hexdigest() == case(shared_data, "RF1")["expect"]


def test_what_was_signed_is_recognised_and_names_its_id() -> None:
    assert verified(headers()) == ID
    assert verified({name.upper(): value for name, value in headers().items()}) == ID


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(name: str) -> None:
    given = headers()
    del given[name]
    with pytest.raises(BadSignature):
        verified(given)


@pytest.mark.parametrize("skew", [-301, 301, 86_400])
def test_too_old_and_too_new_are_refused(skew: int) -> None:
    with pytest.raises(BadSignature):
        verified(headers(), now=AT + skew)
    assert verified(headers(), now=AT + 300) == ID


def test_every_changed_character_of_the_signature_is_noticed() -> None:
    right = headers()["webhook-signature"]
    for position in range(3, len(right)):
        changed = right[:position] + ("A" if right[position] != "A" else "B") + right[position + 1 :]
        if base64.b64decode(changed[3:] + "==") == base64.b64decode(right[3:]):
            continue  # padding bits that base64 does not read
        with pytest.raises(BadSignature):
            verified(headers(**{"webhook-signature": changed}))


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": str(AT + 1)},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "１６１４２６５３３０"},
        {"webhook-signature": "v1a,AAAA"},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "garbage"},
    ],
)
def test_whatever_is_changed_the_message_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verified(headers(**changed))


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(BadSignature):
        verified(headers(), body=BODY + b" ")


def test_one_right_signature_among_several_suffices() -> None:
    several = "v1,AAAA v2,BBBB " + headers()["webhook-signature"]
    assert verified(headers(**{"webhook-signature": several})) == ID


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_ä"])
def test_a_secret_that_is_none_is_an_error_of_the_settings(secret: str) -> None:
    with pytest.raises(BadSecret):
        signatures.sign(BODY, secret=secret, message_id=ID, timestamp=AT)
