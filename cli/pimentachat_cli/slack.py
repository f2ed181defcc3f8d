"""An export of Slack: users.json, channels.json, groups.json, dms.json, mpims.json, a folder of days for each of them,
and (where somebody fetched them) the files under __uploads/."""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pimentachat import clock
from pimentachat.services.after.importing import NewFile, NewMessage, NewPerson, NewRoom
from pimentachat_cli.archives import Archive
from pimentachat_cli.failures import Misused
from pimentachat_cli.sources import FILE_MOST, type_of

_ROOMS = (("channels.json", "c"), ("groups.json", "p"), ("dms.json", "d"), ("mpims.json", "d"))
_JOINS = {
    "channel_join", "channel_leave", "group_join", "group_leave", "bot_add", "bot_remove", "channel_name", "group_name",
    "channel_topic", "group_topic", "channel_purpose", "group_purpose", "channel_archive", "group_archive",
    "channel_unarchive", "group_unarchive", "pinned_item", "unpinned_item", "tombstone", "reminder_add", "file_comment",
    "message_deleted", "huddle_thread",
}  # fmt: skip
"""What a room says about itself: who is in it is told by its record."""
_ANGLE = re.compile(r"<([^<>\n]*)>")
_STRIKE = re.compile(r"(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_BOT = "bot:"


def is_one(archive: Archive) -> bool:
    names = archive.names()
    return "users.json" in names and bool(names & {name for name, _ in _ROOMS})


class Slack:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._users = self._listed("users.json")
        teams = sorted({str(user.get("team_id", "")) for user in self._users} - {""})
        self.name = f"slack {teams[0] if teams else ''}"
        self._usernames = {str(user["id"]): str(user.get("name") or user["id"]) for user in self._users}
        self._rooms: list[tuple[dict[str, Any], str, list[str]]] = []
        folders: dict[str, list[str]] = {}
        for name in sorted(archive.names()):
            folder, _, file = name.rpartition("/")
            if file.endswith(".json") and folder:
                folders.setdefault(folder, []).append(name)
        for file, kind in _ROOMS:
            for room in self._listed(file) if file in archive.names() else ():
                days = folders.get(str(room.get("name") or room["id"]), folders.get(str(room["id"]), []))
                self._rooms.append((room, kind, days))
        self._bots = self._find_bots()

    def _listed(self, name: str) -> list[dict[str, Any]]:
        found = self._archive.list_of(name)
        if not all(isinstance(each.get("id"), str) and each["id"] for each in found):
            raise Misused(f"{name} in {self._archive.place} has a record without an id: this is no export of Slack")
        return found

    def _find_bots(self) -> dict[str, str]:
        """Names of bots that are no users, by their ids here."""
        found: dict[str, str] = {}
        for _, message in self._raw():
            author = self._author(message)
            if author.startswith(_BOT):
                profile = message.get("bot_profile")
                named = profile.get("name") if isinstance(profile, dict) else None
                found.setdefault(author, str(message.get("username") or named or "bot"))
        return found

    def _author(self, message: Mapping[str, Any]) -> str:
        user = str(message.get("user") or "")
        if user in self._usernames:
            return user
        return f"{_BOT}{message.get('bot_id') or message.get('username') or user or 'slackbot'}"

    def people(self) -> Iterator[NewPerson]:
        for user in self._users:
            profile = user.get("profile") if isinstance(user.get("profile"), dict) else {}
            assert isinstance(profile, dict)
            yield NewPerson(
                user["id"],
                str(user.get("name") or user["id"]),
                str(user.get("real_name") or profile.get("real_name") or ""),
                str(profile.get("email") or ""),
                bot=bool(user.get("is_bot")),
                active=not user.get("deleted"),
            )
        for bot_id, name in self._bots.items():
            yield NewPerson(bot_id, name, name, bot=True)

    def rooms(self) -> Iterator[NewRoom]:
        for room, kind, _ in self._rooms:
            members = [str(each) for each in room.get("members") or []]
            created = room.get("created")
            yield NewRoom(
                room["id"],
                kind,  # type: ignore[arg-type]
                str(room.get("name") or room["id"]),
                members,
                owners=[str(room["creator"])] if room.get("creator") in members else members[:1],
                topic=_value(room.get("topic")),
                description=_value(room.get("purpose")),
                archived=bool(room.get("is_archived")),
                created_at=_instant(created) if created else "",
                general=bool(room.get("is_general")) or (kind == "c" and room.get("name") == "general"),
            )

    def _raw(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for room, _, days in self._rooms:
            for day in days:
                for message in self._archive.list_of(day):
                    if message.get("type", "message") == "message" and message.get("subtype") not in _JOINS:
                        if not isinstance(message.get("ts"), str):
                            raise Misused(f"a message in {day} has no time: this is no export of Slack")
                        yield room["id"], message

    def messages(self, *, files: bool = True) -> Iterator[NewMessage]:
        for room, message in self._raw():
            author, ts = self._author(message), _instant(message["ts"])
            base = f"{room} {message['ts']}"
            thread = message.get("thread_ts")
            edited = message.get("edited") if isinstance(message.get("edited"), dict) else {}
            assert isinstance(edited, dict)
            carried, links = self._files(message, files)
            text = self.text(str(message.get("text") or ""))
            reactions = {
                f":{str(each.get('name', '')).partition('::')[0]}:": [str(user) for user in each.get("users") or []]
                for each in message.get("reactions") or []
                if isinstance(each, dict)
            }
            yield NewMessage(
                base,
                room,
                author,
                ts,
                text,
                thread=f"{room} {thread}" if thread and thread != message["ts"] else None,
                reactions=reactions,
                edited_at=_instant(edited["ts"]) if edited.get("ts") else "",
                edited_by=str(edited.get("user") or ""),
                attachments=[*links, *self._attachments(message)],
                file=carried[0] if carried else None,
                more={"pinned": True} if message.get("pinned_to") else {},
            )
            for number, file in enumerate(carried[1:], 1):
                yield NewMessage(f"{base} {number}", room, author, ts, file=file)

    def _files(self, message: Mapping[str, Any], wanted: bool) -> tuple[list[NewFile], list[dict[str, Any]]]:
        """Those that the archive carries, and links to the others."""
        carried: list[NewFile] = []
        links: list[dict[str, Any]] = []
        for file in message.get("files") or []:
            if not isinstance(file, dict) or not file.get("id") or file.get("mode") == "tombstone":
                continue
            name = str(file.get("name") or file.get("title") or file["id"])
            place = f"__uploads/{file['id']}/{name}"
            if place in self._archive.names() and self._archive.size(place) <= FILE_MOST:
                data = self._archive.read(place, FILE_MOST) if wanted else b""
                carried.append(NewFile(str(file["id"]), name, type_of(name, str(file.get("mimetype") or "")), data))
            else:
                address = str(file.get("permalink") or file.get("url_private") or "")
                link = {"title_link": address} if address.startswith(("http://", "https://")) else {}
                links.append({"title": name, **link})
        return carried, links

    def _attachments(self, message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for each in message.get("attachments") or []:
            if not isinstance(each, dict):
                continue
            kept = {
                "title": each.get("title"),
                "text": self.text(str(each.get("text") or each.get("fallback") or "")) or None,
                "title_link": each.get("title_link") or each.get("from_url"),
            }
            found = {name: str(value) for name, value in kept.items() if value}
            if not found.get("title_link", "https://").startswith(("http://", "https://")):
                del found["title_link"]
            if found:
                yield found

    def text(self, told: str) -> str:
        """Slack's mrkdwn as ours: mentions, channels, links, struck text and entities."""
        parts = _CODE.split(told)
        return "".join(html.unescape(part) if number % 2 else self._plain(part) for number, part in enumerate(parts))

    def _plain(self, text: str) -> str:
        struck = _STRIKE.sub(r"~~\1~~", text) if "~" in text and "~~" not in text else text
        return html.unescape(_ANGLE.sub(self._angle, struck))

    def _angle(self, found: re.Match[str]) -> str:
        inside, _, label = found[1].partition("|")
        if inside.startswith("@"):
            return f"@{self._usernames.get(inside[1:], label or inside[1:])}"
        if inside.startswith("#"):
            names = {str(room["id"]): str(room.get("name") or "") for room, _, _ in self._rooms}
            return f"#{label or names.get(inside[1:]) or inside[1:]}"
        if inside.startswith("!"):
            word = inside[1:].partition("^")[0]
            return {"channel": "@all", "everyone": "@all", "here": "@here"}.get(word, label or word)
        return f"[{label}]({inside})" if label and label != inside else inside


def _value(part: Any) -> str:
    return str(part.get("value") or "") if isinstance(part, dict) else ""


def _instant(ts: Any) -> str:
    try:
        return clock.text_of(datetime.fromtimestamp(float(ts), UTC))
    except (ValueError, OverflowError, OSError, TypeError) as problem:
        raise Misused(f"{ts!r} is no time of Slack") from problem
