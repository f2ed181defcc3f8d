"""The workspace that `events/` speaks of: people, rooms and a message of fixed ids, and a login token of a fixed value.

`python -m tests.demo` prepares it in the tables and the bucket that the environment names (events/README.md).
Never where others can reach it: the token is public.
"""

from collections.abc import Sequence
from typing import Any

ANA = "DemoUserAnaAna234"
BOB = "DemoUserBobBob234"
CAROL = "DemoUserCarCar234"
DORA = "DemoUserDorDor234"
TOKEN = "DemoTokenDemoTokenDemoTokenDemoTokenDemoTok"
PASSWORD = "demo-password"
CHANNEL = "DemoChannelDemo23"
OPEN_CHANNEL = "DemoChannelOpen23"
GROUP = "DemoGroupDemoDe23"
ARCHIVED_CHANNEL = "DemoArchivedCha23"
HIDDEN_CHANNEL = "DemoHiddenChan234"
HIDDEN_GROUP = "DemoHiddenGrp2345"
ARCHIVED_GROUP = "DemoArchivedGrp23"
DIRECT = "".join(sorted((ANA, BOB)))
MESSAGE = "DemoMessageDemo23"
UPLOAD = "DemoUploadDemoD23"
WAITING = "DemoUploadWait234"
TOKEN_NAME = "demo"
RESET_LINK = "DemoResetLinkDemoResetLinkDemoResetLinkDemo"
UNSUBSCRIBE_LINK = "DemoUnsubscribeDemoUnsubscribeDemoUnsubscri"
VERIFY_LINK = "DemoVerifyLinkDemoVerifyLinkDemoVerifyLinkD"
DEVICE = "demo-device"
CALL = "DemoCallDemoCal23"
HOOK = "DemoHookDemoHook2"
HOOK_TOKEN = "DemoHookTokenDemoHookTokenDemoHookTokenDemoHookT"
INVITE = "DemoInviteDemo234"
ROLE = "demo-role"
EMOJI = "DemoEmojiDemo2345"


def prepare() -> None:
    """Makes everything in a workspace that was just seeded."""
    _switch_on("API_Enable_Direct_Message_History_EndPoint", "Accounts_AllowAnonymousRead")
    people = {name: _person(user_id, name) for user_id, name in ((BOB, "bob"), (CAROL, "carol"), (DORA, "dora"))}
    people["ana"] = _person(ANA, "ana", "admin")
    _allow()
    _log_in()
    owners = [people["ana"], people["bob"]]
    bobs = ["moderator", "leader"]
    _room(CHANNEL, "c", "demo", owners, people["carol"], roles_of_bob=bobs)
    _room(GROUP, "p", "demo-group", owners, people["carol"], roles_of_bob=bobs)
    _room(OPEN_CHANNEL, "c", "demo-open", [people["bob"]])
    _room(HIDDEN_CHANNEL, "c", "demo-hidden", owners, hidden=True)
    _room(HIDDEN_GROUP, "p", "demo-hidden-group", owners, hidden=True)
    _room(ARCHIVED_CHANNEL, "c", "demo-archived", owners, archived=True)
    _room(ARCHIVED_GROUP, "p", "demo-archived-group", owners, archived=True)
    _roles(people["ana"])
    _emoji()
    _write_and_upload()
    _hook()
    _call()
    _invite()


def _switch_on(*setting_ids: str) -> None:
    """Some endpoints answer only where a setting has them do so."""
    from pimentachat import workspace
    from pimentachat.store import workspace as workspace_store

    workspace_store.save("SETTING", {one: {"_id": one, "value": True} for one in setting_ids})
    workspace.forget()


