"""The same server, database and template engine as the product's, without middleware, sessions or translations."""

from pathlib import Path

from config.settings import DATABASES as DATABASES
from config.settings import DEFAULT_AUTO_FIELD as DEFAULT_AUTO_FIELD

SECRET_KEY = "of-a-benchmark-that-keeps-nothing"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["bench.minimal"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.minimal.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
USE_I18N = False
USE_TZ = True
