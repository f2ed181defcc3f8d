"""What a new workspace starts with: the room general, rocket.cat, and the administrator. Running it again changes
nothing, and brings back nothing that was deleted since."""

from collections.abc import Mapping
from typing import Any

from pimentachat import clock, ids, workspace
from pimentachat.auth import passwords
from pimentachat.cloud import cloudformation
from pimentachat.config import config
from pimentachat.errors.rooms import RoomNameTaken
from pimentachat.errors.users import UsernameInUse
from pimentachat.models.rooms import Room
from pimentachat.models.users import User
from pimentachat.services.accounts import enrolment
from pimentachat.services.server import first_password
from pimentachat.store import counters, table
from pimentachat.store import rooms as room_store
from pimentachat.store import users as user_store
from pimentachat.store import workspace as workspace_store

_GENERAL = "GENERAL"
_CAT = "rocket.cat"


def seed(site_url: str = "") -> None:
    """The workspace without its administrator."""
    _identity(site_url)
    _general()
    _enrol(
        User(
            _id=_CAT,
            username=_CAT,
            name="Rocket.Cat",
            type="bot",
            roles=["bot"],
            status="online",
            created_at=clock.now_text(),
            _updatedAt=clock.now_text(),
        )
    )


def seed_admin(password: str = "") -> str | None:
    """The administrator of the environment (ADMIN_USERNAME ...). Returns a password that had to be made up, to be
    shown once. A password that is given comes with the call: an environment keeps what it is told.

    None: the administrator exists, or has the password that was given.
    """
    wanted = config()
    if user_store.id_by_username(wanted.admin_username):
        return None
    # The environment of another administrator still has the id and address of the one before.
    known = bool(wanted.admin_email and user_store.id_by_email(wanted.admin_email))
    there = bool(wanted.admin_id and user_store.find(wanted.admin_id))
    try:
        chosen = add_admin(
            wanted.admin_username,
            password=password,
            email="" if known else wanted.admin_email,
            name=wanted.admin_name,
            user_id="" if there else wanted.admin_id,
        )
    except UsernameInUse:
        return None
    return None if password else chosen


def add_admin(username: str, *, password: str = "", email: str = "", name: str = "", user_id: str = "") -> str:
    """An administrator more. Returns the password, which is made up where none is given.

    Raises:
        UsernameInUse: somebody has the name or the address.
    """
    chosen = password or ids.new_password()
    admin = User(
        _id=user_id or ids.new_id(),
        username=username,
        name=name or "Administrator",
        emails=[{"address": email, "verified": True}] if email else [],
        roles=["admin"],
        created_at=clock.now_text(),
        password_hash=passwords.hashed(passwords.digest(chosen)),
        _updatedAt=clock.now_text(),
    )
    if not _enrol(admin):
        raise UsernameInUse
    return chosen


def _identity(site_url: str) -> None:
    """The settings that differ between workspaces."""
    stored = workspace.current().stored.settings
    wanted = {
        "uniqueID": None if "uniqueID" in stored else ids.new_id(),
        "Accounts_RegistrationForm_SecretURL": None
        if "Accounts_RegistrationForm_SecretURL" in stored
        else ids.new_token(),
        "Site_Url": site_url if _may_place(stored.get("Site_Url")) else None,
    }
    documents = {
        setting_id: {"_id": setting_id, "value": value, "seeded": True} for setting_id, value in wanted.items() if value
    }
    if documents:
        workspace_store.save("SETTING", documents)


def _may_place(site_url: Mapping[str, Any] | None) -> bool:
    """Whether the address is ours to set: nobody has chosen another one since it was seeded."""
    return site_url is None or bool(site_url.get("seeded"))


def _general() -> None:
    now = clock.now_text()
    room = Room(
        _id=_GENERAL, t="c", name="general", fname="general", ts=now, default=True, usernames=[], _updatedAt=now
    )
    try:
        table.transact(
            *room_store.additions(room, None, name_taken=RoomNameTaken(name="general")),
            workspace_store.seeded(_GENERAL),
        )
    except (RoomNameTaken, table.ConditionFailed):
        return
    counters.add("channels", 1)


def _enrol(user: User) -> bool:
    try:
        user_store.add(user, username_taken=UsernameInUse(), email_taken=UsernameInUse())
    except UsernameInUse:
        return False
    counters.add("users", 1)
    enrolment.join_default_rooms(user)
    return True


def by_hand(site_url: str = "", password: str = "") -> dict[str, str | None]:
    """Seeds everything: `{"admin": username, "password": the generated one or None}`."""
    seed(site_url)
    return {"admin": config().admin_username, "password": seed_admin(password)}


def on_deployment(event: dict[str, Any]) -> dict[str, str | None]:
    """Seeds with a deployment, and tells CloudFormation how it went. A new stack gets its administrator, unless its
    tables have one already; an existing stack gets one when another name is given (somebody has lost the first one's
    password). A password is in SSM alone (services/server/first_password.py), and goes with the stack."""
    try:
        if event["RequestType"] == "Delete":
            first_password.forget()
        else:
            seed(event["ResourceProperties"].get("SiteUrl", ""))
            _administrator_of(event)
    except Exception as problem:
        cloudformation.respond(event, failure=f"{type(problem).__name__}: see the log of the bootstrap function")
        raise
    cloudformation.respond(event)
    return {"admin": config().admin_username, "password": None}


def _administrator_of(event: dict[str, Any]) -> None:
    if event["RequestType"] == "Create":
        wanted = not user_store.holders("admin", most=1)
    else:
        before = event.get("OldResourceProperties", {}).get("AdminUsername")
        wanted = before != event["ResourceProperties"].get("AdminUsername")
    if wanted and not user_store.id_by_username(config().admin_username):
        if event["RequestType"] == "Update":
            # Another one's.
            first_password.forget()
        seed_admin(first_password.take())
    # Also one that was put there for an administrator who had a password already.
    first_password.forget_unless_valid()
