"""Links in a text: one to a message of this server becomes a quote, an attachment that shows it."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from pimentachat import workspace
from pimentachat.auth.callers import Caller
from pimentachat.errors.messages import MessageNotFound
from pimentachat.models.messages import Message
from pimentachat.models.records import Document
from pimentachat.services.messages import access, meaning

_QUOTES_MOST: Final = 5


def attached(
    caller: Caller, text: str, attachments: list[Document] | None, *, parse_urls: bool
) -> tuple[list[Document], list[Document] | None]:
    """`urls` and `attachments` of a message: the attachments given, and quotes of the messages that its text links
    to."""
    urls: list[Document] = []
    quotes: list[Document] = []
    for link in meaning.links(text) if parse_urls else []:
        quote = _quote(caller, link) if len(quotes) < _QUOTES_MOST else None
        if quote:
            quotes.append(quote)
        urls.append({"url": link} | ({"ignoreParse": True} if quote else {}))
    whole = [*(attachments or []), *quotes]
    return urls, whole if whole or attachments is not None else None


def _quote(caller: Caller, link: str) -> Document | None:
    site = workspace.current().text("Site_Url").rstrip("/")
    if not site or not link.startswith(site):
        return None
    try:
        quoted = parse_qs(urlsplit(link).query).get("msg", [""])[0]
    except ValueError:
        return None
    if not quoted:
        return None
    try:
        # A quote shows what is in the room: only to somebody who may read it.
        message, _ = access.readable(caller, quoted, otherwise=MessageNotFound())
    except MessageNotFound:
        return None
    return None if message.hidden else of(message, link)


def of(message: Message, link: str) -> Document:
    """The attachment that shows a message."""
    return {
        "text": message.text,
        "author_name": message.author.username,
        "author_icon": f"/avatar/{message.author.username}",
        "message_link": link,
        "attachments": nested(message.attachments or []),
        "ts": message.sent_at,
    }


def nested(attachments: list[Document], depth: int = 1) -> list[Document]:
    """Attachments inside a quote, cut off at the depth of Message_QuoteChainLimit."""
    if depth >= workspace.current().number("Message_QuoteChainLimit"):
        return [attachment for attachment in attachments if "message_link" not in attachment]
    return [
        {**attachment, "attachments": nested(attachment["attachments"], depth + 1)}
        if attachment.get("attachments")
        else attachment
        for attachment in attachments
    ]
