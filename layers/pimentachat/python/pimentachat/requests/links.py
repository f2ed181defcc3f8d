"""Links in mails, and the pages behind them."""

from typing import Annotated

from pydantic import Field

from pimentachat.errors.requests import ParamRequired
from pimentachat.requests.bounds import NAME, REFERENCE, SECRET
from pimentachat.requests.params import Otherwise, Params, Refers


class MailAddress(Params):
    email: Annotated[str, NAME, Otherwise(ParamRequired, name="email")] = Field(min_length=1)

    @property
    def address(self) -> str:
        return self.email.strip()


class Link(Params):
    token: Annotated[str, REFERENCE, Refers("link")]


class NewPassword(Link):
    password: Annotated[str, SECRET] = ""
    """Empty when the form was sent empty, which the page's own check forbids."""
