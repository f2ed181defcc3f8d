"""Refusals of the contract that we answer in another way or not yet: "<endpoint>: <when>" -> why (see
docs/decisions.md)."""

DECIDED: dict[str, str] = {
    "/hooks/{integrationId}/{token}: script fails": "scripts are refused when an integration is made, and none runs",
    "groups.history: permission missing": "who may not read a group is told before that it does not exist",
    "login: account has no password (OAuth only)": "answers as for an unknown user, for the same reason",
    "login: wrong password": "answers as for an unknown user, so that nobody can probe for accounts",
    "settings/{id}: unknown or hidden id": "any text will do there, and ours says what is wrong",
    "spotlight: any other query parameter": "ignored, as the contract advises: later clients send more",
    "subscriptions.read: other keys in the body": "ignored, as the contract advises: clients send readThreads",
}
NOT_YET: dict[str, str] = {
    "login: TOTP enabled for the user and no code": "two-factor login comes with the accounts issue",
    "login: TOTP code wrong": "two-factor login comes with the accounts issue",
}
