"""Refusals of the contract that we answer in another way or not yet: "<endpoint>: <when>" -> why (see
docs/decisions.md)."""

DECIDED: dict[str, str] = {
    "/hooks/{integrationId}/{token}: script fails": "scripts are refused when an integration is made, and none runs",
    "groups.history: permission missing": "who may not read a group is told before that it does not exist",
    "login: account has no password (OAuth only)": "answers as for an unknown user, for the same reason",
    "login: wrong password": "answers as for an unknown user, so that nobody can probe for accounts",
    "users.forgotPassword: no user has that e-mail (case-insensitive)": "answers success, so that nobody can probe",
    "users.getPreferences: user document has no settings": "every user has settings, if none chosen",
    "rooms.createDiscussion: no access to the parent": "the text of the contract is a slip of its source; ours says it",
    "settings/{id}: unknown or hidden id": "any text will do there, and ours says what is wrong",
    "spotlight: any other query parameter": "ignored, as the contract advises: later clients send more",
    "subscriptions.unread: caller is no member of the room of the message": "answers as today's servers do",
    "subscriptions.read: other keys in the body": "ignored, as the contract advises: clients send readThreads",
}
NOT_YET: dict[str, str] = {}
