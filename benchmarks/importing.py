"""How long `pimentachat import` takes for 100,000 messages: `python -m benchmarks.importing` beside a running
`make run` (its address in AWS, `make run` says it)."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

MESSAGES = 100_000
_PEOPLE = 50
_ROOMS = 20
_TEXT = "water the roses in the morning and prune them before the winter comes or they will not bloom next year"


def write(folder: Path, messages: int = MESSAGES) -> None:
    """An export as mongoexport writes one: a tenth of the messages are replies, a tenth have a reaction."""
    words = _TEXT.split()
    chance = random.Random(1)
    people = [{"_id": f"BenchUser{number:08}", "username": f"person{number}"} for number in range(_PEOPLE)]
    rooms = [f"BenchRoom{number:08}" for number in range(_ROOMS)]
    _write(folder / "users.json", [{**each, "name": each["username"].title()} for each in people])
    _write(
        folder / "rocketchat_room.json",
        [{"_id": each, "t": "c", "name": f"bench-{number}", "u": people[0]} for number, each in enumerate(rooms)],
    )
    _write(
        folder / "rocketchat_subscription.json",
        [{"_id": f"{room}{each['_id']}", "rid": room, "u": each} for room in rooms for each in people],
    )
    with (folder / "rocketchat_message.json").open("w") as into:
        last: dict[str, str] = {}
        for number in range(messages):
            room = chance.choice(rooms)
            text = " ".join(chance.choices(words, k=chance.randint(3, 20)))
            message = {
                "_id": f"BenchMsg{number:09}",
                "rid": room,
                "u": chance.choice(people),
                "msg": text,
                "ts": {"$date": {"$numberLong": str(1_600_000_000_000 + number * 1000)}},
            }
            if chance.random() < 0.1 and room in last:
                message["tmid"] = last[room]
            else:
                last[room] = str(message["_id"])
            if chance.random() < 0.1:
                message["reactions"] = {":rose:": {"usernames": ["person1", "person2"]}}
            into.write(json.dumps(message) + "\n")


def _write(file: Path, records: list[dict[str, object]]) -> None:
    file.write_text("".join(json.dumps(each) + "\n" for each in records))


def main() -> int:
    with TemporaryDirectory() as folder:
        write(Path(folder))
        begun = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "pimentachat_cli", "import", folder, *sys.argv[1:]], check=False)
        seconds = time.monotonic() - begun
        print(f"{MESSAGES:,} messages in {seconds:.0f} s, {MESSAGES / seconds:,.0f} a second")
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
