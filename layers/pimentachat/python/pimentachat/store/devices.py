"""Devices that receive pushes. Keys in the Accounts table:

device  pk `USER#<id>`  sk `DEVICE#<sha256 of service, token and app>`  listing: `DEVICE#<the same hash>` / user id
"""

from typing import Final

from pimentachat import ids
from pimentachat.models.devices import Device
from pimentachat.store import table, writes
from pimentachat.store.items import Item, Key, Range, dump, load
from pimentachat.store.relations import Relations

_PREFIX: Final = "DEVICE#"


def _hash(device: Device) -> str:
    return ids.fingerprint(f"{device.service}|{device.value}|{device.app_name}")[:32]


def _key(user_id: str, device_hash: str) -> Key:
    return Key("accounts", f"USER#{user_id}", _PREFIX + device_hash)


def _device(item: Item) -> Device:
    endpoints = {"endpoint": item.get("endpoint", ""), "voip_endpoint": item.get("voip_endpoint", "")}
    return Device.model_validate({**load(item["doc"]), **endpoints})


def of_user(user_id: str) -> list[Device]:
    return [
        _device(item) for item in table.query("accounts", f"USER#{user_id}", Range(begins=_PREFIX), consistent=True)
    ]


def same_hardware(device: Device) -> list[Device]:
    """Records of the same token and app, whoever's they are."""
    entries = table.query("accounts", _PREFIX + _hash(device), listing=True)
    keys = [Key("accounts", item["pk"], item["sk"]) for item in entries]
    return [_device(item) for item in table.get_many(keys).values() if item]


def save(device: Device) -> None:
    table.write(
        writes.put(
            _key(device.user_id, _hash(device)),
            {
                "doc": dump(device.wire()),
                "endpoint": device.endpoint or None,
                "voip_endpoint": device.voip_endpoint or None,
                "list_pk": _PREFIX + _hash(device),
                "list_sk": device.user_id,
            },
        )
    )


def remove(device: Device) -> None:
    table.write(writes.delete(_key(device.user_id, _hash(device))))


def relations(item: Item) -> Relations | None:
    """What a device has to do with others."""
    if not item["sk"].startswith(_PREFIX):
        return None
    return Relations("device", users=[item["pk"].partition("#")[2]], entry=True)
