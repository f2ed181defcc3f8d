"""Devices: registering them for pushes and taking them away (contract: push.yaml)."""

from pimentachat import clock, ids
from pimentachat.auth.callers import Caller
from pimentachat.cloud import push
from pimentachat.errors import NotFound, PushValueInvalid
from pimentachat.models.devices import Device, RegisterDevice
from pimentachat.store import devices as store


def register(caller: Caller, params: RegisterDevice) -> Device:
    """Registers a device of the caller under the id it always had, and returns it as it was before when it was
    theirs already (contract quirk).

    A device belongs to who registered it last: whoever else had the same token and app loses it, or their pushes
    would reach the new owner's phone.

    Raises:
        PushValueInvalid: the push service has no such tokens.
    """
    now = clock.now_text()
    wanted = Device(
        _id=ids.new_id(),
        token={params.type: params.value},
        app_name=params.app_name,
        user_id=caller.id,
        created_at=now,
        updatedAt=now,
    )
    before = store.same_hardware(wanted)
    mine = next((device for device in before if device.user_id == caller.id), None)
    if known := mine or next(iter(before), None):
        wanted = known.model_copy(update={"user_id": caller.id, "updated_at": now})
    try:
        endpoint = push.register(params.type, params.value, caller.id)
    except push.TokenRefused:
        raise PushValueInvalid from None
    for other in before:
        if other.user_id != caller.id:
            store.remove(other)
    store.save(wanted.model_copy(update={"endpoint": endpoint}))
    return mine or wanted


def unregister(caller: Caller, token: str) -> None:
    """Takes away the caller's devices with this token.

    Raises:
        NotFound: there is none.
    """
    found = [device for device in store.of_user(caller.id) if device.value == token]
    if not found:
        raise NotFound
    for device in found:
        push.forget(device.endpoint)
        store.remove(device)
