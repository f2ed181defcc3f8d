from tests.refusals import refused


def test_names_dates_and_endings(alice, bob, clock):
    assert alice.get("users.getPersonalAccessTokens").body == {"tokens": [], "success": True}

    before = clock.now_text()
    made = {name: alice.post("users.generatePersonalAccessToken", tokenName=name)["token"] for name in ("b", "a")}
    bob.post("users.generatePersonalAccessToken", tokenName="c")

    answer = alice.get("users.getPersonalAccessTokens")
    tokens = answer["tokens"]
    assert [set(token) for token in tokens] == [{"name", "createdAt", "lastTokenPart"}] * 2
    assert {token["name"]: token["lastTokenPart"] for token in tokens} == {
        name: token[-6:] for name, token in made.items()
    }
    assert all(before <= token["createdAt"] <= clock.now_text() for token in tokens)
    assert all(token not in answer.text for token in made.values())


def test_without_the_permission(alice, admin, grant):
    grant("create-personal-access-tokens", "admin")
    refused(alice.get("users.getPersonalAccessTokens"), "Not Authorized [not-authorized]")
    assert admin.get("users.getPersonalAccessTokens").succeeded


def test_needs_a_login(anonymous):
    assert anonymous.get("users.getPersonalAccessTokens").status == 401
