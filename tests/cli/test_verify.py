"""verify: a workspace in use agrees with itself, everything that is broken is named, and --repair mends it."""

import json

import pytest

from tests.workspace import File


@pytest.fixture
def lived(alice, bob, carol, admin, deliver, setting):
    """A workspace in which much was done, and all that follows."""
    garden = alice.creates_channel("garden", members=["bob"])
    cellar = alice.creates_group("cellar", members=["carol"])
    direct = alice.opens_direct_room(bob)
    hint = alice.says(garden, "Water the roses @bob @carol #garden")
    for room in (garden, cellar, direct):
        alice.says(room, "hi @all")
    reply = bob.post("chat.postMessage", roomId=garden, text="I will", tmid=hint)
    assert reply.succeeded
    assert carol.post("channels.join", roomId=garden).succeeded
    assert carol.post("chat.react", messageId=hint, emoji=":rose:", shouldReact=True).succeeded
    assert carol.post("chat.starMessage", messageId=hint).succeeded
    assert alice.post("chat.pinMessage", messageId=hint).succeeded
    assert alice.post("chat.update", roomId=garden, msgId=hint, text="Water all roses @bob").succeeded
    assert alice.upload(f"rooms.upload/{garden}", File("plan.txt", b"dig")).succeeded
    gone = bob.says(garden, "oh")
    assert bob.post("chat.delete", roomId=garden, msgId=gone).succeeded
    assert alice.post("channels.addModerator", roomId=garden, userId=bob.id).succeeded
    assert bob.post("subscriptions.read", rid=garden).succeeded
    assert carol.post("channels.leave", roomId=garden).succeeded
    assert alice.post("channels.rename", roomId=garden, name="greenhouse").succeeded
    assert alice.post("rooms.createDiscussion", prid=garden, t_name="Which roses?").succeeded
    assert bob.post("users.generatePersonalAccessToken", tokenName="phone").status
    deliver()
    return {"garden": garden, "cellar": cellar, "direct": direct, "hint": hint, "reply": reply["message"]["_id"]}


def test_a_workspace_in_use_agrees(terminal, lived):
    ran = terminal("verify")
    assert ran.out.startswith("everything agrees")
    assert ran.code == 0
    assert terminal("verify", "--json").out == ""


# --- more of what people do


def deleted_with_history_kept(admin, alice, bob, lived, setting):
    setting("Message_KeepHistory", True)
    for room in ("garden", "direct"):
        said = alice.says(lived[room], "never mind")
        assert alice.post("chat.update", roomId=lived[room], msgId=said, text="never").succeeded
        assert alice.post("chat.delete", roomId=lived[room], msgId=said).succeeded
    assert alice.post("chat.delete", roomId=lived["garden"], msgId=lived["hint"]).succeeded


def deleted_with_a_word(admin, alice, bob, lived, setting):
    setting("Message_ShowDeletedStatus", True)
    assert alice.post("chat.delete", roomId=lived["garden"], msgId=lived["hint"]).succeeded
    assert bob.post("chat.delete", roomId=lived["garden"], msgId=lived["reply"]).succeeded


def a_first_message_of_a_thread_deleted(admin, alice, bob, lived, setting):
    assert alice.post("chat.delete", roomId=lived["garden"], msgId=lived["hint"]).succeeded


def a_reply_deleted(admin, alice, bob, lived, setting):
    assert bob.post("chat.delete", roomId=lived["garden"], msgId=lived["reply"]).succeeded


def a_history_cleaned(admin, alice, bob, lived, setting):
    answer = admin.post(
        "rooms.cleanHistory", roomId=lived["garden"], latest="2100-01-01T00:00:00Z", oldest="2000-01-01T00:00:00Z"
    )
    assert answer.succeeded


def files_cleaned(admin, alice, bob, lived, setting):
    answer = admin.post(
        "rooms.cleanHistory",
        roomId=lived["garden"],
        latest="2100-01-01T00:00:00Z",
        oldest="2000-01-01T00:00:00Z",
        filesOnly=True,
    )
    assert answer.succeeded


