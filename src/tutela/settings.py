"""All settings of Tutela. What differs between demo, test and production stands in one table below."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tutela import environment, languages, safety
from tutela.environment import Mode

environment.check_names(os.environ)

MODE = Mode(environment.text("MODE", Mode.PRODUCTION))
VAR = Path(environment.text("VAR") or "var").resolve()
PACKAGE = Path(__file__).resolve().parent

# ------------------------------------------------------------------ what differs by mode
_DIFFERS: dict[str, dict[Mode, Any]] = {
    #                        demo (loopback)   test      production
    "SHOW_DEMO":            {Mode.DEMO: True,  Mode.TEST: True,  Mode.PRODUCTION: False},
    "SECURE_COOKIES":       {Mode.DEMO: False, Mode.TEST: False, Mode.PRODUCTION: True},
    "SECURE_SSL_REDIRECT":  {Mode.DEMO: False, Mode.TEST: False, Mode.PRODUCTION: True},
    "SECURE_HSTS_SECONDS":  {Mode.DEMO: 0,     Mode.TEST: 0,     Mode.PRODUCTION: 63_072_000},
    "CREATE_SECRETS":       {Mode.DEMO: True,  Mode.TEST: True,  Mode.PRODUCTION: False},
    "CHEAP_HASHES":         {Mode.DEMO: False, Mode.TEST: True,  Mode.PRODUCTION: False},
    "HASHED_STATIC_NAMES":  {Mode.DEMO: True,  Mode.TEST: False, Mode.PRODUCTION: True},
}  # fmt: skip
_mode = {name: values[MODE] for name, values in _DIFFERS.items()}

DEBUG = False
SHOW_DEMO = _mode["SHOW_DEMO"]
INSTALLATION = environment.text("INSTALLATION", "tutela.invalid/demo")
EXIT_URL = environment.text("EXIT_URL", "https://www.wikipedia.org/")

# ------------------------------------------------------------------ secrets
SECRET_KEY = environment.kept_secret("SECRET_KEY", VAR / "keys" / "secret", create=_mode["CREATE_SECRETS"])
SECRET_KEY_FALLBACKS = [key for key in environment.text("SECRET_KEY_OLD").split() if key]
MASTER_KEY = environment.kept_secret("MASTER_KEY", VAR / "keys" / "master", create=_mode["CREATE_SECRETS"])
LOG_KEY = environment.kept_secret("LOG_KEY", VAR / "keys" / "log", create=_mode["CREATE_SECRETS"])
MASTER_KEYS_OLD = environment.text("MASTER_KEY_OLD").split()

# ------------------------------------------------------------------ addresses
_HOSTS = environment.text("HOSTS", "" if MODE is Mode.PRODUCTION else "127.0.0.1,localhost,testserver")
ALLOWED_HOSTS = [host for host in _HOSTS.split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in environment.text("ORIGIN").split(",") if origin]
ROOT_URLCONF = "tutela.web.urls"
WSGI_APPLICATION = "tutela.wsgi.application"
APPEND_SLASH = True
CSRF_FAILURE_VIEW = "tutela.web.errors.form_not_trusted"
if environment.text("PROXY_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ------------------------------------------------------------------ what it is made of
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "tutela.foundation.organisations",  # before allauth, whose pages it draws in its own way
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "tutela.foundation.access",
    "tutela.foundation.vault",
    "tutela.foundation.audit",
    "tutela.foundation.clocks",
    "tutela.people",
    "tutela.rights",
    "tutela.reporting",
    "tutela.identification",
    "tutela.protection",
    "tutela.cooperation",
    "tutela.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tutela.web.middleware.SafetyHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tutela.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tutela.foundation.organisations.sessions.SessionLimits",
    "tutela.foundation.organisations.sessions.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tutela.foundation.access.middleware.OneDoor",
    "tutela.rights.changes.middleware.OneLaw",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tutela.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tutela.web.templatetags.tutela",
            ],
        },
    }
]

# Django's own copies of the widgets in Jinja draw the filters of a list in a quarter of the time.
FORM_RENDERER = "django.forms.renderers.Jinja2"


# ------------------------------------------------------------------ data
def _database(url: str) -> dict[str, Any]:
    """A Django database from `sqlite:///path` or `postgres://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path,
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: what was acknowledged survives a power cut too, not only a killed process.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                "PRAGMA cache_size=-8000;",
            },
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("TUTELA_DATABASE_URL starts with sqlite:/// or postgres://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # No compiling of queries: with row-level security it takes 50 ms where the query takes one.
        "OPTIONS": {"options": "-c statement_timeout=20000 -c jit=off"},
    }


DATABASES = {"default": _database(environment.text("DATABASE_URL", f"sqlite://{VAR / 'tutela.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # What limits on signing in count by: shared by all processes. Nothing else is kept there.
    "default": {"BACKEND": "tutela.foundation.organisations.tries.SharedTries"},
    "pictures": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pictures"},
}
ATTACHMENTS = VAR / "attachments"

# ------------------------------------------------------------------ who signs in
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["tutela.foundation.organisations.signed_in.Accounts"]
PASSWORD_HASHERS = ["tutela.foundation.organisations.hashing.TwoAtATime"]
if _mode["CHEAP_HASHES"]:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
STAFF_MFA_REQUIRED = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "tutela.foundation.organisations.adapter.InvitationOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "tutela.foundation.organisations.forms.SignInForm",
    "reauthenticate": "tutela.foundation.organisations.forms.StillMeForm",
    "change_password": "tutela.foundation.organisations.forms.NewPasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "tutela.foundation.organisations.codes.CodeForm",
    "reauthenticate": "tutela.foundation.organisations.codes.StillMeCodeForm",
    "activate_totp": "tutela.foundation.organisations.codes.FirstCodeForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = MODE is not Mode.PRODUCTION
MFA_TOTP_ISSUER = "Tutela"
MFA_ADAPTER = "tutela.foundation.organisations.adapter.SealedSecrets"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

SESSION_ENGINE = "tutela.foundation.organisations.signed_in"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _mode["SECURE_COOKIES"]
_PREFIX = "__Host-" if _mode["SECURE_COOKIES"] else ""
SESSION_COOKIE_NAME = f"{_PREFIX}tutela"
CSRF_COOKIE_NAME = f"{_PREFIX}token"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = 30
SESSION_ABSOLUTE_HOURS = 12
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ------------------------------------------------------------------ what a browser may do
SECURE_SSL_REDIRECT = _mode["SECURE_SSL_REDIRECT"]
SECURE_HSTS_SECONDS = _mode["SECURE_HSTS_SECONDS"]
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
# Not "no-referrer": with it, browsers send `Origin: null` with every form, and no form could be trusted.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
FILE_UPLOAD_HANDLERS = ["tutela.foundation.vault.uploads.InMemoryOnly"]
ATTACHMENT_MAX_BYTES = 10 * 1024 * 1024

# ------------------------------------------------------------------ language and time
LANGUAGE_CODE = "en"
LANGUAGES = languages.LANGUAGES
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ------------------------------------------------------------------ files that never change
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static" if _mode["HASHED_STATIC_NAMES"] else None
WHITENOISE_MAX_AGE = 3600
_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": _STORAGE
        if _mode["HASHED_STATIC_NAMES"]
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _mode["HASHED_STATIC_NAMES"]
WHITENOISE_AUTOREFRESH = False

# ------------------------------------------------------------------ what is written down
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"nameless": {"()": "tutela.web.logs.Nameless"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["nameless"], "formatter": "plain"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"tutela": {"level": "INFO"}},
}
DEFAULT_EXCEPTION_REPORTER = "tutela.web.logs.NamelessReporter"
SITE_NAME = _("Tutela")

if MODE is Mode.PRODUCTION and (_problems := safety.unsafe_settings(globals())):
    raise ImproperlyConfigured(
        "Tutela does not start, because it would not be safe:\n- " + "\n- ".join(_problems)
    )
