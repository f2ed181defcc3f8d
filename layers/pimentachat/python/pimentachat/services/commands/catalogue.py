"""The slash commands that there are (contract: commands.yaml default_commands): what clients show of them, and what
runs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pimentachat.errors.commands import NoSuchCommand
from pimentachat.listing import pages
from pimentachat.listing.pages import Listed, ListQuery
from pimentachat.models.records import Document
from pimentachat.services.commands import people, rooms, talking
from pimentachat.services.commands.running import Run


@dataclass(frozen=True)
class Command:
    run: Callable[[Run], None]
    params: str = ""
    """What clients show behind the command: a name of a text, or the text itself, as `description`."""
    description: str = ""
    permission: str = ""
    """Clients hide the command from those who do not have it."""


_YOURS: Final = "your_message_optional"
COMMANDS: Final[Mapping[str, Command]] = {
    "archive": Command(rooms.archive, "#channel", "Archive"),
    "create": Command(rooms.create, "#channel", "Create_A_New_Channel"),
    "gimme": Command(talking.art("༼ つ ◕_◕ ༽つ {}"), _YOURS, "Slash_Gimme_Description"),
    "help": Command(talking.show_help, "", "Show_the_keyboard_shortcut_list"),
    "hide": Command(rooms.hide, "#room", "Hide_room"),
    "invite": Command(people.invite, "@username", "Invite_user_to_join_channel"),
    "invite-all-from": Command(people.invite_all_from, "#room", "Invite_user_to_join_channel_all_from"),
    "invite-all-to": Command(people.invite_all_to, "#room", "Invite_user_to_join_channel_all_to"),
    "join": Command(rooms.join, "#channel", "Join_the_given_channel"),
    "kick": Command(people.kick, "@username", "Remove_someone_from_room", "remove-user"),
    "leave": Command(rooms.leave, "", "Leave_the_current_channel"),
    "lennyface": Command(talking.art("{} ( ͡° ͜ʖ ͡°)"), _YOURS, "Slash_LennyFace_Description"),
    "me": Command(talking.act, "your_message", "Displays_action_text"),
    "msg": Command(talking.whisper, "@username <message>", "Direct_message_someone"),
    "mute": Command(people.mute, "@username", "Mute_someone_in_room"),
    "part": Command(rooms.leave, "", "Leave_the_current_channel"),
    "shrug": Command(talking.art("{} ¯\\_(ツ)_/¯"), _YOURS, "Slash_Shrug_Description"),
    "tableflip": Command(talking.art("{} (╯°□°）╯︵ ┻━┻"), _YOURS, "Slash_Tableflip_Description"),
    "topic": Command(rooms.set_topic, "Slash_Topic_Params", "Slash_Topic_Description"),
    "unarchive": Command(rooms.unarchive, "#channel", "Unarchive"),
    "unflip": Command(talking.art("{} ┬─┬ ノ( ゜-゜ノ)"), _YOURS, "Slash_TableUnflip_Description"),
    "unmute": Command(people.unmute, "@username", "Unmute_someone_in_room"),
}


def shown(name: str) -> Document | None:
    """A command as clients see it; what it does not have is left out. None: there is none of this name."""
    found = COMMANDS.get(name)
    if found is None:
        return None
    told = {"command": name, "params": found.params, "description": found.description, "permission": found.permission}
    return {field: text for field, text in told.items() if text} | {"clientOnly": False, "providesPreview": False}


def every(asked: ListQuery) -> Listed:
    """A page of all commands, whatever the caller may run.

    Raises:
        InvalidSort, InvalidFields, InvalidQuery, QueryTooCostly.
    """
    rows = [told for name in COMMANDS if (told := shown(name))]
    return pages.listed_in_memory(rows, asked, hidden=(), order="command")


def check_known(name: str) -> None:
    """
    Raises:
        NoSuchCommand
    """
    if name not in COMMANDS:
        raise NoSuchCommand
