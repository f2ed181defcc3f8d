"""The few pages that people see of the server itself: behind links in mails. They work without JavaScript, load nothing
from anywhere, and show what people wrote as text.

An endpoint with the envelope `page` answers a `Page`; its refusals become pages too.
"""

import base64
import hashlib
import html
from dataclasses import dataclass
from typing import Final

from pimentachat import workspace

MEDIA_TYPE: Final = "text/html; charset=utf-8"
_STYLE: Final = (
    "body{font-family:sans-serif;max-width:26em;margin:4em auto;padding:0 1em;line-height:1.5}"
    "input,button{font:inherit;display:block;width:100%;box-sizing:border-box;margin:.3em 0 1em;padding:.5em}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # The address of such a page is a secret: nobody keeps it, and no other site is told of it.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True)
class Field:
    """Something to be typed into a form."""

    name: str
    label: str
    kind: str = "password"
    autocomplete: str = "new-password"


@dataclass(frozen=True)
class Page:
    title: str
    text: str
    button: str = ""
    """Sends `fields` to the address of the page itself; without one there is no form."""
    fields: tuple[Field, ...] = ()


def rendered(page: Page) -> bytes:
    site = html.escape(workspace.known().text("Site_Name"))
    title, text = html.escape(page.title), html.escape(page.text)
    form = f'<form method="post">{"".join(map(_field, page.fields))}{_button(page)}</form>' if page.button else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title} - {site}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{text}</p>{form}</body></html>"
    ).encode()


def _field(field: Field) -> str:
    return (
        f"<label>{html.escape(field.label)}<input required name={field.name} type={field.kind} "
        f"autocomplete={field.autocomplete}></label>"
    )


def _button(page: Page) -> str:
    return f"<button>{html.escape(page.button)}</button>"


def refusal(message: str) -> Page:
    return Page("That did not work", message)
