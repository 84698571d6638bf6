"""A passkey as an authenticator would have registered it."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT_AND_ATTESTED = 0x45


def passkey() -> dict[str, Any]:
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    known = AttestedCredentialData.create(aaguid=bytes(16), credential_id=b"1" * 16, public_key=public)
    site = hashlib.sha256(b"localhost").digest()
    told = AuthenticatorData.create(site, AuthenticatorData.FLAG(PRESENT_AND_ATTESTED), 0, known)
    asked = json.dumps({"type": "webauthn.create", "challenge": "AA", "origin": "http://localhost"}).encode()
    answer = {
        "clientDataJSON": websafe_encode(asked),
        "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
    }
    name = websafe_encode(b"1" * 16)
    return {"id": name, "rawId": name, "type": "public-key", "response": answer, "clientExtensionResults": {}}
