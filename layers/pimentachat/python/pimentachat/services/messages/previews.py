"""Previews of links: what a page says about itself, fetched after the answer (an effect) and written onto the message
(contract: chat.yaml rules.new_message_effects, settings API_Embed*)."""

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import orjson

from pimentachat import workspace
from pimentachat.cloud import outgoing
from pimentachat.cloud.outgoing import Answered, Outgoing, OutgoingFailed
from pimentachat.errors.messages import InvalidLink, MessageTooLong
from pimentachat.errors.requests import MatchError
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.services.messages import posting
from pimentachat.services.text import addresses, pages
from pimentachat.store import messages as message_store
from pimentachat.store import previews as preview_store
from pimentachat.store import rooms as room_store
from pimentachat.store import table

PREVIEW: Final = "preview"
_LINKS_MOST: Final = 5
_SECONDS: Final = 3.0
_BYTES_MOST: Final = 128 * 1024
_REDIRECTS_MOST: Final = 3
_PREVIEW_BYTES_MOST: Final = 6000
_OEMBED_FIELDS: Final = (
    "type", "title", "author_name", "author_url", "provider_name", "provider_url", "thumbnail_url",
)  # fmt: skip
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def wanted(message: Message) -> bool:
    """Whether there is a link to preview, by what the workspace wants."""
    space = workspace.current()
    if not space.flag("API_Embed") or message.author.username.lower() in space.listed("API_EmbedDisabledFor"):
        return False
    return bool(_without(message))


def effect(message: Message) -> dict[str, str]:
    return {
        "effect": PREVIEW,
        "room_id": message.room_id,
        "ts": message.sent_at,
        "message_id": message.id,
    }


def _without(message: Message) -> list[str]:
    """Links that have no preview and should have one."""
    if message.system or message.hidden or message.parse_urls is False:
        return []
    links = [str(each["url"]) for each in message.urls or [] if not each.get("ignoreParse") and "headers" not in each]
    return links[:_LINKS_MOST]


def fetch(room_id: str, ts: str, message_id: str) -> None:
    """Fetches the previews of a message's links and writes them onto it, where the links are still there. A page that
    does not answer, or may not be asked, has none."""
    message = message_store.at(room_id, ts, message_id)
    if message is None or not wanted(message):
        return
    links = _without(message)
    found = dict(zip(links, table.side_by_side(*(partial(_preview, link) for link in links)), strict=True))
    shown = {link: told for link, told in found.items() if told}
    if not shown:
        return

    def edited(now: Message) -> Message:
        urls = [{**each, **shown.get(each["url"], {})} if "headers" not in each else each for each in now.urls or []]
        after = replace(now, urls=urls)
        try:
            posting.check_storable(after)
        except (MessageTooLong, MatchError):
            return now
        return now if urls == now.urls or now.hidden or now.system else after

    changed = message_store.change(message, edited)
    if changed:
        room_store.replace_last_message(room_id, changed)


def _preview(link: str) -> Document | None:
    """`{meta, headers, parsedUrl}` of a link; None: there is nothing to show."""
    kept = preview_store.find(link)
    if kept is not None:
        return kept or None
    try:
        told = _told(link, _asked(link))
    except OutgoingFailed:
        told = {}
    days = workspace.current().number("API_EmbedCacheExpirationDays")
    preview_store.keep(link, told, days=days if told else min(days, 1))
    return told or None


def _asked(link: str) -> Answered:
    """The answer of an address, each step of the way looked at.

    Raises:
        OutgoingFailed
    """
    request = Outgoing(link, seconds=_SECONDS, bytes_most=_BYTES_MOST, cut=True, redirects=_REDIRECTS_MOST)
    return outgoing.send(request, allowed=workspace.current().hosts_anywhere, check=_check_allowed)


def _check_allowed(link: str) -> None:
    """
    Raises:
        OutgoingFailed: the workspace does not want this host or port asked.
    """
    space = workspace.current()
    try:
        place = urlsplit(link)
        port = place.port or _DEFAULT_PORTS.get(place.scheme, 0)
    except ValueError:
        raise OutgoingFailed("No address") from None
    host = (place.hostname or "").lower()
    if str(port) not in space.listed("API_EmbedSafePorts"):
        raise OutgoingFailed("Not a port that is asked")
    if any(_is_within(host, ignored) for ignored in space.listed("API_EmbedIgnoredHosts")):
        raise OutgoingFailed("Not a host that is asked")


def _is_within(host: str, ignored: str) -> bool:
    if host == ignored:
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(ignored, strict=False)
    except ValueError:
        return False


def _told(link: str, answer: Answered) -> Document:
    if answer.status != 200:
        return {}
    kind = answer.headers.get("content-type", "")[:200]
    headers = {"contentType": kind, "contentLength": answer.headers.get("content-length", "")[:20]}
    told: Document = {
        "headers": {name: value for name, value in headers.items() if value},
        "parsedUrl": _parsed(link),
    }
    if kind.startswith(("text/html", "application/xhtml+xml")):
        page = pages.read(answer.body, kind)
        meta = _addresses_checked(page.fields | _oembed(link, page.oembed), link)
        if meta:
            told["meta"] = meta
    return (
        told if len(orjson.dumps(told)) <= _PREVIEW_BYTES_MOST else {**told, "meta": _shortened(told.get("meta", {}))}
    )


def _shortened(meta: Mapping[str, str]) -> dict[str, str]:
    """The fields that clients show, without the rest."""
    shown = ("pageTitle", "description", "ogTitle", "ogDescription", "ogImage", "ogSiteName", "oembedTitle")
    return {name: meta[name][:500] for name in shown if name in meta}


def _oembed(link: str, address: str) -> dict[str, str]:
    """Fields `oembedTitle`, `oembedThumbnailUrl` ...: all but the markup, which clients would put into their pages."""
    if not address:
        return {}
    try:
        answer = _asked(urljoin(link, address))
        told: Any = orjson.loads(answer.body) if answer.status == 200 else {}
    except (OutgoingFailed, ValueError):
        return {}
    if not isinstance(told, dict):
        return {}
    texts = {name: told[name] for name in _OEMBED_FIELDS if isinstance(told.get(name), str)}
    return {f"oembed{name.title().replace('_', '')}": text[:1000] for name, text in texts.items()}


def _addresses_checked(meta: Mapping[str, str], link: str) -> dict[str, str]:
    """Without addresses that clients must not follow."""
    kept: dict[str, str] = {}
    for name, value in meta.items():
        if not name.endswith(("Image", "Url", "Src", "Video", "Audio")):
            kept[name] = value
            continue
        try:
            kept[name] = addresses.checked(urljoin(link, value))
        except (InvalidLink, ValueError):
            continue
    return kept


def _parsed(link: str) -> Document:
    place = urlsplit(link)
    told = {
        "host": place.netloc.rpartition("@")[2],
        "hash": f"#{place.fragment}" if place.fragment else None,
        "pathname": place.path,
        "protocol": f"{place.scheme}:",
        "port": str(place.port) if place.port else None,
        "query": place.query or None,
        "search": f"?{place.query}" if place.query else None,
    }
    return {name: value for name, value in told.items() if value is not None}
