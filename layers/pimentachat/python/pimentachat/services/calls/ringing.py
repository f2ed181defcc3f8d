"""Pushes of calls: VoIP pushes to Apple devices that have such a token, data messages to Android, else an alert
(contract: voice.yaml push_payload)."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from pimentachat.cloud import push
from pimentachat.cloud.push import Urgency
from pimentachat.models.calls import RING_SECONDS
from pimentachat.models.devices import Device
from pimentachat.models.records import Document
from pimentachat.services.push import deliveries
from pimentachat.store import calls as call_store
from pimentachat.store import devices as device_store

_INVITATIONS_END: Final = {"accepted", "ended"}
_AFTERWARDS: Final = {"callMissed"}
"""Worth an alert, not a ring."""


def ring(wanted: Mapping[str, Any]) -> None:
    """Tells every device of one person something of a call, each once.

    Raises:
        Unavailable, ClientError: a device could not be reached now; those that were are not rung again.
    """
    call = call_store.find(wanted["call_id"])
    if call is None:
        return
    kind = wanted["payload"]["notificationType"]
    if kind == call.notification_type and call.status in _INVITATIONS_END:
        return
    devices = [device for device in device_store.of_user(wanted["user_id"]) if device.enabled]
    name = f"ring#{call.id}#{kind}#{wanted['by']}"
    deliveries.each_once(devices, name, lambda device: _send(device, wanted, kind))


def _send(device: Device, wanted: Mapping[str, Any], kind: str) -> None:
    payload: Document = wanted["payload"]
    alert = str(wanted["alert"])
    urgency = Urgency(seconds=None if kind in _AFTERWARDS else RING_SECONDS)
    if device.voip_endpoint and kind not in _AFTERWARDS:
        body = {"aps": {"alert": alert} if alert else {}, **payload, "ejson": _ejson(payload)}
        voip = dict.fromkeys(("APNS_VOIP", "APNS_VOIP_SANDBOX"), body)
        push.send(device.voip_endpoint, alert or " ", voip, urgency)
    elif device.endpoint and device.service == "gcm":
        data = {"title": alert, "message": alert, **{name: _text(value) for name, value in payload.items()}}
        whole = {"priority": "high", "data": {**data, "ejson": _ejson(payload)}}
        push.send(device.endpoint, alert or " ", {"GCM": whole}, urgency)
    elif device.endpoint:
        aps: Document = {"alert": alert, "sound": "default"} if alert else {"content-available": 1}
        body = {"aps": aps, **payload, "ejson": _ejson(payload)}
        push.send(device.endpoint, alert or " ", dict.fromkeys(("APNS", "APNS_SANDBOX"), body), urgency)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _ejson(payload: Document) -> str:
    return orjson.dumps(payload).decode()
