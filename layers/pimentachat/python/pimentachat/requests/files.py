"""Downloads."""

from typing import Annotated

from pimentachat.requests.bounds import NAME, REFERENCE
from pimentachat.requests.params import Params


class Download(Params):
    id: Annotated[str, REFERENCE]
    name: Annotated[str, NAME]
