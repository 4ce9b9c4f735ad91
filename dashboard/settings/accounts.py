"""Sign-in: passwords, second factors, single sign-on, sessions; and the trail of who saw what."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from dashboard.settings.base import BEHIND_PROXY, HTTPS
from dashboard.settings.environment import env, setting, valid

AUTHENTICATION_BACKENDS = ["dashboard.signin.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workflow-list"
LOGOUT_REDIRECT_URL = "account_login"

# --- Accounts are made by administrators: nobody signs up
ACCOUNT_ADAPTER = "dashboard.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # no box to tick: sessions end by the clock, see SESSION_IDLE
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session stays, all others end
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

MFA_ADAPTER = "dashboard.signin.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators
MFA_TOTP_ISSUER = "Leadline"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # localhost

# --- Single sign-on by OpenID Connect, where it is configured
OIDC_SERVER_URL = setting(
    env.str,
    "OIDC_SERVER_URL",
    "Set it to the issuer's URL, such as https://id.example.org/realms/staff.",
    default="",
    validate=valid.Regexp(r"(https?://[^/?#\s@]+(/[^?#\s]*)?)?\Z"),
)
OIDC_CLIENT_ID = setting(env.str, "OIDC_CLIENT_ID", "Set it to the client's id.", default="")
OIDC_CLIENT_SECRET = setting(env.str, "OIDC_CLIENT_SECRET", "Set it to the client's secret.", default="")
OIDC_NAME = setting(env.str, "OIDC_NAME", "Set it to what the button says.", default="single sign-on")
if OIDC_SERVER_URL and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured(
        "OIDC_SERVER_URL is set, which needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET. "
        ".env.example explains every setting."
    )
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL)) if OIDC_SERVER_URL else ""
SOCIALACCOUNT_ADAPTER = "dashboard.signin.SocialAccountAdapter"
# Whoever the provider vouches for by a verified address signs in to the account that has this address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# --- Sessions: rows of the database, so that they can be ended
SESSION_IDLE = 30 * 60  # seconds without anything done; a page that refreshes itself does not count
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds from the sign-in, whatever is done
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_FAILURE_VIEW = "dashboard.views.errors.csrf_failure"

# --- What an ops and a reviewer's account may do for how long
REVEAL_MINUTES = {"ops": 10, "reviewer": 30}
SHARE_HOURS = {"ops": 7 * 24, "reviewer": 30 * 24}

# --- The trail: its key stands here and not in the database, so that who can write there can't forge it
AUDIT_KEY = setting(
    env.str,
    "AUDIT_KEY",
    "Set it to 32 random characters or more, such as: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'.",
    default="",
    validate=lambda key: valid.Length(min=32)(key) if key else None,
)
AUDIT_KEYS_OLD = setting(env.list, "AUDIT_KEYS_OLD", "Set it to keys separated by commas.", default=[])
AUDIT_ADDRESSES = setting(
    env.str,
    "AUDIT_ADDRESSES",
    "Set it to whole or network.",
    default="whole",
    validate=valid.OneOf(["whole", "network"]),
)
AUDIT_ANCHORS = setting(env.str, "AUDIT_ANCHORS", "Set it to a file outside the database's disk.", default="")
AUDIT_ARCHIVE = setting(env.str, "AUDIT_ARCHIVE", "Set it to a folder.", default="")
# Twelve months are the least that rules on such records ask for: India's DPDP Rules 6(1)(e), PCI DSS 10.5.1.
AUDIT_MONTHS = setting(env.int, "AUDIT_MONTHS", "Set it to 12 or more.", default=13, validate=valid.Range(min=12))
