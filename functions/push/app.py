"""Devices that receive pushes."""

from pimentachat.api import Api
from pimentachat.auth.callers import Caller
from pimentachat.requests.push import DeviceReply, RegisterDevice, RemoveDevice
from pimentachat.services.push import devices

api = Api("push")


@api.post("push.token")
def register_token(caller: Caller, params: RegisterDevice) -> DeviceReply:
    """Register a device token of the calling user"""
    device = devices.register(caller, params.type, params.value, params.app_name)
    return {"result": device.document(without={"endpoint"})}


@api.delete("push.token")
def remove_token(caller: Caller, params: RemoveDevice) -> None:
    """Remove a device token of the calling user"""
    devices.unregister(caller, params.token)


handler = api.handler
