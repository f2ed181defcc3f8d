"""import: Slack and Rocket.Chat, twice, cut off, and what is no export."""

import json
import stat
import zipfile
from pathlib import Path

import pytest

TS = "1700000000.000100"


def slack_export(folder: Path) -> Path:
    """Ana, Bea and a bot; a channel with a thread, a group, a direct room."""
    days = {
        "garden": [
            {"type": "message", "user": "U1", "ts": TS, "text": "Water &amp; prune <@U2> in <#C1|garden> *now* ~later~",
             "thread_ts": TS, "reply_count": 2, "reactions": [{"name": "rose", "users": ["U2", "U1"], "count": 2}]},
            {"type": "message", "user": "U2", "ts": "1700000001.000100", "text": "I will", "thread_ts": TS},
            {"type": "message", "user": "U1", "ts": "1700000002.000100", "text": "good", "thread_ts": TS},
            {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1700000003.000100", "text": "joined"},
            {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Sprinkler",
             "ts": "1700000004.000100", "text": "<!channel> see <https://example.org/x|the plan>"},
            {"type": "message", "user": "U1", "ts": "1700000005.000100", "text": "helo",
             "edited": {"user": "U1", "ts": "1700000006.000000"}},
            {"type": "message", "user": "U1", "ts": "1700000007.000100", "text": "",
             "files": [{"id": "F1", "name": "plan.txt", "mimetype": "text/plain"},
                       {"id": "F2", "name": "lost.pdf", "url_private": "https://files.slack.com/F2"}]},
        ],
        "cellar": [{"type": "message", "user": "U2", "ts": "1700000010.000100", "text": "wine"}],
        "D1": [{"type": "message", "user": "U2", "ts": "1700000020.000100", "text": "hi Ana"}],
    }  # fmt: skip
    files = {
        "users.json": [
            {"id": "U1", "team_id": "T1", "name": "ana", "real_name": "Ana", "profile": {"email": "ana@example.org"}},
            {"id": "U2", "team_id": "T1", "name": "bea", "profile": {"email": "bea@example.org"}, "deleted": True},
        ],
        "channels.json": [
            {"id": "C1", "name": "garden", "created": 1690000000, "creator": "U1", "members": ["U1", "U2"],
             "topic": {"value": "Roses"}, "purpose": {"value": "All of them"}},
            {"id": "C0", "name": "general", "is_general": True, "creator": "U1", "members": ["U1", "U2"]},
        ],
        "groups.json": [{"id": "G1", "name": "cellar", "creator": "U2", "members": ["U2"]}],
        "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    }  # fmt: skip
    for name, document in files.items():
        (folder / name).write_text(json.dumps(document))
    for name, messages in days.items():
        (folder / name).mkdir()
        (folder / name / "2023-11-14.json").write_text(json.dumps(messages))
    (folder / "__uploads" / "F1").mkdir(parents=True)
    (folder / "__uploads" / "F1" / "plan.txt").write_text("dig")
    return folder


@pytest.fixture
def slack(tmp_path: Path) -> Path:
    folder = tmp_path / "slack"
    folder.mkdir()
    return slack_export(folder)


def agrees(terminal) -> None:
    assert terminal("verify").out.startswith("everything agrees")


def test_an_export_of_slack(terminal, admin, slack, deliver, phones):
    ran = terminal("import", str(slack), "--json")
    assert ran.code == 0
    assert {name: ran.json[name] for name in ("people", "rooms", "messages", "files", "leftOut")} == {
        "people": 3, "rooms": 3, "messages": 8, "files": 1, "leftOut": 0,
    }  # fmt: skip
    deliver()
    agrees(terminal)
    assert phones() == []
    garden = admin.get("channels.info", roomName="garden")["channel"]
    assert (garden["topic"], garden["description"], garden["msgs"], garden["usersCount"]) == (
        "Roses", "All of them", 6, 2,
    )  # fmt: skip
    assert garden["lastMessage"]["file"]["name"] == "plan.txt"
    messages = {message["ts"]: message for message in admin.reads(garden["_id"])}
    first = messages["2023-11-14T22:13:20.000Z"]
    assert first["msg"] == "Water & prune @bea in #garden *now* ~~later~~"
    assert [person["username"] for person in first["mentions"]] == ["bea"]
    assert first["reactions"] == {":rose:": {"usernames": ["bea", "ana"]}}
    assert (first["tcount"], first["tlm"]) == (2, "2023-11-14T22:13:22.000Z")
    replies = admin.get("chat.getThreadMessages", tmid=first["_id"])["messages"]
    assert [reply["msg"] for reply in replies] == ["I will", "good"]
    bot = messages["2023-11-14T22:13:24.000Z"]
    assert (bot["u"]["username"], bot["msg"]) == ("Sprinkler", "@all see [the plan](https://example.org/x)")
    assert messages["2023-11-14T22:13:25.000Z"]["editedAt"] == "2023-11-14T22:13:26.000Z"
    with_files = messages["2023-11-14T22:13:27.000Z"]
    assert [each["title"] for each in with_files["attachments"]] == ["plan.txt", "lost.pdf"]
    found = admin.get("chat.search", roomId=garden["_id"], searchText="prune")["messages"]
    assert [message["_id"] for message in found] == [first["_id"]]
    people = {user["username"]: user for user in admin.get("users.list")["users"]}
    assert (people["bea"]["active"], people["ana"]["active"]) == (False, True)


def test_nobody_has_unread_messages(terminal, slack, newcomer, deliver):
    ana = newcomer("ana")
    assert terminal("import", str(slack)).code == 0
    deliver()
    rooms = ana.get("subscriptions.get")["update"]
    assert {"garden", "general"} < {room["name"] for room in rooms}
    assert {(room["unread"], room.get("userMentions", 0)) for room in rooms if room["name"] != "general"} == {(0, 0)}


def test_who_is_here_already_is_not_made_twice(terminal, slack, newcomer, admin):
    ana = newcomer("ana")
    assert terminal("import", str(slack), "--json").json["people"] == 2
    garden = admin.get("channels.info", roomName="garden")["channel"]["_id"]
    assert ana.id in {message["u"]["_id"] for message in admin.reads(garden)}
    agrees(terminal)


def test_a_name_that_is_taken(terminal, slack, admin, alice):
    taken = alice.creates_channel("garden")
    assert terminal("import", str(slack)).code == 0
    assert admin.get("channels.info", roomName="garden")["channel"]["_id"] == taken
    assert admin.get("channels.info", roomName="garden-1")["channel"]["msgs"] == 6
    agrees(terminal)


def test_twice_makes_nothing_twice(terminal, slack, admin, alice):
    assert terminal("import", str(slack)).code == 0
    garden = admin.get("channels.info", roomName="garden")["channel"]
    assert alice.post("channels.join", roomId=garden["_id"]).succeeded
    alice.says(garden["_id"], "new here")
    again = terminal("import", str(slack), "--json").json
    assert {again[name] for name in ("people", "rooms", "messages", "files", "leftOut")} == {0}
    assert admin.get("channels.info", roomName="garden")["channel"]["msgs"] == garden["msgs"] + 2
    agrees(terminal)


@pytest.mark.parametrize("calls", [*range(1, 60, 7)])
def test_one_that_is_cut_off_goes_on(terminal, slack, admin, monkeypatch, calls):
    """Whatever call of a table it dies at."""
    from pimentachat.errors.requests import Unavailable
    from pimentachat.store import table

    real, left = table._calling, [calls]

    def failing(call):
        if call.__name__ in {"batch_write_item", "transact_write_items", "update_item"}:
            left[0] -= 1
            if left[0] < 0:
                raise Unavailable
        return real(call)

    monkeypatch.setattr(table, "_calling", failing)
    monkeypatch.setattr(table, "_ATTEMPTS", 1)
    ran = terminal("import", str(slack))
    assert ran.code in {0, 3}
    monkeypatch.setattr(table, "_calling", real)
    assert terminal("import", str(slack)).code == 0
    assert admin.get("channels.info", roomName="garden")["channel"]["msgs"] == 6
    # A total may be one off, as after a request that died; it is counted anew every night.
    problems = [json.loads(line) for line in terminal("verify", "--json").out.splitlines()]
    assert {problem["kind"] for problem in problems} <= {"total"}


def test_a_later_export_brings_what_is_new(terminal, slack, admin):
    assert terminal("import", str(slack)).code == 0
    later = {"type": "message", "user": "U2", "ts": "1700090000.000100", "text": "done", "thread_ts": TS}
    (slack / "garden" / "2023-11-15.json").write_text(json.dumps([later]))
    assert terminal("import", str(slack), "--json").json["messages"] == 1
    agrees(terminal)
    [first] = [each for each in admin.reads(_id(admin, "garden")) if each["ts"] == "2023-11-14T22:13:20.000Z"]
    assert (first["tcount"], first["tlm"]) == (3, "2023-11-15T23:13:20.000Z")


def _id(admin, name: str) -> str:
    return str(admin.get("channels.info", roomName=name)["channel"]["_id"])


def test_a_zip_file_and_a_look_at_it(terminal, slack, admin, tmp_path):
    packed = tmp_path / "slack.zip"
    with zipfile.ZipFile(packed, "w") as into:
        for path in sorted(slack.rglob("*")):
            into.write(path, path.relative_to(slack))
    assert terminal("import", str(packed), "--check").out == "3 people, 4 rooms, 8 messages\n"
    assert "garden" not in terminal("room", "list", by=admin).out
    assert terminal("import", str(packed)).code == 0
    agrees(terminal)


# --- what is no export


def refused(terminal, admin, place: Path, *words: str) -> None:
    before = terminal("user", "list", "--json", by=admin).json
    ran = terminal("import", str(place))
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err
    assert len(terminal("user", "list", "--json", by=admin).json) == len(before)


def zipped(tmp_path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for name, data in members:
            into.writestr(name, data)
    return packed


def test_something_else(terminal, admin, tmp_path):
    (tmp_path / "shop.txt").write_text("bread")
    refused(terminal, admin, tmp_path / "shop.txt", "neither")
    (tmp_path / "folder").mkdir()
    refused(terminal, admin, tmp_path / "folder", "no export")
    assert terminal("import", str(tmp_path / "nowhere")).code == 2


@pytest.mark.parametrize("name", ["../users.json", "/etc/users.json", "a/../../b.json", "a\\..\\b.json", "C:/x.json"])
def test_names_that_lead_out(terminal, admin, tmp_path, name):
    refused(terminal, admin, zipped(tmp_path, (name, b"[]"), ("users.json", b"[]")), "leads out")


def test_links(terminal, admin, tmp_path, slack):
    link = zipfile.ZipInfo("users.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(terminal, admin, zipped(tmp_path, (link, b"/etc/passwd")), "link")
    (slack / "passwords").symlink_to("/etc/passwd")
    refused(terminal, admin, slack, "link")


def test_a_bomb(terminal, admin, tmp_path):
    refused(terminal, admin, zipped(tmp_path, ("users.json", b"[" + b" " * 30_000_000 + b"]")), "fill the machine")


def test_damage(terminal, admin, tmp_path, slack):
    packed = zipped(tmp_path, ("users.json", b'[{"id": "U1"}]' * 100), ("channels.json", b"[]"))
    data = bytearray(packed.read_bytes())
    data[50] ^= 0xFF
    packed.write_bytes(bytes(data))
    refused(terminal, admin, packed)
    packed.write_bytes(bytes(data[: len(data) // 2]))
    refused(terminal, admin, packed)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("users.json", "["),
        ("users.json", "{}"),
        ("users.json", "[1]"),
        ("users.json", '[{"name": "ana"}]'),
        ("garden/2023-11-14.json", '[{"type": "message", "user": "U1"}]'),
        ("garden/2023-11-14.json", '[{"type": "message", "user": "U1", "ts": "noon"}]'),
        ("garden/2023-11-14.json", "[" * 100_000),
        ("cellar/2023-11-14.json", "nothing"),
    ],
)
def test_a_broken_file_is_refused_before_anything_is_written(terminal, admin, slack, file, text):
    (slack / file).write_text(text)
    refused(terminal, admin, slack)
