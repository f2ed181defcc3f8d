"""export, and the round trip: what was exported and imported elsewhere is the same workspace."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.workspace import File

CHANGES = {"_updatedAt", "uploadedAt", "token", "etag", "path", "url", "lm", "lastMessage"}


@pytest.fixture
def lived(alice, bob, carol, admin, deliver):
    """A workspace in which something of everything was done."""
    garden = alice.creates_channel("garden", members=["bob"])
    assert alice.post("channels.setTopic", roomId=garden, topic="Roses").succeeded
    cellar = alice.creates_group("cellar", members=["carol"])
    direct = alice.opens_direct_room(bob)
    hint = alice.says(garden, "Water the roses @bob #garden https://example.org/x")
    for room in (garden, cellar, direct):
        alice.says(room, "hi @all")
    assert bob.post("chat.postMessage", roomId=garden, text="I will", tmid=hint).succeeded
    assert bob.post("chat.react", messageId=hint, emoji=":rose:", shouldReact=True).succeeded
    assert bob.post("chat.starMessage", messageId=hint).succeeded
    assert alice.post("chat.pinMessage", messageId=hint).succeeded
    assert alice.upload(f"rooms.upload/{garden}", File("plan.txt", b"dig"), description="The plan").succeeded
    edited = bob.says(garden, "helo")
    assert bob.post("chat.update", roomId=garden, msgId=edited, text="hello").succeeded
    assert alice.post("rooms.createDiscussion", prid=garden, t_name="Which roses?").succeeded
    deliver()
    return garden


_KEPT = {
    "users.json": {"_id", "username", "name"},
    "rocketchat_room.json": {"_id", "t", "name", "fname", "topic", "prid", "uids", "usernames", "msgs", "ts"},
}
"""What an import takes over of people and rooms: roles and what else gives rights stay with the administrator."""


def told(value: Any) -> Any:
    """Without what says nothing: null and empty lists."""
    if isinstance(value, list):
        return [told(each) for each in value]
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items() if each is not None and each != []}
    return value


def exported(folder: Path) -> dict[str, dict[str, Any]]:
    """The records of an export by file and id, without what depends on when they were written."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.json")):
        if file.name != "manifest.json":
            for line in file.read_text().splitlines():
                record = json.loads(line)
                for name in CHANGES & record.keys():
                    del record[name]
                if file.name == "rocketchat_subscription.json":
                    record = {"roles": record["roles"], "u": record["u"], "_id": record["rid"] + record["u"]["_id"]}
                found[f"{file.name} {record['_id']}"] = told(record)
    for file in sorted((folder / "uploads").iterdir()):
        found[f"uploads {file.name}"] = {"bytes": file.read_bytes()}
    return found


def empty() -> None:
    """Another workspace: nothing but what a new one starts with."""
    from pimentachat import workspace
    from pimentachat.services.server import seeding
    from pimentachat.store import table, writes
    from pimentachat.store.items import Key

    for name in ("accounts", "rooms", "messages", "workspace"):
        for page in table.scan(name):
            table.write_many([writes.delete(Key(name, item["pk"], item["sk"])) for item in page])
    workspace.forget()
    seeding.seed()


def test_a_round_trip(terminal, lived, deliver, tmp_path, carol):
    first = terminal("export", str(tmp_path / "first"), "--json")
    assert (first.code, first.json["people"], first.json["files"]) == (0, 5, 1)
    before = exported(tmp_path / "first")
    empty()
    ran = terminal("import", str(tmp_path / "first"), "--json")
    assert (ran.code, ran.json["leftOut"]) == (0, 0)
    deliver()
    assert terminal("verify").out.startswith("everything agrees")
    assert terminal("export", str(tmp_path / "second")).code == 0
    after = exported(tmp_path / "second")
    for records in (before, after):
        for where, record in records.items():
            kept = _KEPT.get(where.split()[0], set(record))
            # general was there before, with a message of its own.
            records[where] = {name: each for name, each in record.items() if name in kept and "GENERAL" not in where}
    # Here rocket.cat came into general once more.
    [more] = after.keys() - before.keys()
    assert (after[more]["t"], after[more]["u"]["username"]) == ("uj", "rocket.cat")
    for where, record in before.items():
        assert after[where] == record, where


