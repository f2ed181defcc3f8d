"""Integrations, and the webhooks that others call."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from pydantic import Field
from typing_extensions import TypedDict

from pimentachat.errors.integrations import HookPayloadBroken, IntegrationIdMissing, TriggerWordsInvalid
from pimentachat.errors.requests import MatchError
from pimentachat.models.records import Date
from pimentachat.requests.bounds import (
    ADDRESS,
    LINE,
    NAME,
    POST,
    POSTED_ATTACHMENTS,
    REFERENCE,
    SCRIPT,
    SECRET,
    SMALL_OBJECT,
    TARGETS,
    TRIGGER_WORDS,
    URLS,
)
from pimentachat.requests.params import NotBlank, Otherwise, PageParams, Params, Refers
from pimentachat.requests.replies import IntegrationCallDocument, IntegrationDocument
from pimentachat.services.integrations.definitions import Wanted
from pimentachat.services.integrations.incoming import Hooked


class CreateIntegration(Params):
    type: Annotated[str, REFERENCE]
    name: Annotated[str, NAME]
    enabled: bool
    username: Annotated[str, REFERENCE, Refers("username")]
    script_enabled: bool
    channel: Annotated[str, LINE]
    urls: Annotated[list[str] | None, URLS] = None
    event: Annotated[str | None, REFERENCE] = None
    trigger_words: Annotated[list[str] | None, TRIGGER_WORDS, Otherwise(TriggerWordsInvalid)] = None
    alias: Annotated[str | None, LINE] = None
    avatar: Annotated[str | None, ADDRESS] = None
    emoji: Annotated[str | None, LINE] = None
    token: Annotated[str | None, SECRET] = None
    script: Annotated[str | None, SCRIPT] = None
    target_channel: Annotated[str | None, LINE] = None
    target_room: Annotated[str | None, LINE] = None
    impersonate_user: bool | None = None
    trigger_word_anywhere: bool | None = None
    run_on_edits: Annotated[Any, LINE] = None
    """Only true is true."""
    retry_failed_calls: bool | None = None
    retry_count: Annotated[int | None, Field(le=100)] = None
    retry_delay: Annotated[str | None, REFERENCE] = None

    @property
    def wanted(self) -> Wanted:
        named = {name: getattr(self, name) for name in CreateIntegration.model_fields}
        return Wanted(**{**named, "run_on_edits": self.run_on_edits is True})


class UpdateIntegration(CreateIntegration):
    integration_id: Annotated[str, REFERENCE] = ""
    target_url: Annotated[str, ADDRESS] = Field(alias="target_url", default="")


class RemoveIntegration(Params):
    type: Annotated[str, REFERENCE]
    integration_id: Annotated[str, REFERENCE] = ""
    target_url: Annotated[str, ADDRESS] = Field(alias="target_url", default="")


class OneIntegration(Params):
    integration_id: Annotated[str, REFERENCE, NotBlank, Otherwise(IntegrationIdMissing)]


class ListIntegrations(PageParams):
    pass


class IntegrationHistory(PageParams):
    id: Annotated[str, REFERENCE, NotBlank, Otherwise(IntegrationIdMissing)]


class IntegrationReply(TypedDict):
    integration: IntegrationDocument


class ItemsReply(TypedDict):
    """These lists call the size of the page `items`."""

    items: int
    offset: int
    total: int


class IntegrationsReply(ItemsReply):
    integrations: list[IntegrationDocument]


class IntegrationHistoryReply(ItemsReply):
    history: list[IntegrationCallDocument]


class Sample(TypedDict):
    token: str
    channel_id: str
    channel_name: str
    timestamp: Date
    user_id: str
    user_name: str
    text: str
    trigger_word: str


SamplesReply = list[Sample]


# --- hooks


class Hook(Params):
    """The address of a hook: all of it comes from the path."""

    integration_id: Annotated[str, REFERENCE]
    token: Annotated[str, SECRET]


class IncomingHook(Hook):
    """What is posted, in the words of Slack or in ours. Of any type where a wrong one counts as absent."""

    text: Annotated[Any, POST, Refers("mentions")] = None
    msg: Annotated[Any, POST, Refers("mentions")] = None
    channel: Annotated[Any, TARGETS, Refers("target")] = None
    room_id: Annotated[Any, TARGETS, Refers("room")] = None
    username: Annotated[Any, LINE] = None
    alias: Annotated[Any, LINE] = None
    icon_url: Annotated[Any, ADDRESS] = Field(alias="icon_url", default=None)
    avatar: Annotated[Any, ADDRESS] = None
    icon_emoji: Annotated[Any, LINE] = Field(alias="icon_emoji", default=None)
    emoji: Annotated[Any, LINE] = None
    attachments: Annotated[Any, POSTED_ATTACHMENTS] = None
    parse_urls: Annotated[Any, LINE] = None
    groupable: Annotated[Any, LINE] = None
    anything: bool = False
    """Whether the body says anything at all."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Params":
        """Slack sends a form with the one field `payload`, which is JSON.

        Raises:
            HookPayloadBroken: it is none.
        """
        place = {name: raw[name] for name in ("integrationId", "userId", "token") if name in raw}
        body = {name: value for name, value in raw.items() if name not in place}
        if body.keys() == {"payload"} and isinstance(body["payload"], str):
            try:
                body = orjson.loads(body["payload"])
            except orjson.JSONDecodeError as problem:
                raise HookPayloadBroken(problem=str(problem)) from None
            if not isinstance(body, dict):
                raise MatchError(problem="Expected object in field payload")
        return super().of({**body, **place, "anything": bool(body)})

    @property
    def hooked(self) -> Hooked:
        named = {name: getattr(self, name) for name in IncomingHook.model_fields if name not in Hook.model_fields}
        return Hooked.of(named)


class IncomingHookOfUser(IncomingHook):
    """The user in the address does not count."""

    user_id: Annotated[str, REFERENCE] = ""


class SubscribeHook(Hook):
    """What Zapier sends to hear of messages."""

    event: Annotated[str, REFERENCE]
    name: Annotated[str, NAME]
    target_url: Annotated[str, ADDRESS] = Field(alias="target_url")
    data: Annotated[dict[str, Any], SMALL_OBJECT] = {}


class UnsubscribeHook(Hook):
    target_url: Annotated[str, ADDRESS] = Field(alias="target_url")
