"""Everything that differs between two deployments comes from the environment; `.env.example` explains each value.

`TESSERA_MODE` is the one switch: *embedded* (no server to install: SQLite and an embedded Valkey) or *production*
(PostgreSQL, Redis, TLS), which refuses to start with the demo secrets below.
"""

import sys
from pathlib import Path
from urllib.parse import quote

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import accounts, broker, content_security, tasks
from config.admin_theme import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

VERSION = "0.1.0"
MODE = env.str("TESSERA_MODE", default="embedded")
if MODE not in {"embedded", "production"}:
    raise ImproperlyConfigured(f"TESSERA_MODE is {MODE!r}; it must be 'embedded' or 'production'.")
EMBEDDED = MODE == "embedded"
DEMO = env.bool("TESSERA_DEMO", default=EMBEDDED)
TESTING = "pytest" in sys.modules
HOME = Path(env.str("TESSERA_HOME", default=str(BASE_DIR / "var"))).resolve()

DEMO_SECRET = "demo-only-secret-never-for-production-0123456789abcdef"  # noqa: S105  (refused below outside embedded mode)
DEMO_DATA_KEYS = ["demo:" + "00" * 31 + "01"]
SECRET_KEY = env.str("SECRET_KEY", default=DEMO_SECRET)
# `id:64 hex digits`, newest first: the first key seals, every key opens.
DATA_KEYS = env.list("TESSERA_DATA_KEYS", default=DEMO_DATA_KEYS)
INDEX_KEY = env.str("TESSERA_INDEX_KEY", default="demo-index-" + DEMO_SECRET)
AUDIT_KEY = env.str("TESSERA_AUDIT_KEY", default="demo-audit-" + DEMO_SECRET)
# Newest first: the first key signs rotating codes, every key reads them.
CODE_KEYS = env.list("TESSERA_CODE_KEYS", default=["demo-code-" + DEMO_SECRET])
if not EMBEDDED:
    named = {"SECRET_KEY": SECRET_KEY, "TESSERA_DATA_KEYS": "".join(DATA_KEYS), "TESSERA_INDEX_KEY": INDEX_KEY}
    named |= {"TESSERA_AUDIT_KEY": AUDIT_KEY, "TESSERA_CODE_KEYS": "".join(CODE_KEYS)}
    if demo := [name for name, value in named.items() if "demo" in value or len(value) < 32]:
        raise ImproperlyConfigured(f"Set your own secret for: {', '.join(demo)} (see .env.example).")
    needed = ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "TESSERA_SITE_URL")
    if missing := [name for name in needed if not env.str(name, default="")]:
        raise ImproperlyConfigured(f"Production needs a value for: {', '.join(missing)} (see .env.example).")

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORT = env.int("TESSERA_PORT", default=8000)
SITE_URL = env.str("TESSERA_SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
PROGRAMME_NAME = env.str("TESSERA_PROGRAMME_NAME", default="Tessera")
CURRENCY = env.str("TESSERA_CURRENCY", default="CNY")
PHONE_REGION = env.str("TESSERA_PHONE_REGION", default="CN")
HOLIDAY_COUNTRY = env.str("TESSERA_HOLIDAY_COUNTRY", default="CN")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "core",
    "members",
    "risk",
    "cards",
    "loyalty",
    "service_desk",
    "analytics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.BackOfficeContentMiddleware",
    "core.middleware.LimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.PersonalPagesMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.CurrentRequestMiddleware",
    "core.middleware.RefusalMiddleware",
    "core.middleware.FaultPagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.middleware.SessionRulesMiddleware",
    "members.recruiting.RecruitingMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.programme",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5", "unfold_crispy"]
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {
    "default": env.db_url(
        "TEST_DATABASE_URL" if TESTING and "TEST_DATABASE_URL" in env.ENVIRON else "DATABASE_URL",
        default=f"sqlite:///{HOME / 'tessera.sqlite3'}",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN, so two writers wait instead of failing; FULL survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMBEDDED_REDIS_URL = f"unix://{quote(str(broker.socket_of(HOME)))}"
REDIS_URL = env.str("REDIS_URL", default=EMBEDDED_REDIS_URL)
CACHE_URL = env.str("CACHE_URL", default=broker.cache_beside(REDIS_URL))
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if TESTING
    else {"BACKEND": "core.redis_cache.RedisCache", "LOCATION": CACHE_URL}
}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL.replace("unix://", "redis+socket://", 1))
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_TIMEZONE = env.str("TESSERA_TIME_ZONE", default="Asia/Shanghai")
CELERY_BEAT_SCHEDULE = tasks.BEAT
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "celerybeat-schedule")

