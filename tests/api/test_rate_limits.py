"""How often endpoints may be called: by whom, when again, and at what cost."""

import re

import pytest

from pimentachat.auth import rates
from pimentachat.store import rates as rate_store
from tests.at_once import at_once, outcomes
from tests.workspace import Client

TOO_MANY = re.compile(
    r"Error, too many requests\. Please slow down\. You must wait (\d+) seconds before trying this endpoint again\. "
    r"\[error-too-many-requests\]"
)


@pytest.fixture(autouse=True)
def at_the_beginning_of_a_window(clock, workspace):
    clock.advance(seconds=60 - clock.now().timestamp() % 60)


@pytest.fixture
def limit(setting, clock):
    """Sets how many calls there may be, in windows of a minute."""

    def change(most):
        setting("API_Enable_Rate_Limiter_Limit_Calls_Default", most)

    return change


@pytest.fixture
def told(monkeypatch):
    """What instances tell each other: `[calls]`."""
    seen = []
    add = rate_store.add

    def note(name, by, **more):
        seen.append(by)
        return add(name, by, **more)

    monkeypatch.setattr(rate_store, "add", note)
    return seen


def waits(answer, seconds):
    """Whether it is refused for so long, a few seconds of the test's own apart."""
    assert (answer.status, answer.body.keys()) == (429, {"success", "error"})
    told = TOO_MANY.fullmatch(answer.error)
    return told is not None and seconds - 5 <= int(told[1]) <= seconds


