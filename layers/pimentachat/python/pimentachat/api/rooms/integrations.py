"""Which webhooks a room has."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.models.integrations import PRIVATE, PUBLIC
from pimentachat.models.kinds import CHANNEL, RoomKind
from pimentachat.requests.rooms import ChannelIntegrations, GroupIntegrations, RoomIntegrationsReply
from pimentachat.services.integrations import definitions
from pimentachat.services.rooms import access


def mount(router: Router, kind: RoomKind) -> None:
    params_of, scope = (ChannelIntegrations, PUBLIC) if kind is CHANNEL else (GroupIntegrations, PRIVATE)

    @router.get(f"{kind.family}.getIntegrations", permission="manage-integrations", params=params_of)
    def list_integrations(caller: Caller, params: ChannelIntegrations | GroupIntegrations) -> RoomIntegrationsReply:
        """Webhooks bound to a room"""
        room = access.named(kind, caller, params.where, archived=True)
        found = definitions.of_room(room, params.asked, scope=scope if params.with_all else "")
        return {"integrations": found.rows, **found.numbers}