def a_user_renamed(admin, alice, bob, lived, setting):
    changed = {"username": "robert", "name": "Robert", "email": "robert@example.org"}
    assert admin.post("users.update", userId=bob.id, data=changed).succeeded


def a_user_deleted(admin, alice, bob, lived, setting):
    setting("Message_ErasureType", "Delete")
    assert admin.post("users.delete", userId=bob.id).succeeded


def a_user_unlinked(admin, alice, bob, lived, setting):
    setting("Message_ErasureType", "Unlink")
    assert admin.post("users.delete", userId=bob.id).succeeded


def a_user_deactivated(admin, alice, bob, lived, setting):
    assert admin.post("users.setActiveStatus", userId=bob.id, activeStatus=False).succeeded


def a_room_deleted(admin, alice, bob, lived, setting):
    assert admin.post("channels.delete", roomId=lived["garden"]).succeeded


def a_room_made_private(admin, alice, bob, lived, setting):
    assert admin.post("channels.setType", roomId=lived["garden"], type="p").succeeded


def a_direct_room_to_oneself(admin, alice, bob, lived, setting):
    assert alice.post("im.create", username="alice").succeeded
    alice.says(alice.id + alice.id, "note")


def roles_given_and_taken(admin, alice, bob, lived, setting):
    assert admin.post("roles.addUserToRole", roleName="admin", username="bob").succeeded
    assert alice.post("channels.addOwner", roomId=lived["garden"], userId=bob.id).succeeded
    assert alice.post("channels.removeModerator", roomId=lived["garden"], userId=bob.id).succeeded
    assert alice.post("channels.kick", roomId=lived["garden"], userId=bob.id).succeeded


def pushes_for_everything(admin, alice, bob, lived, setting):
    wanted = {"mobilePushNotifications": "all"}
    assert bob.post("rooms.saveNotification", roomId=lived["garden"], notifications=wanted).succeeded


@pytest.mark.parametrize(
    "happening",
    [
        deleted_with_history_kept,
        deleted_with_a_word,
        a_first_message_of_a_thread_deleted,
        a_reply_deleted,
        a_history_cleaned,
        files_cleaned,
        a_user_renamed,
        a_user_deleted,
        a_user_unlinked,
        a_user_deactivated,
        a_room_deleted,
        a_room_made_private,
        a_direct_room_to_oneself,
        roles_given_and_taken,
        pushes_for_everything,
    ],
)
def test_it_agrees_whatever_happens(terminal, admin, alice, bob, lived, setting, deliver, happening):
    happening(admin, alice, bob, lived, setting)
    deliver()
    assert terminal("verify").out.startswith("everything agrees")


# --- broken on purpose


def items(*tables):
    """Everything that is stored, by its key."""
    from pimentachat.store import table
    from pimentachat.store.items import Key

    return {
        Key(name, item["pk"], item["sk"]): item
        for name in tables or ("accounts", "rooms", "messages", "workspace")
        for page in table.scan(name)
        for item in page
    }


def put(key, item):
    from pimentachat.store import table, writes

    table.write(writes.put(key, {name: value for name, value in item.items() if name not in {"pk", "sk"}}))


def delete(key):
    from pimentachat.store import table, writes

    table.write(writes.delete(key))


def find(begins, ends="", *, but=""):
    """The first key whose parts begin and end so."""
    for key in sorted(items()):
        text = f"{key.pk} {key.sk}"
        if text.startswith(begins) and text.endswith(ends) and not (but and but in text):
            return key
    raise AssertionError(f"nothing begins with {begins}")


def named(terminal, *problems):
    """The problems that verify names are these (parts of them)."""
    found = [json.loads(line)["problem"] for line in terminal("verify", "--json").out.splitlines()]
    assert found
    for problem in problems:
        assert any(problem in each for each in found), found
    return found


def mended(terminal):
    """--repair mends everything, and says so; then everything agrees."""
    ran = terminal("verify", "--repair", "--json")
    assert all(json.loads(line)["mended"] for line in ran.out.splitlines()), ran.out
    assert ran.code == 0
    assert terminal("verify").out.startswith("everything agrees")