def standing(answer):
    return {name: answer.headers.get(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset")}


def test_one_call_too_many(alice, limit, clock):
    limit(3)
    ends = str(round(clock.now().timestamp() // 60 * 60_000) + 60_000)
    for left in ("2", "1", "0"):
        answer = alice.get("me")
        assert answer.succeeded
        assert standing(answer) == {"limit": "3", "remaining": left, "reset": ends}
    answer = alice.get("me")
    assert waits(answer, 60)
    assert standing(answer) == {"limit": "3", "remaining": "0", "reset": ends}
    clock.advance(seconds=30)
    assert waits(alice.get("me"), 30)
    clock.advance(seconds=30)
    assert alice.get("me").headers["x-ratelimit-remaining"] == "2"


def test_everybody_and_every_endpoint_by_itself(alice, bob, limit):
    limit(1)
    assert alice.get("me").succeeded
    assert alice.get("me").status == 429
    assert bob.get("me").succeeded
    assert alice.get("users.info", username="bob").succeeded
    assert alice.post("users.setPreferences", data={}).succeeded


def test_refused_calls_count_and_say_how_many_are_left(alice, limit):
    limit(2)
    first = alice.get("channels.info", roomName="nowhere")
    assert (first.status, first.headers["x-ratelimit-remaining"]) == (400, "1")
    assert alice.get("channels.info").status == 400
    assert alice.get("channels.info", roomName="general").status == 429


def test_holders_of_the_permission_are_not_counted(admin, alice, limit, grant):
    limit(1)
    for _ in range(3):
        answer = admin.get("me")
        assert answer.succeeded
        assert standing(answer) == {"limit": None, "remaining": None, "reset": None}
    grant("api-bypass-rate-limit", "user")
    assert all(alice.get("me").succeeded for _ in range(3))


def test_without_a_login_the_address_is_counted(anonymous, alice, admin, limit):
    limit(1)
    assert anonymous.get("settings.oauth").succeeded
    # Nobody is looked up where anybody may call, as the contract has it.
    assert alice.get("settings.oauth").status == 429
    assert admin.get("settings.oauth").status == 429


def test_a_login_that_is_worth_nothing_counts_for_the_address_alone(workspace, alice, limit):
    limit(1)
    stranger = Client(workspace, {"x-auth-token": "guessed", "x-user-id": alice.id})
    assert [stranger.get("me").status for _ in range(2)] == [401, 429]
    assert alice.get("me").succeeded


def test_staying_in_a_call_is_not_counted(alice, limit):
    limit(1)
    answers = [alice.post("voice.call.ping", callId="nowhere") for _ in range(3)]
    assert {answer.error_type for answer in answers} == {"error-call-not-found"}


def test_files_and_pictures_are_not_counted(anonymous, limit):
    limit(1)
    assert [anonymous.get("/avatar/alice").status for _ in range(3)] == [200, 200, 200]


def test_switched_off(alice, setting, limit, monkeypatch):
    limit(1)
    setting("API_Enable_Rate_Limiter_Dev", False)
    assert all(alice.get("me").succeeded for _ in range(3))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "users")
    assert [alice.get("me").succeeded for _ in range(2)] == [True, False]
    setting("API_Enable_Rate_Limiter", False)
    assert all(alice.get("me").succeeded for _ in range(3))
    setting("API_Enable_Rate_Limiter", True)
    limit(0)
    assert all(alice.get("me").succeeded for _ in range(3))


def test_the_window_is_a_setting(alice, setting, limit, clock):
    limit(1)
    setting("API_Enable_Rate_Limiter_Limit_Time_Default", 3_600_000)
    clock.advance(seconds=3600 - clock.now().timestamp() % 3600)
    assert alice.get("me").succeeded
    clock.advance(minutes=10)
    assert waits(alice.get("me"), 50 * 60)
    clock.advance(minutes=50)
    assert alice.get("me").succeeded
    setting("API_Enable_Rate_Limiter_Limit_Time_Default", 0)
    assert all(alice.get("me").succeeded for _ in range(3))


def test_who_calls_seldom_costs_no_write(alice, limit, told):
    limit(600)
    assert all(alice.get("me").succeeded for _ in range(20))
    assert told == []


def test_other_instances_are_told_of_each_quarter(alice, limit, told):
    limit(12)
    for _ in range(12):
        assert alice.get("me").succeeded
    assert alice.get("me").status == 429
    assert alice.get("me").status == 429
    assert told == [3, 3, 3, 3]


def test_an_instance_that_knows_nothing_learns_what_others_counted(alice, limit):
    limit(12)
    assert all(alice.get("me").succeeded for _ in range(9))
    rates.forget()  # as another instance of the function begins
    answers = [alice.get("me") for _ in range(4)]
    # It learns with its first quarter that this was the last one.
    assert [answer.status for answer in answers] == [200, 200, 200, 429]


def test_instances_that_are_busy_at_once_let_at_most_a_quarter_more_through_each(limit, told):
    instances = [rates._Counts() for _ in range(3)]
    let_through = 0
    for _ in range(20):
        for instance in instances:
            pace = instance.count("GET /api/v1/me alice", 12, 60_000)
            let_through += not pace.over
            if pace.tell:
                pace.tell()
    assert 12 <= let_through <= 12 + 2 * 3
    assert sum(told) == let_through


def test_at_once_in_one_instance(alice, limit):
    limit(5)
    found = outcomes(at_once(*[lambda: alice.get("me")] * 12))
    assert found["ok"] == 5


def test_a_count_that_cannot_be_told_keeps_nobody_waiting(alice, limit, monkeypatch):
    limit(1)

    def fail(*_, **__):
        raise OSError("out of reach")

    monkeypatch.setattr(rate_store, "add", fail)
    assert alice.get("me").succeeded
    assert alice.get("me").status == 429


def test_memory_is_bounded(monkeypatch, workspace):
    monkeypatch.setattr(rates, "_HELD_MOST", 3)
    counts = rates._Counts()
    for name in ("a", "b", "c", "d"):
        counts.count(name, 8, 60_000)
    assert list(counts._held) == ["b", "c", "d"]
    assert counts.count("b", 8, 60_000).left == 6
    assert counts.count("a", 8, 60_000).left == 7


def test_what_was_counted_is_forgotten_with_its_window(clock, workspace):
    counts = rates._Counts()
    counts.count("a", 8, 60_000)
    clock.advance(minutes=1)
    counts.count("b", 8, 60_000)
    assert list(counts._held) == ["b"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::1", "2001:db8::ffff:0:0:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "", True),
    ],
)
def test_addresses_of_one_network(one, other, same):
    assert (rates.of_address(one) == rates.of_address(other)) is same


def test_every_function_counts_the_calls_of_its_endpoints(workspace, alice, limit, gateway):
    """And may write what other instances learn, which a run of all tests checks (tests/test_policies.py)."""
    limit(1)
    called = {}
    for route in gateway.routes:
        # Whoever logs out has no more calls to make.
        if route.path.startswith("/api/v1/") and route.path != "/api/v1/logout":
            called.setdefault(route.target.family, (route.method, route.path.replace("{", "").replace("}", "")))
    for method, path in called.values():
        answers = [workspace.send(method, path, headers=alice.login, raw=b"{}") for _ in range(2)]
        assert answers[1].status == 429, path
    # Files and pages are outside of /api/v1.
    assert called.keys() == {route.target.family for route in gateway.routes} - {"files", "web"}
