"""How people get in: settings of allauth (sessions, second factors, passkeys).

Joining, one-time codes and the log-in pages are our own (`members/views/entrance.py`); allauth's address table stays
empty, because it would keep e-mail addresses in plain text.
"""

from typing import Any

SETTINGS: dict[str, Any] = {
    "ACCOUNT_ADAPTER": "members.adapter.AccountAdapter",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_PREVENT_ENUMERATION": True,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
    "ACCOUNT_LOGOUT_REDIRECT_URL": "/",
    "MFA_ADAPTER": "members.adapter.SecondFactorAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_FORMS": {"add_webauthn": "members.forms.second_step.AddPasskeyForm"},
    "MFA_PASSKEY_SIGNUP_ENABLED": False,
}
