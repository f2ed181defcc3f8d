"""Devices that receive pushes."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.models.devices import DeviceReply, RegisterDevice, RemoveDevice
from pimentachat.services import devices

api = Api("push")


@api.post("push.token")
def register_token(caller: Caller, params: RegisterDevice) -> DeviceReply:
    """Register a device token of the calling user"""
    return {"result": devices.register(caller, params).document(without={"endpoint"})}


@api.delete("push.token")
def remove_token(caller: Caller, params: RemoveDevice) -> None:
    """Remove a device token of the calling user"""
    devices.unregister(caller, params.token)


handler = api.handler
