"""The environment, read once, on first use: importing a module needs no variable set."""

import json
import os
from functools import cache
from typing import Final, Literal

from pydantic import BaseModel, Field

_OVERWRITE: Final = "OVERWRITE_SETTING_"
# The template has one parameter for all settings, where a shell has a variable for each.
_OVERWRITES: Final = "OVERWRITE_SETTINGS"


class Config(BaseModel):
    accounts_table: str = Field(alias="ACCOUNTS_TABLE", min_length=1)
    rooms_table: str = Field(alias="ROOMS_TABLE", min_length=1)
    messages_table: str = Field(alias="MESSAGES_TABLE", min_length=1)
    workspace_table: str = Field(alias="WORKSPACE_TABLE", min_length=1)
    files_bucket: str = Field(alias="FILES_BUCKET", min_length=1)
    effects_queue: str = Field(alias="EFFECTS_QUEUE", default="")
    webhooks_queue: str = Field(alias="WEBHOOKS_QUEUE", default="")
    dead_letter_queue: str = Field(alias="DEAD_LETTER_QUEUE", default="")
    apns_application_arn: str = Field(alias="APNS_APPLICATION_ARN", default="")
    apns_voip_application_arn: str = Field(alias="APNS_VOIP_APPLICATION_ARN", default="")
    gcm_application_arn: str = Field(alias="GCM_APPLICATION_ARN", default="")
    mail_configuration_set: str = Field(alias="MAIL_CONFIGURATION_SET", default="")
    site_url: str = Field(alias="SITE_URL", default="")
    admin_username: str = Field(alias="ADMIN_USERNAME", default="admin")
    admin_email: str = Field(alias="ADMIN_EMAIL", default="")
    admin_name: str = Field(alias="ADMIN_NAME", default="")
    admin_id: str = Field(alias="ADMIN_ID", default="")
    admin_password_parameter: str = Field(alias="ADMIN_PASSWORD_PARAMETER", default="")
    """Where SSM keeps the password of a deployment's administrator; only who makes or forgets it is told."""
    google_api_url: str = Field(alias="GOOGLE_API_URL", default="https://www.googleapis.com")
    facebook_api_url: str = Field(alias="FACEBOOK_API_URL", default="https://graph.facebook.com")
    twitter_api_url: str = Field(alias="TWITTER_API_URL", default="https://api.twitter.com")
    gravatar_url: str = Field(alias="GRAVATAR_URL", default="")
    password_rounds: int = Field(alias="PASSWORD_ROUNDS", default=10, ge=4, le=16)
    setting_overwrites: dict[str, str] = {}
    """Texts by setting id, of OVERWRITE_SETTING_<id> and of the JSON object OVERWRITE_SETTINGS: they win over what
    is stored."""


@cache
def config() -> Config:
    overwrites = json.loads(os.environ.get(_OVERWRITES) or "{}")
    overwrites |= {name[len(_OVERWRITE) :]: text for name, text in os.environ.items() if name.startswith(_OVERWRITE)}
    return Config.model_validate({**os.environ, "setting_overwrites": overwrites})


def table_name(table: Literal["accounts", "rooms", "messages", "workspace"]) -> str:
    return str(getattr(config(), f"{table}_table"))


def in_lambda() -> bool:
    """Whether this is a function in Lambda, which has a region and a role from the start."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def metrics_namespace() -> str:
    """Where CloudWatch keeps our metrics; empty outside of Lambda, where nobody counts. Works with a broken environment
    too: what else is missing in it is one of the failures to count."""
    return os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "")


def reload() -> None:
    """Forgets what was read, for tests and for servers that set their own environment."""
    config.cache_clear()
