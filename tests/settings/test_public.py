"""settings.public: what everybody may know, also before the login."""

import pytest

from tests.refusals import refused


def test_pages_by_id_until_the_total_is_reached(anonymous, workspace):
    rows, total = [], 1
    while len(rows) < total:
        answer = anonymous.get("settings.public", offset=len(rows))
        assert answer.succeeded
        assert answer["offset"] == len(rows)
        assert 0 < answer["count"] == len(answer["settings"]) <= 50
        rows += answer["settings"]
        total = answer["total"]
    ids = [row["_id"] for row in rows]
    assert ids == sorted(set(ids))
    assert len(ids) == total > 100
    assert all(set(row) == {"_id", "value"} for row in rows)


def test_what_login_pages_ask_for(anonymous, workspace):
    wanted = ["Site_Name", "Accounts_RegistrationForm", "Accounts_EmailVerification"]
    answer = anonymous.get("settings.public", query={"_id": {"$in": wanted}})
    assert answer["total"] == answer["count"] == 3
    assert {row["_id"]: row["value"] for row in answer["settings"]} == {
        "Site_Name": "pimentaCHAT",
        "Accounts_RegistrationForm": "Public",
        "Accounts_EmailVerification": False,
    }


def test_ids_as_a_parameter(anonymous, workspace):
    answer = anonymous.get("settings.public", _id="Site_Name, Site_Url,From_Email")
    assert [row["_id"] for row in answer["settings"]] == ["Site_Name", "Site_Url"]
    assert answer["total"] == 2


def test_a_form_of_the_same_question(alice):
    assert alice.get("settings.public", _id="Site_Name")["settings"][0]["value"] == "pimentaCHAT"


def test_a_change_is_seen_with_the_next_call(anonymous, setting):
    setting("Site_Name", "Chili")
    assert anonymous.get("settings.public", _id="Site_Name")["settings"] == [{"_id": "Site_Name", "value": "Chili"}]


@pytest.mark.parametrize(
    "query",
    [
        {"_id": "From_Email"},
        {"_id": {"$in": ["From_Email", "Accounts_RegistrationForm_SecretURL", "SMTP_Password", "uniqueID_"]}},
        {"public": False, "_id": "From_Email"},
        {"$or": [{"_id": "From_Email"}, {"public": False, "_id": "SMTP_Password"}]},
    ],
    ids=str,
)
def test_no_query_shows_private_settings(anonymous, workspace, query):
    assert anonymous.get("settings.public", query=query).body == {
        "settings": [],
        "count": 0,
        "offset": 0,
        "total": 0,
        "success": True,
    }


def test_the_own_conditions_win_over_the_clients(anonymous, workspace):
    everything = anonymous.get("settings.public", count=0)
    assert anonymous.get("settings.public", query={"public": False, "hidden": True}, count=0).body == everything.body


def test_fields_add_to_id_and_value(anonymous, workspace):
    [row] = anonymous.get("settings.public", _id="Site_Name", fields={"type": 1, "public": 1})["settings"]
    assert row == {"_id": "Site_Name", "value": "pimentaCHAT", "type": "string", "public": True}
    [row] = anonymous.get("settings.public", _id="Site_Name", fields={"value": 0})["settings"]
    assert row == {"_id": "Site_Name", "value": "pimentaCHAT"}


def test_sorted_as_asked(anonymous, workspace):
    answer = anonymous.get("settings.public", _id="Site_Name,Site_Url", sort={"_id": -1})
    assert [row["_id"] for row in answer["settings"]] == ["Site_Url", "Site_Name"]


def test_group_documents_are_not_public(anonymous, workspace):
    assert anonymous.get("settings.public", _id="General")["total"] == 0


@pytest.mark.parametrize("name", ["sort", "fields", "query"])
@pytest.mark.parametrize("text", ["{", "[1]", '"x"'])
def test_parameters_that_are_none(anonymous, workspace, name, text):
    refused(
        anonymous.get("settings.public", **{name: text}),
        f'Invalid {name} parameter provided: "{text}" [error-invalid-{name}]',
    )
