"""The lists in docs/clients.md: `python -m tests.clients.document` writes them from the clients and their tests."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from local.places import REPOSITORY
from tests.clients.rocketchat_api.surface import methods, served

DOCUMENT = REPOSITORY / "docs" / "clients.md"
_OTHERS = {
    "banners": "announcements of the vendor's cloud",
    "chat.getURLPreview": "a later way to previews: here they follow the message",
    "custom-sounds": "no sounds are kept here",
    "custom-user-status": "people write their own status text (`users_set_status`)",
    "emoji-custom.all": "a later list: `custom_emoji_list` has them all",
    "engagement-dashboard": "reports of the enterprise edition",
    "groups.convertToTeam": "there are no teams here",
    "licenses": "there are no licences here",
    "livechat": "talks with visitors of a web site are another product",
    "moderation": "reports are kept (`chat_report_message`), reviewing them is later",
    "roles.getUsersInPublicRoles": "a later list: `roles_get_users_in_role` asks for one role",
    "sendInvitationEmail": "links invite (`find_or_create_invite`), we mail none",
    "teams": "there are no teams here",
}
"""Beginnings of endpoints that are not served, with the reason."""


def written(text: str) -> str:
    """The document with its lists as they are now."""
    for name, lines in {"served": _served(), "not served": _not_served(), "versions": _versions()}.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        assert after, f"docs/clients.md has no list `{name}`"
        text = before + start + "\n" + "\n".join(lines) + "\n\n" + end + after
    return text


def _served() -> Iterable[str]:
    found: dict[str, list[str]] = {}
    for name, endpoint in methods().items():
        if served(endpoint):
            found.setdefault(_family(endpoint), []).append(f"`{name}`")
    yield from ("| endpoints | methods |", "|---|---|")
    for family, names in sorted(found.items()):
        yield f"| `{family}` | {', '.join(names)} |"


def _not_served() -> Iterable[str]:
    found: dict[str, list[str]] = {}
    for name, endpoint in methods().items():
        if not served(endpoint):
            path = endpoint.partition(" ")[2]
            [reason] = {reason for start, reason in _OTHERS.items() if path.startswith(start)}
            found.setdefault(reason, []).append(f"`{name}`")
    yield from ("| methods | why not |", "|---|---|")
    for reason, names in found.items():
        yield f"| {', '.join(names)} | {reason} |"


def _versions() -> Iterable[str]:
    pinned = (REPOSITORY / "requirements" / "dev.txt").read_text("utf-8")
    [python] = re.findall(r"^rocketchat-api==(.+)$", pinned, re.MULTILINE)
    package = json.loads((Path(__file__).parent / "javascript" / "package.json").read_text("utf-8"))
    yield from ("| client | version | driven by |", "|---|---|---|")
    yield f"| rocketchat-API (PyPI) | {python} | `tests/clients/rocketchat_api/`, in `make test` |"
    for name, version in package["dependencies"].items():
        script = name.removeprefix("@rocket.chat/")
        yield f"| {name} (npm) | {version} | `tests/clients/javascript/{script}.js`, in `make test-clients` |"
    yield "| curl | any | `tests/clients/test_readme.py`, in `make test` |"


def _family(endpoint: str) -> str:
    """`channels` of `GET channels.list.joined`."""
    return re.split(r"[./]", endpoint.partition(" ")[2])[0]


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
