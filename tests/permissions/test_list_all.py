import pytest

from tests.refusals import refused


def test_all_of_them(alice):
    answer = alice.get("permissions.listAll")
    assert set(answer.body) == {"update", "remove", "success"}
    assert answer["remove"] == []
    assert answer["update"] == alice.get("permissions.list")["permissions"]


def test_the_changes_since_a_moment(alice, admin, grant, clock):
    clock.advance(minutes=1)
    before = clock.now_text()
    assert alice.get("permissions.listAll", updatedSince=before)["update"] == []
    clock.advance(minutes=1)
    grant("create-c", "admin", "user")
    answer = alice.get("permissions.listAll", updatedSince=before)
    assert [(one["_id"], one["roles"]) for one in answer["update"]] == [("create-c", ["admin", "user"])]
    assert answer["update"][0]["_updatedAt"] > before
    clock.advance(minutes=1)
    assert alice.get("permissions.listAll", updatedSince=clock.now_text())["update"] == []


@pytest.mark.parametrize("text", ["yesterday", "2019-13-01", "x"])
def test_what_is_no_date(alice, text):
    refused(
        alice.get("permissions.listAll", updatedSince=text),
        'The "updatedSince" query parameter must be a valid date. [error-roomId-param-invalid]',
    )


def test_needs_a_login(anonymous, workspace):
    assert anonymous.get("permissions.listAll").status == 401