def _person(user_id: str, username: str, *roles: str) -> Any:
    from pimentachat import clock
    from pimentachat.auth import passwords
    from pimentachat.errors.users import UsernameInUse
    from pimentachat.models.users import User
    from pimentachat.services.accounts import enrolment
    from pimentachat.store import counters
    from pimentachat.store import users as user_store

    user = User(
        _id=user_id,
        username=username,
        name=username.capitalize(),
        emails=[{"address": f"{username}@example.org", "verified": True}],
        roles=["user", *roles],
        created_at=clock.now_text(),
        password_hash=passwords.hashed(passwords.digest(PASSWORD)),
        _updatedAt=clock.now_text(),
    )
    user_store.add(user, username_taken=UsernameInUse(), email_taken=UsernameInUse())
    counters.add("users", 1)
    enrolment.join_default_rooms(user)
    return user


def _allow() -> None:
    """Ana may delete her account: there is another administrator, and the setting says so. Mails have a sender, and
    two were sent."""
    from pimentachat import clock, ids
    from pimentachat.store import links as link_store
    from pimentachat.store import users as user_store
    from pimentachat.store import workspace as workspace_store

    user_store.change(DORA, lambda dora: dora.model_copy(update={"roles": ["user", "admin"]}))
    settings = {"Accounts_AllowDeleteOwnAccount": True, "From_Email": "demo@example.org"}
    workspace_store.save("SETTING", {name: {"_id": name, "value": value} for name, value in settings.items()})
    link_store.add(ids.fingerprint(RESET_LINK), link_store.Link("reset", CAROL, "carol@example.org", clock.now_text()))
    link_store.add(
        ids.fingerprint(UNSUBSCRIBE_LINK), link_store.Link("unsubscribe", BOB, "bob@example.org", clock.now_text())
    )
    link_store.add(
        ids.fingerprint(VERIFY_LINK), link_store.Link("verify", CAROL, "carol@example.org", clock.now_text())
    )


def _log_in() -> None:
    """Ana's login, a personal access token of hers, and a device."""
    from pimentachat import clock, ids
    from pimentachat.auth import tokens
    from pimentachat.models.devices import Device
    from pimentachat.models.users import LoginToken
    from pimentachat.store import devices as device_store
    from pimentachat.store import tokens as token_store
    from pimentachat.store import users as user_store

    now = clock.now_text()
    login = LoginToken(_id=ids.fingerprint(TOKEN), user_id=ANA, created_at=now)
    token_store.add(login, clock.epoch_seconds(tokens.lifetime().total_seconds()))
    ana = user_store.find(ANA)
    assert ana
    tokens.issue_personal(ana, TOKEN_NAME)
    device = {"_id": ids.new_id(), "token": {"apn": DEVICE}, "app_name": "demo", "user_id": ANA}
    device_store.save(Device.model_validate({**device, "created_at": now, "updatedAt": now}))


def _room(
    room_id: str,
    kind: Any,
    name: str,
    owners: list[Any],
    *members: Any,
    roles_of_bob: Sequence[Any] = (),
    archived: bool | None = None,
    hidden: bool = False,
) -> None:
    from pimentachat import clock, ids
    from pimentachat.errors.rooms import RoomNameTaken
    from pimentachat.models.memberships import Membership
    from pimentachat.models.rooms import Room
    from pimentachat.store import counters, memberships, table
    from pimentachat.store import rooms as room_store

    now = clock.now_text()
    people = [*owners, *members]
    room = Room(
        _id=room_id,
        t=kind,
        name=name,
        fname=name,
        u={"_id": owners[0].id, "username": owners[0].username},
        ts=now,
        users_count=len(people),
        sys_mes=True,
        archived=archived,
        archived_at=now if archived else "",
        _updatedAt=now,
    )
    writes = room_store.additions(room, None, name_taken=RoomNameTaken(name=name))
    for user in people:
        roles = ({"owner"} if user in owners else set()) | (set(roles_of_bob) if user.id == BOB else set())
        membership = Membership(
            id=ids.new_id(),
            user_id=user.id,
            username=user.username,
            user_name=user.name,
            room_id=room_id,
            t=kind,
            ts=now,
            updated_at=now,
            ls=now,
            roles=roles,
            closed_at=0 if hidden else None,
        )
        writes += memberships.additions(membership)
        writes += room_store.role_writes(room_id, user.id, list(roles), held=True)
    table.transact(*writes)
    counters.add("channels" if kind == "c" else "groups", 1)


