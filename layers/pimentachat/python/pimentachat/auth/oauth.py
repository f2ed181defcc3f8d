"""Who somebody is according to Google, Facebook or Twitter. Only what the provider itself answers counts, and only for
tokens that it gave to the application of this workspace: what a client says of an identity is never looked at, and
another application's token opens nothing here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import new as hmac_of
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import orjson

from pimentachat import workspace
from pimentachat.cloud import outgoing
from pimentachat.cloud.outgoing import Outgoing, OutgoingFailed
from pimentachat.config import config
from pimentachat.errors.authentication import IdentityNotFetched

_SECONDS: Final = 8
_BYTES_MOST: Final = 64 * 1024
_TEXT_MOST: Final = 200
"""Of what a provider says about a refusal."""


@dataclass(frozen=True)
class Credentials:
    """What a client got from the provider."""

    access_token: str
    token_secret: str = ""
    """Twitter's."""


@dataclass(frozen=True)
class Identity:
    service: str
    id: str
    """At the provider, for good."""
    name: str = ""
    email: str = ""
    """Only where the provider says that it is theirs; else empty."""


class Application(NamedTuple):
    """This workspace at the provider."""

    id: str
    secret: str


def application(service: str) -> Application | None:
    """None: people do not log in by this service here. It must be switched on, and its application known."""
    space = workspace.current()
    switch, app_id, secret = _SETTINGS[service]
    known = Application(space.text(app_id).strip(), space.text(secret).strip() if secret else "")
    return known if space.flag(switch) and known.id and (known.secret or not secret) else None


_SETTINGS: Final = {
    # Google's tokens are looked at without a secret.
    "google": ("Accounts_OAuth_Google", "Accounts_OAuth_Google_id", ""),
    "facebook": ("Accounts_OAuth_Facebook", "Accounts_OAuth_Facebook_id", "Accounts_OAuth_Facebook_secret"),
    "twitter": ("Accounts_OAuth_Twitter", "Accounts_OAuth_Twitter_id", "Accounts_OAuth_Twitter_secret"),
}


def identify(service: str, ours: Application, given: Credentials) -> Identity:
    """Asks the provider.

    Raises:
        IdentityNotFetched: it does not know the token, or gave it to somebody else's application.
    """
    return _PROVIDERS[service](ours, given)


def _google(ours: Application, given: Credentials) -> Identity:
    base = config().google_api_url
    token = _ask("Google", f"{base}/oauth2/v1/tokeninfo?{urlencode({'access_token': given.access_token})}")
    # Several clients of one application (web, phones) have ids of their own: the setting takes them with commas.
    if str(token.get("audience")) not in {each.strip() for each in ours.id.split(",")}:
        raise IdentityNotFetched(service="Google", reason="The token is for another application")
    found = _ask("Google", f"{base}/oauth2/v1/userinfo", {"Authorization": f"Bearer {given.access_token}"})
    verified = found.get("verified_email") is True
    return _identity("google", found, email=_text(found.get("email")) if verified else "")


def _facebook(ours: Application, given: Credentials) -> Identity:
    # Facebook takes the proof only for a token of the application whose secret made it.
    proof = hmac_of(ours.secret.encode(), given.access_token.encode(), sha256).hexdigest()
    asked = {"access_token": given.access_token, "appsecret_proof": proof, "fields": "id,name,email"}
    found = _ask("Facebook", f"{config().facebook_api_url}/v2.9/me?{urlencode(asked)}")
    return _identity("facebook", found, email=_text(found.get("email")))


def _twitter(ours: Application, given: Credentials) -> Identity:
    from oauthlib.oauth1 import Client

    url = f"{config().twitter_api_url}/1.1/account/verify_credentials.json?include_email=true"
    signed, headers, _ = Client(ours.id, ours.secret, given.access_token, given.token_secret).sign(url)
    found = _ask("Twwiter", signed, headers)
    return _identity(
        "twitter", {**found, "id": found.get("id_str") or found.get("id")}, email=_text(found.get("email"))
    )


_PROVIDERS: Final[Mapping[str, Callable[[Application, Credentials], Identity]]] = {
    "google": _google,
    "facebook": _facebook,
    "twitter": _twitter,
}


def _identity(service: str, found: Mapping[str, Any], *, email: str) -> Identity:
    known = found.get("id")
    if not isinstance(known, str | int) or isinstance(known, bool) or not str(known) or len(str(known)) > _TEXT_MOST:
        raise IdentityNotFetched(service=service.capitalize(), reason="The answer names nobody")
    return Identity(service, str(known), _text(found.get("name")), email)


def _ask(service: str, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    request = Outgoing(url, headers=dict(headers or {}), seconds=_SECONDS, bytes_most=_BYTES_MOST, redirects=0)
    try:
        answer = outgoing.send(request, allowed=workspace.current().hosts_anywhere)
    except OutgoingFailed as problem:
        raise IdentityNotFetched(service=service, reason=str(problem)) from problem
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        body = None
    if answer.status != 200 or not isinstance(body, dict):
        raise IdentityNotFetched(service=service, reason=_reason(body) or f"status {answer.status}")
    return body


def _reason(body: Any) -> str:
    """What a provider says of its refusal, in whichever of its forms."""
    told = body.get("error") or body.get("errors") if isinstance(body, dict) else None
    if isinstance(told, list) and told:
        told = told[0]
    if isinstance(told, dict):
        told = told.get("message")
    return _text(told)


def _text(value: Any) -> str:
    return " ".join(value.split())[:_TEXT_MOST] if isinstance(value, str) else ""
