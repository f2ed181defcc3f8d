"""users.list: pages, filters, and what a caller may not see, filter or sort by."""

import pytest

from tests.refusals import forbidden, refused

HIDDEN = {
    "avatarOrigin",
    "emails",
    "phone",
    "statusConnection",
    "createdAt",
    "lastLogin",
    "services",
    "requirePasswordChange",
    "requirePasswordChangeReason",
    "roles",
    "statusDefault",
    "_updatedAt",
    "customFields",
    "settings",
}


@pytest.fixture
def people(alice, bob, carol, admin):
    """With rocket.cat: admin, alice, bob, carol, rocket.cat."""


def names(answer):
    assert answer.succeeded, answer.text
    return [user["username"] for user in answer["users"]]


def test_everybody_by_username(alice, people):
    answer = alice.get("users.list")
    assert names(answer) == ["admin", "alice", "bob", "carol", "rocket.cat"]
    assert (answer["count"], answer["offset"], answer["total"]) == (5, 0, 5)
    assert answer["users"][1] == {
        "_id": alice.id,
        "type": "user",
        "status": "offline",
        "active": True,
        "name": "Alice",
        "username": "alice",
    }


def test_inactive_users_are_listed(alice, people, bob):
    from pimentachat.store import users as user_store

    user_store.change(bob.id, lambda user: user.model_copy(update={"active": False}))
    assert "bob" in names(alice.get("users.list"))
    assert names(alice.get("users.list", query={"active": False})) == ["bob"]


def test_pages(alice, people):
    answer = alice.get("users.list", offset=1, count=2)
    assert names(answer) == ["alice", "bob"]
    assert (answer["count"], answer["offset"], answer["total"]) == (2, 1, 5)
    assert names(alice.get("users.list", offset=4, count=2)) == ["rocket.cat"]
    assert names(alice.get("users.list", offset=9)) == []
    assert names(alice.get("users.list", count=2, sort={"username": -1})) == ["rocket.cat", "carol"]
    assert names(alice.get("users.list", count=2, sort={"name": -1})) == ["rocket.cat", "carol"]
    filtered = alice.get("users.list", offset=1, count=1, query={"type": "user"})
    assert (names(filtered), filtered["total"]) == (["alice"], 4)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"active": True, "type": {"$in": ["user", "bot"]}}, ["admin", "alice", "bob", "carol", "rocket.cat"]),
        ({"username": {"$regex": "AL", "$options": "i"}}, ["alice"]),
        ({"name": {"$regex": "^Ca"}}, ["carol"]),
        ({"status": {"$ne": "offline"}}, ["rocket.cat"]),
        ({"$or": [{"username": "bob"}, {"type": "bot"}]}, ["bob", "rocket.cat"]),
    ],
    ids=str,
)
def test_filters_that_clients_send(alice, people, query, expected):
    assert names(alice.get("users.list", query=query)) == expected


def test_privileged_callers_see_and_filter_more(alice, admin, people, grant):
    for user in admin.get("users.list")["users"]:
        assert "roles" in user
        assert {"services", "password_hash", "version"} & set(user) == set()
    assert names(admin.get("users.list", query={"emails.address": "bob@example.org"})) == ["bob"]
    assert names(admin.get("users.list", query={"roles": "admin"})) == ["admin"]

    for user in alice.get("users.list")["users"]:
        assert set(user) & HIDDEN == set()
    grant("view-full-other-user-info", "user")
    assert names(alice.get("users.list", query={"roles": "admin"})) == ["admin"]


@pytest.mark.parametrize(
    "query",
    [
        {"emails.address": "bob@example.org"},
        {"roles": "admin"},
        {"$or": [{"roles": "admin"}]},
        {"$and": [{"createdAt": {"$gt": "2000-01-01T00:00:00.000Z"}}, {"roles": "admin"}]},
        {"$nor": [{"roles": "admin"}]},
    ],
    ids=str,
)
def test_what_a_caller_may_not_see_is_no_filter(alice, people, query):
    assert alice.get("users.list", query=query)["total"] == 5


def test_nor_an_order_nor_a_field(alice, admin, people, newcomer):
    newcomer("aaron", roles=["zebra"])
    by_roles = {"roles": -1, "username": 1}
    assert names(admin.get("users.list", sort=by_roles))[0] == "aaron"
    assert names(alice.get("users.list", sort={"roles": -1})) == names(alice.get("users.list"))

    for fields in ({"emails": 1, "username": 1}, {"emails.address": 1, "username": 1}):
        assert set(alice.get("users.list", fields=fields)["users"][1]) == {"_id", "username"}
    assert set(admin.get("users.list", fields={"emails": 1})["users"][1]) == {"_id", "emails"}
    assert "emails" not in admin.get("users.list", fields={"emails": 0})["users"][1]


@pytest.mark.parametrize("name", ["sort", "fields", "query"])
@pytest.mark.parametrize("text", ["{", "[]", "7", '{"username": "up", "$x": {}}'])
def test_parameters_that_are_none(alice, name, text):
    refused(
        alice.get("users.list", **{name: text}),
        f'Invalid {name} parameter provided: "{text}" [error-invalid-{name}]',
    )


def test_code_in_a_query_is_refused(alice):
    text = '{"$where": "sleep(1000)"}'
    refused(alice.get("users.list", query=text), f'Invalid query parameter provided: "{text}" [error-invalid-query]')


def test_without_the_permission(alice, admin, grant):
    grant("view-d-room", "admin")
    forbidden(alice.get("users.list"))
    assert admin.get("users.list").succeeded


def test_needs_a_login(anonymous):
    assert anonymous.get("users.list").status == 401


@pytest.mark.parametrize("endpoint", ["users.list", "channels.list"])
@pytest.mark.parametrize("asked", [{"query": {"name": {"$exists": True}}}, {"sort": {"_id": 1}}, {"count": 0}], ids=str)
def test_what_is_looked_through_has_a_bound_in_bytes(alice, monkeypatch, endpoint, asked):
    from pimentachat.listing import pages

    assert alice.get(endpoint, **asked).succeeded
    monkeypatch.setattr(pages, "READ_BYTES_MOST", 100)
    refused(
        alice.get(endpoint, **asked),
        "More than 0 MB would have to be read, please narrow it or ask for fewer entries [error-query-too-broad]",
    )
