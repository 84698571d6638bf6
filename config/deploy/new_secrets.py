"""Print fresh secrets in the form of `.env`: `python config/deploy/new_secrets.py >> .env`."""

import datetime as dt
import secrets

if __name__ == "__main__":
    for name in ("SECRET_KEY", "TESSERA_INDEX_KEY", "TESSERA_AUDIT_KEY", "TESSERA_CODE_KEYS", "POSTGRES_PASSWORD"):
        print(f"{name}={secrets.token_hex(32)}")
    print(f"TESSERA_DATA_KEYS=k{dt.datetime.now(dt.UTC):%Y%m%d}:{secrets.token_hex(32)}")
