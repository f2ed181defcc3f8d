"""Integrations, and the webhooks that others call."""

from typing import cast

from pimentachat.api import Api, Origin
from pimentachat.auth.callers import Caller
from pimentachat.requests.integrations import (
    CreateIntegration,
    Hook,
    IncomingHook,
    IncomingHookOfUser,
    IntegrationHistory,
    IntegrationHistoryReply,
    IntegrationReply,
    IntegrationsReply,
    ListIntegrations,
    OneIntegration,
    RemoveIntegration,
    SamplesReply,
    SubscribeHook,
    UnsubscribeHook,
    UpdateIntegration,
)
from pimentachat.services.integrations import definitions, incoming

api = Api("integrations")


@api.post("integrations.create")
def create(caller: Caller, params: CreateIntegration) -> IntegrationReply:
    """Make an incoming or outgoing webhook"""
    return {"integration": definitions.create(caller, params.wanted).document()}


@api.put("integrations.update")
def update(caller: Caller, params: UpdateIntegration) -> IntegrationReply:
    """Change a webhook"""
    changed = definitions.update(caller, params.integration_id, params.target_url, params.wanted)
    return {"integration": changed.document()}


@api.get("integrations.get")
def get(caller: Caller, params: OneIntegration) -> IntegrationReply:
    """One webhook"""
    return {"integration": definitions.get(caller, params.integration_id).document()}


@api.get("integrations.list", permission="manage-integrations")
def list_all(caller: Caller, params: ListIntegrations) -> IntegrationsReply:
    """All webhooks"""
    found = definitions.listed(params.asked)
    return {"integrations": found.rows, "items": len(found.rows), "offset": found.offset, "total": found.total}


@api.get("integrations.history", permission="manage-integrations")
def history(caller: Caller, params: IntegrationHistory) -> IntegrationHistoryReply:
    """The calls of an outgoing webhook, newest first; kept for 30 days"""
    found = definitions.history(params.id, params.asked)
    return {"history": found.rows, "items": len(found.rows), "offset": found.offset, "total": found.total}


@api.post("integrations.remove")
def remove(caller: Caller, params: RemoveIntegration) -> IntegrationReply:
    """Take a webhook away; answers with what it was"""
    gone = definitions.remove(caller, params.type, params.integration_id, params.target_url)
    return {"integration": gone.document()}


# --- what others call


@api.post("/hooks/{integrationId}/{token}", public=True, open_to_pages=True)
@api.get("/hooks/{integrationId}/{token}", public=True, open_to_pages=True)
def run_hook(origin: Origin, params: IncomingHook) -> None:
    """Post a message by an incoming webhook, in the words of Slack or ours"""
    incoming.run(params.integration_id, params.token, origin.address, params.hooked)


@api.post("/hooks/{integrationId}/{userId}/{token}", public=True, open_to_pages=True)
@api.get("/hooks/{integrationId}/{userId}/{token}", public=True, open_to_pages=True)
def run_hook_of_user(origin: Origin, params: IncomingHookOfUser) -> None:
    """The same under the address that earlier servers gave out; the user in it does not count"""
    incoming.run(params.integration_id, params.token, origin.address, params.hooked)


@api.get("/hooks/sample/{integrationId}/{token}", public=True, open_to_pages=True, envelope="bare")
def sample(origin: Origin, params: Hook) -> SamplesReply:
    """Three messages as an outgoing webhook sends them"""
    return cast(SamplesReply, incoming.samples(params.integration_id, params.token, origin.address))


@api.get("/hooks/info/{integrationId}/{token}", public=True, open_to_pages=True)
def info(origin: Origin, params: Hook) -> None:
    """Check the token of an incoming webhook"""
    incoming.identify(params.integration_id, params.token, origin.address)


@api.post("/hooks/add/{integrationId}/{token}", public=True, open_to_pages=True)
def subscribe(origin: Origin, params: SubscribeHook) -> None:
    """Make an outgoing webhook, as Zapier asks for one"""
    incoming.subscribe(
        params.integration_id,
        params.token,
        origin.address,
        params.event,
        params.name,
        params.target_url,
        params.data,
    )


@api.post("/hooks/remove/{integrationId}/{token}", public=True, open_to_pages=True)
def unsubscribe(origin: Origin, params: UnsubscribeHook) -> None:
    """Take an outgoing webhook away, as Zapier asks for it"""
    incoming.unsubscribe(params.integration_id, params.token, origin.address, params.target_url)


handler = api.handler
