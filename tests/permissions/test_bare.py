"""GET permissions, as older clients ask for it."""


def test_a_bare_array(alice):
    answer = alice.get("permissions")
    assert answer.status == 200
    assert answer.body == alice.get("permissions.list")["permissions"]
    assert len(answer.body) == 101


def test_needs_a_login(anonymous):
    assert anonymous.get("permissions").status == 401
