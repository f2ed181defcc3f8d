"""Users and their login tokens (contract: models.yaml user)."""

from typing import Any, Final

from pydantic import BaseModel, Field

from pimentachat import clock
from pimentachat.models.messages import Person
from pimentachat.models.records import Document, Record

NAME_MOST = 255
NEVER_SENT = {
    "password_hash",
    "version",
    "tokens_since",
    "seen_at",
    "second_factor",
    "identities",
    "undeliverable",
    "unsubscribed",
    "wishes_since",
}
PREFERENCE_ORIGINS: Final = {
    "desktopNotifications": ("desktopNotifications", "desktopPrefOrigin"),
    "mobilePushNotifications": ("mobileNotifications", "mobilePrefOrigin"),
    "emailNotifications": ("emailNotificationMode", "emailPrefOrigin"),
}
"""Notification settings of a membership: the user's preference that they follow, and the field that says where they
were chosen."""
HIGHLIGHTS_MOST: Final = 20
"""Of one person."""
HIGHLIGHT_BYTES_MOST: Final = 50
STATUSES = ("online", "away", "busy", "offline")
OFFLINE_AFTER = 10 * 60
"""Seconds without a sign of life."""


class SecondFactor(BaseModel):
    """What an authenticator app shares with the server. It leaves in no answer but the one that gives it to the app."""

    secret: str
    enabled: bool = False
    """False until the app has shown that it makes codes."""
    backup: list[str] = []
    """Fingerprints of the backup codes that are left."""
    last_step: int = 0
    """The step of the last code that was used: none is good twice."""


class User(Record):
    """A person or bot (contract: models.yaml user). Secrets are fields of their own and leave in no document."""

    username: str = ""
    name: str | None = None
    emails: list[Document] = []
    type: str = "user"
    status: str = "offline"
    """What others see (`shown_status`)."""
    status_connection: str | None = None
    """What a connection that lasts says; none does yet."""
    status_default: str | None = None
    """What they chose."""
    status_text: str | None = None
    seen_at: int | None = None
    """The last sign of life that was written down, in seconds since 1970."""
    active: bool = True
    roles: list[str] | None = None
    created_at: str = ""
    last_login: str | None = None
    utc_offset: float | None = None
    language: str | None = None
    settings: Document = {}
    custom_fields: Document | None = None
    reason: str | None = None
    avatar_origin: str | None = None
    """How the picture came: rest (a file), url, gravatar. None: there is none."""
    avatar_etag: str | None = Field(alias="avatarETag", default=None)
    """The version of the picture."""
    require_password_change: bool | None = None
    password_hash: str | None = None
    second_factor: SecondFactor | None = None
    identities: list[Document] = []
    """`{service, id}` of the accounts elsewhere by which the user may log in."""
    tokens_since: str | None = None
    """Tokens made up to this instant are over: all of them are ended at once by writing it."""
    wishes_since: str | None = None
    """When their notification preferences last became others: what is shown of their memberships changed with them."""
    undeliverable: list[str] = []
    """Those of their addresses that no mail reaches: one bounced, or somebody complained."""
    unsubscribed: bool = False
    """They want no mails about messages, whatever they chose for a room before."""
    version: int = 0

    def document(self, *, without: set[str] | None = None) -> Document:
        return super().document(without=NEVER_SENT | (without or set()))

    @property
    def alive(self) -> bool:
        return self.seen_at is not None and clock.epoch_seconds() - self.seen_at < OFFLINE_AFTER

    @property
    def shown_status(self) -> str:
        """What others see: what the user chose while there is a sign of life, else offline. A bot is as it is
        stored."""
        if self.type == "bot":
            return self.status
        connection = self.status_connection or ("online" if self.alive else "offline")
        if "offline" in (connection, self.status_default):
            return "offline"
        return connection if self.status_default in (None, "online") else self.status_default

    def brief(self) -> Person:
        """As messages carry their user."""
        return Person(self.id, self.username, self.name or None)

    def preference(self, name: str) -> Any:
        """What the user chose, or None; site-wide defaults are settings."""
        return (self.settings.get("preferences") or {}).get(name)

    def notification_preferences(self) -> Document:
        """What a membership without wishes of its own shows, and what a new one takes over (contract: channels.yaml
        subscription_preferences)."""
        taken: Document = {}
        for name, (preference, origin) in PREFERENCE_ORIGINS.items():
            value = self.preference(preference)
            if value and value != "default":
                taken |= {name: value, origin: "user"}
        return taken | ({"userHighlights": self.highlights} if self.highlights else {})

    @property
    def highlights(self) -> list[str]:
        """Words by which a message counts as a mention of them, as far as others have to look for them."""
        chosen = self.preference("highlights")
        some = [each for each in chosen if isinstance(each, str)] if isinstance(chosen, list) else []
        return [each for each in some if each.strip() and len(each.encode()) <= HIGHLIGHT_BYTES_MOST][:HIGHLIGHTS_MOST]

    @property
    def verified_email(self) -> str | None:
        return next((email["address"] for email in self.emails if email.get("verified")), None)

    def reachable(self, address: str) -> bool:
        """Whether mails to one of their addresses arrive, as far as anybody knows."""
        return address not in self.undeliverable

    def confirmed(self, address: str) -> "User":
        """The user with one of their addresses verified; mails reach it, whatever happened before."""
        emails = [{**email, "verified": True} if email["address"] == address else email for email in self.emails]
        undeliverable = [each for each in self.undeliverable if each != address]
        return self.model_copy(update={"emails": emails, "undeliverable": undeliverable})


class LoginToken(Record):
    """A token under which its user calls. The record's id is the fingerprint; the token itself is stored nowhere."""

    user_id: str
    created_at: str
    name: str | None = None
    last_token_part: str = ""

    @property
    def personal(self) -> bool:
        return self.name is not None

    def ended_for(self, user: User) -> bool:
        """Whether all tokens of its user were ended after it was made."""
        return user.tokens_since is not None and self.created_at <= user.tokens_since