def _roles(ana: Any) -> None:
    """A role that nobody holds."""
    from pimentachat.auth.callers import Caller
    from pimentachat.services.accounts import roles

    roles.create(Caller(ana), ROLE)


def _emoji() -> None:
    from pimentachat import clock
    from pimentachat.cloud import files
    from pimentachat.store import workspace as workspace_store
    from tests.pictures import drawn

    key = f"emoji/{EMOJI}/demo"
    files.save(key, drawn(8, 8), "image/png")
    emoji = {"_id": EMOJI, "name": "demo-emoji", "aliases": ["demo"], "extension": "png", "file": key}
    workspace_store.save("EMOJI", {EMOJI: {**emoji, "_updatedAt": clock.now_text()}})


def _write_and_upload() -> None:
    """Bob's message in the channel, his direct room with Ana, a file of his, and one that Ana has not posted yet."""
    from pimentachat import clock
    from pimentachat.auth.callers import Caller
    from pimentachat.cloud import files
    from pimentachat.models.uploads import Upload
    from pimentachat.services.messages import sending
    from pimentachat.services.messages.sending import Outgoing, Post
    from pimentachat.store import table
    from pimentachat.store import uploads as upload_store
    from pimentachat.store import users as user_store

    bob = user_store.find(BOB)
    assert bob
    caller = Caller(bob)
    sending.send(caller, Outgoing(room_id=CHANNEL, id=MESSAGE, text="Hello @ana!"))
    sending.post(caller, ["@ana"], Post(text="Hello!"))
    now = clock.now_text()
    for upload_id, owner_id, waiting in ((UPLOAD, BOB, None), (WAITING, ANA, {"title": "demo.txt", "type": "file"})):
        key = f"uploads/{CHANNEL}/{owner_id}/{upload_id}"
        files.save(key, b"demo", "text/plain")
        upload = Upload(
            _id=upload_id,
            name="demo.txt",
            size=4,
            type="text/plain",
            rid=CHANNEL,
            user_id=owner_id,
            uploaded_at=now,
            object_key=key,
            waiting=waiting,
        )
        if waiting:
            upload_store.save(upload)
        else:
            table.transact(*upload_store.additions(upload))


def _hook() -> None:
    """An incoming webhook into the channel, of Ana's."""
    from pimentachat import clock
    from pimentachat.models.integrations import Integration
    from pimentachat.store import integrations as integration_store

    now = clock.now_text()
    hook = {"_id": HOOK, "type": "webhook-incoming", "name": "builds", "enabled": True, "token": HOOK_TOKEN}
    place = {"username": "rocket.cat", "userId": "rocket.cat", "channel": ["#demo"], "scriptEnabled": False}
    made = {"_createdAt": now, "_updatedAt": now, "_createdBy": {"_id": ANA, "username": "ana"}}
    integration = Integration.model_validate({**hook, **place, **made})
    integration_store.add(integration, most=1000, otherwise=ValueError("too many"))


def _invite() -> None:
    """A link of Bob's into his channel."""
    from pimentachat import clock
    from pimentachat.models.invites import Invite
    from pimentachat.store import invites

    now = clock.now_text()
    link = {"_id": INVITE, "rid": OPEN_CHANNEL, "user_id": BOB, "created_at": now, "_updatedAt": now}
    invites.add(Invite.model_validate({**link, "days": 0, "max_uses": 0}), instead_of=None)


def _call() -> None:
    """Bob calls Ana."""
    from pimentachat import clock
    from pimentachat.models.calls import Call
    from pimentachat.store import calls as call_store

    call = {"_id": CALL, "userId": BOB, "userName": "bob", "to": [ANA], "toNames": ["ana"], "roomId": CHANNEL}
    said = {"channel": "https://pimenta.live/demo", "date": clock.now_text(), "onlyAudio": True}
    names = {"senderName": "Bob", "serverName": "https://chat.example.org"}
    call_store.add(Call.model_validate({**call, **said, **names}))


if __name__ == "__main__":
    from pimentachat.services.server import seeding

    seeding.seed()
    prepare()
