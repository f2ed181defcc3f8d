"""An export of Rocket.Chat, or our own: what mongoexport writes of its collections, a JSON object on each line (or one
array), with extended JSON or without. Of the files, those that lie under uploads/<id>."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from pimentachat import clock
from pimentachat.services.after.importing import NewFile, NewMessage, NewPerson, NewRoom
from pimentachat_cli.archives import Archive
from pimentachat_cli.failures import Misused
from pimentachat_cli.sources import FILE_MOST, type_of

USERS, ROOMS, MESSAGES = "users.json", "rocketchat_room.json", "rocketchat_message.json"
SUBSCRIPTIONS, UPLOADS = "rocketchat_subscription.json", "rocketchat_uploads.json"
_KEPT = {"alias", "avatar", "emoji", "groupable", "bot", "customFields", "pinned", "pinnedAt", "pinnedBy", "role"}


def is_one(archive: Archive) -> bool:
    return {USERS, ROOMS, MESSAGES} <= archive.names()


class RocketChat:
    name = ""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._members: dict[str, list[str]] = {}
        self._owners: dict[str, list[str]] = {}
        for held in self._records(SUBSCRIPTIONS):
            user, room = held.get("u"), held.get("rid")
            if isinstance(user, dict) and isinstance(room, str):
                self._members.setdefault(room, []).append(str(user.get("_id")))
                if "owner" in (held.get("roles") or []):
                    self._owners.setdefault(room, []).append(str(user.get("_id")))
        self._types = {str(held.get("_id")): held for held in self._records(UPLOADS)}

    def _records(self, name: str) -> Iterator[dict[str, Any]]:
        if name not in self._archive.names():
            return
        for held in self._archive.records(name):
            if not isinstance(held.get("_id"), str) and not isinstance(held.get("_id"), dict):
                raise Misused(f"{name} in {self._archive.place} has a record without an _id: this is no export")
            yield plain(held)

    def people(self) -> Iterator[NewPerson]:
        for user in self._records(USERS):
            emails = [each for each in user.get("emails") or [] if isinstance(each, dict)]
            if not user.get("username"):
                continue
            yield NewPerson(
                str(user["_id"]),
                str(user["username"]),
                str(user.get("name") or ""),
                str(emails[0].get("address") or "") if emails else "",
                bot=user.get("type") == "bot",
                active=user.get("active") is not False,
                created_at=_text(user.get("createdAt")),
            )

    def rooms(self) -> Iterator[NewRoom]:
        # Discussions after the rooms that they belong to.
        yield from self._rooms(lambda room: not room.get("prid"))
        yield from self._rooms(lambda room: bool(room.get("prid")))

    def _rooms(self, wanted: Callable[[dict[str, Any]], bool]) -> Iterator[NewRoom]:
        for room in filter(wanted, self._records(ROOMS)):
            kind = room.get("t")
            if kind not in {"c", "p", "d"}:
                continue
            owner = room.get("u")
            owners = self._owners.get(str(room["_id"])) or (
                [str(owner.get("_id"))] if isinstance(owner, dict) and kind != "d" else []
            )
            # A direct room is that of its people, whoever of them has hidden it.
            members = [str(each) for each in room.get("uids") or []] if kind == "d" else []
            yield NewRoom(
                str(room["_id"]),
                kind,
                str(room.get("name") or ""),
                members or self._members.get(str(room["_id"]), []),
                owners if kind != "d" else (),
                str(room.get("topic") or ""),
                str(room.get("description") or ""),
                bool(room.get("archived")),
                bool(room.get("ro")),
                _text(room.get("ts")),
                title=str(room.get("fname") or ""),
                parent=str(room.get("prid") or ""),
                announcement=str(room.get("announcement") or ""),
                general=room["_id"] == "GENERAL",
            )

    def messages(self, *, files: bool = True) -> Iterator[NewMessage]:
        by_name = {user.username: user.id for user in self.people()}
        for message in self._records(MESSAGES):
            if message.get("_hidden"):
                continue
            author, ts = message.get("u"), _text(message.get("ts"))
            if not isinstance(author, dict) or not isinstance(message.get("rid"), str) or not ts:
                raise Misused(f"message {message['_id']} in {MESSAGES} has no author, room or time: this is no export")
            edited = message.get("editedBy")
            attachments = [each for each in message.get("attachments") or [] if isinstance(each, dict)]
            file = self._file(message, attachments, files)
            reactions = message.get("reactions")
            yield NewMessage(
                str(message["_id"]),
                message["rid"],
                str(author.get("_id")),
                ts,
                str(message.get("msg") or ""),
                type=message.get("t"),
                discussion=str(message.get("drid") or ""),
                thread=message.get("tmid"),
                reactions={
                    str(emoji): [by_name[name] for name in who.get("usernames") or [] if name in by_name]
                    for emoji, who in (reactions.items() if isinstance(reactions, dict) else ())
                    if isinstance(who, dict)
                },
                starred=[str(each.get("_id")) for each in message.get("starred") or [] if isinstance(each, dict)],
                edited_at=_text(message.get("editedAt")),
                edited_by=str(edited.get("_id")) if isinstance(edited, dict) else "",
                attachments=attachments[1:] if file else attachments,
                file=file,
                parse_urls=message["parseUrls"] if isinstance(message.get("parseUrls"), bool) else None,
                more={name: value for name, value in message.items() if name in _KEPT},
            )

    def _file(self, message: dict[str, Any], attachments: list[Any], wanted: bool) -> NewFile | None:
        told = message.get("file")
        if not isinstance(told, dict) or not told.get("_id"):
            return None
        file_id = str(told["_id"])
        place = f"uploads/{file_id}"
        if place not in self._archive.names() or self._archive.size(place) > FILE_MOST:
            return None
        name = str(told.get("name") or file_id)
        kind = type_of(name, str(told.get("type") or self._types.get(file_id, {}).get("type") or ""))
        described = attachments[0].get("description") if attachments else None
        data = self._archive.read(place, FILE_MOST) if wanted else b""
        return NewFile(file_id, name, kind, data, described)


def plain(value: Any) -> Any:
    """MongoDB's extended JSON as JSON: `{"$date": ...}` an instant, `{"$numberLong": "5"}` a number."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, inner)] = value.items()
        if name == "$date":
            return _date(plain(inner))
        if name in {"$numberLong", "$numberInt"}:
            return int(inner)
        if name in {"$numberDouble", "$numberDecimal"}:
            return float(inner)
        if name == "$oid":
            return str(inner)
    return {name: plain(each) for name, each in value.items()}


def _date(value: Any) -> str:
    try:
        if isinstance(value, int | float):
            return clock.text_of(datetime.fromtimestamp(value / 1000, UTC))
        return clock.text_of(clock.parse(str(value)))
    except (ValueError, OverflowError, OSError) as problem:
        raise Misused(f"{value!r} is no date") from problem


def _text(value: Any) -> str:
    return "" if value is None else _date(value)
