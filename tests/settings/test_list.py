"""GET settings: what the caller may see."""

import pytest

from pimentachat import defaults


def every(person, **more):
    answer = person.get("settings", count=0, **more)
    assert answer.succeeded
    return {row["_id"]: row for row in answer["settings"]}


def test_everybody_sees_what_is_public(alice):
    seen = every(alice)
    assert seen.keys() == {one.id for one in defaults.settings().values() if one.public and not one.hidden}
    assert seen["Site_Name"] == {"_id": "Site_Name", "value": "pimentaCHAT"}


def test_administrators_see_all_and_the_groups(admin):
    seen = every(admin)
    shown = {one.id for one in defaults.settings().values() if not one.hidden}
    assert seen.keys() == shown | set(defaults.setting_groups())
    assert seen["General"] == {"_id": "General"}
    assert seen["API_Default_Count"]["value"] == 50


def test_pages_filters_and_fields(admin):
    first = admin.get("settings", count=3, offset=1)
    assert (first["count"], first["offset"]) == (3, 1)
    assert first["total"] == len(every(admin))
    assert [row["_id"] for row in first["settings"]] == sorted(every(admin))[1:4]
    named = {"_id": {"$in": ["Site_Name", "SMTP_Host"]}}
    assert [*every(admin, query=named)] == ["SMTP_Host", "Site_Name"]
    [row] = every(admin, query={"_id": "Site_Name"}, fields={"type": 1}).values()
    assert row == {"_id": "Site_Name", "value": "pimentaCHAT", "type": "string"}


@pytest.mark.parametrize("name", ["query", "sort", "fields"])
def test_what_is_no_json(alice, name):
    answer = alice.get("settings", **{name: "{"})
    assert (answer.status, answer.error_type) == (400, f"error-invalid-{name}")


def test_a_query_shows_nobody_more(alice):
    assert every(alice, query={"public": False}).keys() == every(alice).keys()
