"""Devices that receive pushes."""

from typing import cast

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.push import (
    DeviceReply,
    GetNotification,
    Notification,
    NotificationReply,
    RegisterDevice,
    RemoveDevice,
)
from pimentachat.services.push import devices, notifications

api = Api("push")


@api.post("push.token")
def register_token(caller: Caller, params: RegisterDevice) -> DeviceReply:
    """Register a device token of the calling user"""
    device = devices.register(caller, params.type, params.value, params.app_name, params.voip_token or "")
    return {"result": device.wire()}


@api.delete("push.token")
def remove_token(caller: Caller, params: RemoveDevice) -> None:
    """Remove a device token of the calling user"""
    devices.unregister(caller, params.token)


@api.get("push.get")
def get(caller: Caller, params: GetNotification) -> NotificationReply:
    """What a push of a message says, for a phone that was only told its id"""
    return {"data": cast(Notification, notifications.of_message(caller, params.id))}


handler = api.handler
