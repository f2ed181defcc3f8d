"""Integrations: webhooks that others call, and those that we call (contract: models.yaml integration_incoming,
integration_outgoing, integration_history)."""

from typing import Final, Literal

from pydantic import Field

from pimentachat.models.records import Document, Record

INCOMING: Final = "webhook-incoming"
OUTGOING: Final = "webhook-outgoing"
EDITS: Final = "edits"
"""Beside the names of events: somebody wants edited messages too."""

ScopeWord = Literal["all_public_channels", "all_private_groups", "all_direct_messages"]
PUBLIC: Final = "all_public_channels"
PRIVATE: Final = "all_private_groups"
DIRECTS: Final = "all_direct_messages"
SCOPES: Final = (PUBLIC, PRIVATE, DIRECTS)

CHANNEL_EVENTS: Final = frozenset({"sendMessage", "fileUploaded", "roomJoined", "roomLeft"})
"""Events that happen in rooms which an integration chooses."""
EVENTS: Final = CHANNEL_EVENTS | {"roomArchived", "roomCreated", "userCreated"}


class Integration(Record):
    type: Literal["webhook-incoming", "webhook-outgoing"]
    name: str
    enabled: bool
    username: str
    user_id: str
    channel: list[str] = []
    """With # or @ before a name or an id, or a word of SCOPES. Outgoing and empty: all public channels."""
    script_enabled: bool = False
    script: str | None = None
    """Kept and shown; nothing runs it (docs/decisions.md)."""
    alias: str | None = None
    avatar: str | None = None
    emoji: str | None = None
    token: str | None = None
    event: str | None = None
    urls: list[str] | None = None
    trigger_words: list[str] | None = None
    trigger_word_anywhere: bool | None = None
    run_on_edits: bool | None = None
    impersonate_user: bool | None = None
    target_room: str | None = None
    target_channel: str | None = None
    retry_failed_calls: bool | None = None
    retry_count: int | None = None
    retry_delay: str | None = None
    created_at: str = Field(alias="_createdAt")
    created_by: Document = Field(alias="_createdBy")
    changed_by: Document | None = Field(alias="_updatedBy", default=None)

    @property
    def outgoing(self) -> bool:
        return self.type == OUTGOING

    @property
    def listens_to(self) -> set[str]:
        """What has to be noticed for its sake: its event, and EDITS."""
        if not (self.outgoing and self.enabled and self.event):
            return set()
        return {self.event} | ({EDITS} if self.event == "sendMessage" and self.run_on_edits else set())
