"""Devices: registering them for pushes and taking them away (contract: push.yaml)."""

from pimentachat import clock, ids
from pimentachat.auth.callers import Caller
from pimentachat.cloud import push
from pimentachat.errors.push import PushValueInvalid
from pimentachat.errors.requests import NotFound
from pimentachat.models.devices import Device, PushService
from pimentachat.store import devices as device_store


def register(caller: Caller, service: PushService, value: str, app_name: str, voip_token: str = "") -> Device:
    """Registers a device of the caller, with a token for calls where it has one, under the id it always had, and
    returns it as it was before when it was theirs already (contract quirk).

    A device belongs to who registered it last: whoever else had the same token and app loses it, or their pushes
    would reach the new owner's phone.

    Raises:
        PushValueInvalid: the push service has no such tokens.
    """
    now = clock.now_text()
    wanted = Device(
        _id=ids.new_id(),
        token={service: value},
        app_name=app_name,
        user_id=caller.id,
        created_at=now,
        updatedAt=now,
    )
    before = device_store.same_hardware(wanted)
    mine = next((device for device in before if device.user_id == caller.id), None)
    if known := mine or next(iter(before), None):
        wanted = known.model_copy(update={"user_id": caller.id, "updated_at": now})
    try:
        endpoint = push.register(service, value, caller.id)
        calls = push.register(service, voip_token, caller.id, voip=True) if voip_token and service == "apn" else ""
    except push.TokenRefused:
        raise PushValueInvalid from None
    for other in before:
        if other.user_id != caller.id:
            device_store.remove(other)
    device_store.save(wanted.model_copy(update={"endpoint": endpoint, "voip_endpoint": calls}))
    return mine or wanted


def unregister(caller: Caller, token: str) -> None:
    """Takes away the caller's devices with this token.

    Raises:
        NotFound: there is none.
    """
    found = [device for device in device_store.of_user(caller.id) if device.value == token]
    if not found:
        raise NotFound
    for device in found:
        push.forget(device.endpoint)
        push.forget(device.voip_endpoint)
        device_store.remove(device)