def test_into_the_same_workspace_it_changes_nothing(terminal, lived, tmp_path):
    assert terminal("export", str(tmp_path / "first")).code == 0
    again = terminal("import", str(tmp_path / "first"), "--json").json
    assert {again[name] for name in ("people", "rooms", "messages", "files")} == {0}
    assert terminal("export", str(tmp_path / "second")).code == 0
    assert exported(tmp_path / "first") == exported(tmp_path / "second")
    assert terminal("verify").out.startswith("everything agrees")


def test_files_stay_where_they_are(terminal, lived, tmp_path):
    ran = terminal("export", str(tmp_path / "first"), "--no-files", "--json")
    assert ran.json["files"] == 0
    assert not (tmp_path / "first" / "uploads").exists()


def test_a_folder_that_is_there_is_not_overwritten(terminal, lived, tmp_path):
    assert terminal("export", str(tmp_path / "first")).code == 0
    ran = terminal("export", str(tmp_path / "first"))
    assert (ran.code, "new folder" in ran.err) == (2, True)


def test_nothing_in_it_opens_a_door(terminal, lived, tmp_path, alice):
    assert terminal("export", str(tmp_path / "first")).code == 0
    told = "".join(file.read_text() for file in (tmp_path / "first").glob("*.json"))
    assert alice.token not in told
    assert "$2b$" not in told


def test_what_mongoexport_writes(terminal, admin, tmp_path):
    """Numbers and dates in both of its forms, as lines and as an array."""
    ana = {"_id": "anaanaanaanaanaan", "username": "ana", "name": "Ana", "createdAt": {"$date": "2019-04-01T10:00:00Z"}}
    room = {"_id": "roomroomroomroomr", "t": "c", "name": "garden", "ts": {"$date": {"$numberLong": "1554112800000"}}}
    message = {
        "_id": "firstfirstfirstfi",
        "rid": room["_id"],
        "msg": "hi",
        "u": {"_id": ana["_id"], "username": "ana"},
        "ts": {"$date": "2019-04-01T12:00:00+02:00"},
        "reactions": {":rose:": {"usernames": ["ana", "nobody"]}},
    }
    (tmp_path / "users.json").write_text(json.dumps([ana]))
    (tmp_path / "rocketchat_room.json").write_text(json.dumps(room) + "\n\n")
    (tmp_path / "rocketchat_message.json").write_text(json.dumps(message) + "\n")
    ran = terminal("import", str(tmp_path))
    assert ran.code == 0, ran.err
    [found] = admin.reads(room["_id"])
    assert (found["ts"], found["reactions"]) == ("2019-04-01T10:00:00.000Z", {":rose:": {"usernames": ["ana"]}})
    for line in ("nothing", "[", '{"_id": 5}', '{"_id": "x"}', "5"):
        (tmp_path / "rocketchat_message.json").write_text(f"{json.dumps(message)}\n{line}\n")
        assert terminal("import", str(tmp_path)).code == 2, line
    shutil.rmtree(tmp_path / "rocketchat_message.json", ignore_errors=True)


def test_nobody_writes_over_what_is_here(terminal, admin, alice, tmp_path):
    """An export may name ids that are taken: they stay whose they are."""
    said = alice.says("GENERAL", "mine")
    eve = {"_id": "eveeveeveeveeveev", "username": "eve"}
    room = {"_id": "roomroomroomroomr", "t": "c", "name": "garden"}
    message = {"_id": said, "rid": room["_id"], "msg": "not yours", "u": eve, "ts": "2019-04-01T10:00:00Z"}
    link = {
        "_id": "linklinklinklinkl",
        "rid": room["_id"],
        "msg": "look",
        "u": eve,
        "ts": "2019-04-01T10:00:01Z",
        "avatar": "javascript:alert(1)",
        "attachments": [{"title_link": "javascript:alert(1)"}, {"text": "fine"}],
    }
    (tmp_path / "users.json").write_text(json.dumps(eve | {"roles": ["admin"], "emails": [{"address": "no address"}]}))
    (tmp_path / "rocketchat_room.json").write_text(json.dumps(room))
    (tmp_path / "rocketchat_message.json").write_text("\n".join(map(json.dumps, (message, link))))
    assert terminal("import", str(tmp_path)).code == 0
    assert alice.get("chat.getMessage", msgId=said)["message"]["msg"] == "mine"
    [found] = admin.reads(room["_id"])
    assert ("avatar" in found, found["attachments"]) == (False, [{"text": "fine"}])
    made = admin.get("users.info", username="eve")["user"]
    assert (made["roles"], made.get("emails", [])) == (["user"], [])
