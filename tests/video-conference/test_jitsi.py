"""video-conference/jitsi.update-timeout: the heartbeat of a Jitsi call."""

from tests.refusals import refused


def beats(person, room_id="GENERAL", **more):
    return person.post("video-conference/jitsi.update-timeout", roomId=room_id, **more)


def started(person, room_id="GENERAL"):
    return [each for each in person.reads(room_id) if each.get("t") == "jitsi_call_started"]


def test_the_first_beat_announces_the_call(alice, bob, clock):
    before = bob.get("channels.info", roomId="GENERAL")["channel"]["msgs"]
    answer = beats(alice, joiningNow=True)
    assert clock.text_after(25) < answer["jitsiTimeout"] <= clock.text_after(30)
    [message] = started(bob)
    assert (message["msg"], message["u"]["username"]) == ("", "alice")
    assert message["actionLinks"] == [
        {"icon": "icon-videocam", "label": "Click to Join!", "method_id": "joinJitsiCall", "params": ""}
    ]
    assert "mentions" not in message
    room = bob.get("channels.info", roomId="GENERAL")["channel"]
    assert room["msgs"] == before + 1
    assert room["lastMessage"]["msg"] == "Started a Video Call"
    assert room["lastMessage"]["mentions"] == [{"_id": "here", "username": "here"}]
    assert room["jitsiTimeout"] == answer["jitsiTimeout"]
    assert bob.subscription("GENERAL")["groupMentions"] == 1


def test_further_beats_keep_it_going(alice, bob, clock):
    first = beats(alice)["jitsiTimeout"]
    clock.advance(seconds=10)
    assert beats(bob)["jitsiTimeout"] == first
    clock.advance(seconds=10)
    assert beats(bob)["jitsiTimeout"] > first
    assert len(started(bob)) == 1
    clock.advance(seconds=31)
    assert beats(alice).succeeded
    assert len(started(bob)) == 2


def test_refusals(alice, bob):
    refused(alice.post("video-conference/jitsi.update-timeout"), 'The "roomId" parameter is required!')
    refused(beats(alice, "nowhere"), "Room does not exist!")
    refused(beats(alice, bob.creates_group("secret")), "not allowed [error-not-allowerd]")