AUTH_USER_MODEL = "core.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["core.access.RoleBackend", "allauth.account.auth_backends.AuthenticationBackend"]
TESSERA_ROLES = "config.roles.ROLES"
vars().update(accounts.SETTINGS)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
TESSERA_DEMO_PARTS = [
    "members.demo.load",
    "cards.demo.load",
    "loyalty.demo_tiers.load",
    "loyalty.demo.load",
    "loyalty.demo_benefits.load",
    "loyalty.demo_tiers.judge",
    "loyalty.demo_simulation.load",
    "loyalty.demo_office.sum_up",
    "service_desk.demo.load",
    "service_desk.demo_complaints.load",
    "service_desk.channels.demo.load",
    "service_desk.surveys.demo.load",
    "service_desk.people.demo.load",
    "service_desk.knowledge.demo.load",
    "service_desk.quality.demo.load",
    "service_desk.quality.demo_reviews.load",
    "service_desk.incidents.demo.load",
]
TESSERA_DEMO_LOGINS = "members.demo.logins"
# Outside the demo whoever works here needs a second step before the back office or a counter opens.
STAFF_SECOND_FACTOR = env.bool("TESSERA_STAFF_SECOND_FACTOR", default=not DEMO)
# One-time codes per day, over all recipients: what a flood of requests can cost at most.
CODE_DAILY_BUDGET = {
    "sms": env.int("TESSERA_SMS_CODES_PER_DAY", default=5_000),
    "email": env.int("TESSERA_EMAIL_CODES_PER_DAY", default=20_000),
}
TESSERA_NAVIGATION = "config.navigation.FACES"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "members:profile"

SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 3600

LANGUAGE_CODE = env.str("TESSERA_LANGUAGE", default="en")
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = CELERY_TIMEZONE
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("TESSERA_STATIC_ROOT", default=str(HOME / "static"))).resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = HOME / "media"
BACKUP_DIR = Path(env.str("TESSERA_BACKUP_DIR", default=str(HOME / "backups"))).resolve()
BACKUP_KEEP = env.int("TESSERA_BACKUP_KEEP", default=14)
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = content_security.OWN_PAGES
CONTENT_SECURITY_ADMIN_ADDITIONS = content_security.ADMIN_ADDITIONS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not EMBEDDED:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
TRUSTED_PROXY_COUNT = env.int("TESSERA_TRUSTED_PROXY_COUNT", default=0 if EMBEDDED else 1)
# A request as a whole, files and all; the proxy has the same limit (config/deploy/Caddyfile).
LARGEST_REQUEST = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# The payment providers a buyer may choose from. The sandbox moves no money: in production only where it is asked for.
SANDBOX = env.bool("TESSERA_SANDBOX", default=EMBEDDED)
SANDBOX_SECRET = env.str("TESSERA_SANDBOX_SECRET", default="whsec_" + "ZGVtby1vbmx5LXNhbmRib3gtc2VjcmV0")
PAYMENT_GATEWAYS = env.dict(
    "TESSERA_PAYMENT_GATEWAYS", default={"sandbox": "cards.payments.sandbox.gateway.Sandbox"} if SANDBOX else {}
)
if not SANDBOX and "sandbox" in PAYMENT_GATEWAYS:
    raise ImproperlyConfigured("The sandbox is no payment provider: set TESSERA_SANDBOX=1 to allow it all the same.")
if not EMBEDDED and SANDBOX and not env.str("TESSERA_SANDBOX_SECRET", default=""):
    raise ImproperlyConfigured("Set your own secret for: TESSERA_SANDBOX_SECRET (see .env.example).")

# Who carries each channel: the demo's `OutboxPage` shows messages instead of sending them, `DjangoEmail` is SMTP by
# EMAIL_URL, `HttpSms` any gateway that takes one signed JSON POST.
MESSAGE_PROVIDERS = {
    "email": env.str("TESSERA_EMAIL_PROVIDER", default="core.messaging.providers.OutboxPage"),
    "sms": env.str("TESSERA_SMS_PROVIDER", default="core.messaging.providers.OutboxPage"),
}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = env.int("TESSERA_EMAIL_TIMEOUT", default=10)
SMS_HTTP_URL = env.str("TESSERA_SMS_URL", default="")
SMS_HTTP_SECRET = env.str("TESSERA_SMS_SECRET", default="")
SMS_HTTP_TIMEOUT = env.int("TESSERA_SMS_TIMEOUT", default=10)
SMS_HTTP_ALLOW_PRIVATE = env.bool("TESSERA_SMS_ALLOW_PRIVATE", default=False)
# How many dispatchers may work on one channel at a time.
MESSAGE_DISPATCHERS = env.int("TESSERA_MESSAGE_DISPATCHERS", default=1)
# Where members' answers to mails about a case go; `+number.tag` is put before the @. Empty: they cannot answer by mail.
SERVICE_ADDRESS = env.str("TESSERA_SERVICE_ADDRESS", default="service@tessera.example" if DEMO else "")
# How these mails come in: a mailbox (`imaps://user:password@host/INBOX`), and the secret of a mail service's webhook.
MAILBOX_URL = env.str("TESSERA_MAILBOX_URL", default="")
MAILBOX_CA = env.str("TESSERA_MAILBOX_CA", default="")
MAIL_HOOK_SECRET = env.str("TESSERA_MAIL_HOOK_SECRET", default="")
# The name under which our own mail server writes Authentication-Results; what others write there is not believed.
MAIL_AUTHSERV = env.str("TESSERA_MAIL_AUTHSERV", default="")
# Social networks: who carries our answers (code=class), and the secret of each one's webhook (code=whsec_…).
SOCIAL_NETWORKS = env.dict(
    "TESSERA_SOCIAL_NETWORKS", default={"weibo": "service_desk.channels.social_networks.Sandbox"} if DEMO else {}
)
SOCIAL_SECRETS = env.dict("TESSERA_SOCIAL_SECRETS", default={})
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Tessera <membership@example.com>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"fontTools": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