ENTRIES = [
    "USERNAME#bob", "EMAIL#bob", "HOLDERS#admin", "PEOPLE ", "WORDS#users", "NAME#greenhouse", "DEFAULTS", "ROOM#",
    "MSG#", "PINS#", "STARS#", "MENTIONS#", "THREADS#", "THREAD#",
]  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_that_is_missing_is_named_and_comes_back(terminal, lived, entry):
    if entry == "WORDS#users":
        put_a_user_with_two_words()
    key = find("ROOM#", but=" ROOM") if entry == "ROOM#" else find(entry)
    if entry == "ROOM#":
        key = next(each for each in sorted(items("rooms")) if each.sk.startswith("ROLE#moderator"))
    held = items()[key]
    delete(key)
    named(terminal, f"has no entry {key.pk} {key.sk}")
    mended(terminal)
    assert items()[key] == held


def put_a_user_with_two_words():
    from pimentachat import clock
    from pimentachat.errors.users import UsernameInUse
    from pimentachat.models.users import User
    from pimentachat.store import counters
    from pimentachat.store import users as user_store

    now = clock.now_text()
    user = User(_id="Dora", username="dora", name="Dora Flora", created_at=now, _updatedAt=now)
    user_store.add(user, username_taken=UsernameInUse(), email_taken=UsernameInUse())
    counters.add("users", 1)


@pytest.mark.parametrize(
    ("entry", "other"),
    [
        ("USERNAME#bob", ("USERNAME#bobby", "USERNAME")),
        ("EMAIL#bob", ("EMAIL#bobby@example.org", "EMAIL")),
        ("HOLDERS#admin", ("HOLDERS#admin", "nobody")),
        ("PEOPLE ", ("PEOPLE", "nobody#nobody")),
        ("PEOPLE ", ("WORDS#users", "nobody#nobody")),
        ("PEOPLE ", ("WORDS#rooms", "nowhere#nowhere")),
        ("NAME#greenhouse", ("NAME#hothouse", "NAME")),
        ("DEFAULTS", ("DEFAULTS", "ROOM#nowhere")),
        ("MSG#", ("MSG#nothing", "MSG")),
        ("PINS#", ("PINS#GENERAL", "2026-01-01T00:00:00.000Z#nothing")),
        ("STARS#", ("STARS#nobody#GENERAL", "2026-01-01T00:00:00.000Z#nothing")),
        ("MENTIONS#", ("MENTIONS#nobody#GENERAL", "2026-01-01T00:00:00.000Z#nothing")),
        ("THREADS#", ("THREADS#GENERAL", "2026-01-01T00:00:00.000Z#nothing")),
        ("THREAD#", ("THREAD#nothing", "2026-01-01T00:00:00.000Z#nothing")),
        ("PINS#", ("EDITS#GENERAL", "2026-01-01T00:00:00.000Z#nothing")),
        ("PINS#", ("SEARCH#nowhere", "STATE")),
    ],
)
def test_an_entry_of_nothing_is_named_and_goes(terminal, lived, entry, other):
    from pimentachat.store.items import Key

    key = find(entry)
    bogus = Key(key.table if not other[0].startswith("WORDS#rooms") else "rooms", *other)
    put(bogus, items()[key])
    assert len(named(terminal)) >= 1
    mended(terminal)
    assert bogus not in items()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"msgs": 100}, "gone is "),
        ({"msgs": 1}, "msgs is 1"),
        ({"ordinary": 100}, "ordinary is 100"),
        ({"ordinary": 0}, "ordinary is 0"),
        ({"alls": 9}, "alls is 9"),
        ({"gone": 7}, "gone is 7"),
        ({"users_count": 9}, "users_count is 9"),
        ({"last_id": "nothing"}, "its message nothing is gone"),
    ],
)
def test_numbers_of_a_room(terminal, lived, changes, problem):
    from pimentachat.store import rooms as room_store
    from pimentachat.store import table, writes

    table.write(writes.update(room_store.key(lived["garden"]), changes))
    named(terminal, problem)
    mended(terminal)


