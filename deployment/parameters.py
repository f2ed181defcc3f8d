"""The template's parameters, from the environment variables that the local server honours too."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

VARIABLES: Final = {
    "AdminUsername": "ADMIN_USERNAME",
    "AdminEmail": "ADMIN_EMAIL",
    "AdminName": "ADMIN_NAME",
    "AdminId": "ADMIN_ID",
    "DomainName": "DOMAIN_NAME",
    "CertificateArn": "CERTIFICATE_ARN",
    "HostedZoneId": "HOSTED_ZONE_ID",
    "SiteUrl": "SITE_URL",
    "ApnsApplicationArn": "APNS_APPLICATION_ARN",
    "ApnsVoipApplicationArn": "APNS_VOIP_APPLICATION_ARN",
    "GcmApplicationArn": "GCM_APPLICATION_ARN",
    "MailIdentityArn": "MAIL_IDENTITY_ARN",
    "GoogleApiUrl": "GOOGLE_API_URL",
    "FacebookApiUrl": "FACEBOOK_API_URL",
    "TwitterApiUrl": "TWITTER_API_URL",
    "GravatarUrl": "GRAVATAR_URL",
    "SnapStart": "SNAP_START",
    "GradualDeployment": "GRADUAL_DEPLOYMENT",
    "ThrottlingRate": "THROTTLING_RATE",
    "ThrottlingBurst": "THROTTLING_BURST",
    "PasswordRounds": "PASSWORD_ROUNDS",
    "LogLevel": "LOG_LEVEL",
    "LogRetentionDays": "LOG_RETENTION_DAYS",
    "Tracing": "TRACING",
    "AlarmEmail": "ALARM_EMAIL",
}
"""Parameter -> variable. `OverwriteSettings` comes from all OVERWRITE_SETTING_<setting id> together."""

_OVERWRITE: Final = "OVERWRITE_SETTING_"
_ESCAPE: Final = re.compile(r"\\(.)")


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Values of the parameters whose variables are set; the others keep their default or former value."""
    values = {parameter: environment[name] for parameter, name in VARIABLES.items() if name in environment}
    overwrites = {name[len(_OVERWRITE) :]: text for name, text in environment.items() if name.startswith(_OVERWRITE)}
    if overwrites:
        values["OverwriteSettings"] = _ESCAPE.sub(_without_quotes, json.dumps(overwrites))
    return values


def write(values: Mapping[str, str], path: Path) -> Path:
    """Writes them as YAML (of which JSON is a part) for the SAM CLI, readable by its owner only.

    A file, because a command line shows the values of settings to everybody.
    """
    path.touch(mode=0o600)
    path.write_text(json.dumps(dict(values)), encoding="utf-8")
    return path


def _without_quotes(escape: re.Match[str]) -> str:
    """The same escape in JSON's other spelling: the SAM CLI drops the backslash before a quote."""
    return {'"': r"\u0022", "\\": r"\u005c"}.get(escape.group(1), escape.group())
