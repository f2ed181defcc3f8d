"""Refusals of the contract that we answer in another way or not yet: "<endpoint>: <when>" -> why (see docs/decisions.md)."""

DECIDED: dict[str, str] = {
    "login: wrong password": "answers as for an unknown user, so that nobody can probe for accounts",
}
NOT_YET: dict[str, str] = {
    "login: TOTP enabled for the user and no code": "two-factor login comes with the accounts issue",
    "login: TOTP code wrong": "two-factor login comes with the accounts issue",
}