def test_numbers_of_a_thread_of_files_and_of_who_read(terminal, lived, bob):
    from pimentachat.store import memberships, table, writes

    message = find(f"ROOM#{lived['garden']}", f"#{lived['hint']}")
    table.write(writes.update(message, {"replies": 5}))
    total = find(f"ROOM#{lived['garden']}", " FILES")
    table.write(writes.update(total, {"files": 5, "images": 2}))
    table.write(writes.update(memberships.key(bob.id, lived["garden"]), {"seen": 99}))
    named(terminal, "5 replies, has 1", "lists 1 files and 0 images, counts 5 and 2", "has read 99 messages")
    mended(terminal)


def test_totals(terminal, lived):
    from pimentachat.store import counters

    counters.add("users", 3)
    counters.add("channels", -1)
    counters.add("groups", 5)
    named(terminal, "is 8 and should be 5")
    mended(terminal)


def test_who_is_gone(terminal, lived, carol):
    """A user, and with them what belongs to them: named, and taken away."""
    from pimentachat.store import users as user_store

    delete(user_store.key(carol.id))
    named(terminal, f"its user {carol.id} is gone", "belongs to nothing that is there")
    terminal("verify", "--repair")
    mended(terminal)


def test_a_room_that_is_gone(terminal, lived, deliver):
    from pimentachat.store import rooms as room_store

    delete(room_store.key(lived["garden"]))
    named(terminal, f"its room {lived['garden']} is gone")
    for _ in range(2):
        terminal("verify", "--repair")
        deliver()
    assert terminal("verify").out.startswith("everything agrees")


def test_a_reply_whose_first_message_is_gone(terminal, lived, deliver):
    garden, hint = lived["garden"], lived["hint"]
    delete(next(each for each in items("messages") if each.pk == f"ROOM#{garden}" and each.sk.endswith(f"#{hint}")))
    delete(find(f"MSG#{hint}"))
    named(terminal, f"its message {hint} is gone")
    terminal("verify", "--repair")
    deliver()
    mended(terminal)


def test_a_file_without_a_record_and_a_record_without_a_file(terminal, lived, clock):
    from pimentachat.cloud import files

    upload = find("FILE#").pk.removeprefix("FILE#")
    where = f"uploads/{lived['garden']}/{items()[find('FILE#')]['list_sk'].split(chr(31))[2]}/{upload}"
    assert files.look_at(where)
    files.remove(where)
    files.save("uploads/GENERAL/nobody/nothing", b"lost", "text/plain")
    assert named(terminal) == [f"its file {where} is not in the bucket"]
    clock.advance(days=3)
    found = terminal("verify", "--repair")
    assert "uploads/GENERAL/nobody/nothing: no record names it, mended" in found.out
    # Nobody brings back what is lost.
    assert found.code == 1
    assert files.look_at("uploads/GENERAL/nobody/nothing") is None


def test_a_job_that_got_stuck(terminal, lived, clock, deliver):
    from pimentachat.store import jobs

    jobs.ask("empty_room", room_id="nowhere")
    assert terminal("verify").code == 0
    clock.advance(hours=2)
    named(terminal, "empty_room has not come further for an hour")
    terminal("verify", "--repair")
    deliver()
    assert terminal("verify").out.startswith("everything agrees")


def test_who_is_called_by_a_name_that_leads_elsewhere(terminal, lived, alice):
    from pimentachat.store import table, writes
    from pimentachat.store import users as user_store

    table.write(writes.update(user_store.username_key("bob"), {"user_id": alice.id}))
    named(terminal, "leads elsewhere")


def test_read_units_bound_how_quick_it_is(terminal, lived, monkeypatch):
    import time

    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr("pimentachat.store.table.scan.__kwdefaults__", {"read_units": 0, "page": 5})
    assert terminal("verify", "--read-units", "2").code == 0
    assert pauses
    assert terminal("verify", "--read-units", "-1").code == 2


def test_no_workspace_there(terminal, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ACCOUNTS_TABLE")
    assert terminal("verify").code == 2
    assert terminal("verify", "--local", str(tmp_path)).code == 2
    assert terminal("verify", "--stack", "nowhere").code == 3
