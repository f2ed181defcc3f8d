"""Each device is told once, however often whoever asks asks."""

from collections.abc import Callable, Iterable
from functools import partial

from pimentachat.cloud import push
from pimentachat.models.devices import Device
from pimentachat.store import devices as device_store
from pimentachat.store import once


def each_once(devices: Iterable[Device], name: str, send: Callable[[Device], None]) -> None:
    """Sends to each device, once under this name. One that fails keeps the others from nothing; one that the push
    service does not know any more is taken away.

    Raises:
        Unavailable, ClientError: a device could not be reached now; those that were are not told again.
    """
    failures = [problem for device in devices if (problem := _tried(device, f"{name}#{device.id}", send))]
    if failures:
        raise failures[0]


def _tried(device: Device, name: str, send: Callable[[Device], None]) -> Exception | None:
    """The problem, when it should be tried again."""
    try:
        once.perform(name, partial(_tell, device, send))
    except Exception as problem:
        return problem
    return None


def _tell(device: Device, send: Callable[[Device], None]) -> None:
    try:
        send(device)
    except push.DeviceGone:
        device_store.remove(device)
        push.forget(device.endpoint)
        push.forget(device.voip_endpoint)
