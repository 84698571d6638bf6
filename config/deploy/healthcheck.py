"""Whether the web process of this container answers, asked as the proxy asks it: exit code 0 or 1."""

import http.client
import os
import sys
from urllib.parse import urlsplit

if __name__ == "__main__":
    headers = {"Host": urlsplit(os.environ["TESSERA_SITE_URL"]).netloc, "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    try:
        connection.request("GET", "/healthz", headers=headers)
        sys.exit(0 if connection.getresponse().status == http.HTTPStatus.OK else 1)
    except OSError as error:
        sys.exit(f"no answer: {error}")
